"""Collect less often: to be imported before everything else.

What is imported stays, and it is half a million objects. To look among them for what can be
collected, after every 700 more, takes a quarter of the start.
"""

import gc

gc.set_threshold(50_000, 10, 10)
