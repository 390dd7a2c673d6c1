"""Libraries that others load when they are installed, and that nothing here needs of them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(name: str) -> Iterator[None]:
    """Have libraries that are imported here take another one for not installed.

    What was loaded already stays.
    """
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment] # so an import fails, as Python has it.
    try:
        yield
    finally:
        del sys.modules[name]
