"""The demo: one newspaper article of 27 September 2022, recorded statement by statement."""
