"""Match names to speakers and sources, as OpenRefine does (W3C Reconciliation Service API 0.2)."""
