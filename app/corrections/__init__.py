"""The log of corrections: what organisations changed after they had published it."""
