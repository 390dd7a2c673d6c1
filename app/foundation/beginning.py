"""What keeps a process light and its start short: to be imported before everything else.

What is imported stays, and it is half a million objects. To look among them for what can be
collected, after every 700 more, takes a quarter of the start. And structlog loads Rich, where that
is installed, to draw tracebacks, which are logged as text here: 3 MB.
"""

import gc

from app.foundation.optional import without

gc.set_threshold(50_000, 10, 10)
with without("rich"):
    import structlog  # noqa: F401 - whoever imports it next has it as it is now.
