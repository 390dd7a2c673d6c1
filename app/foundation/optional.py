"""What is loaded late, or not at all: it takes memory and time that few processes need to spend."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import LazyLoader, find_spec, module_from_spec
from types import ModuleType


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


def later(name: str) -> ModuleType:
    """Give a module that is loaded when something of it is first asked for, in one thread."""
    if name in sys.modules:
        return sys.modules[name]
    spec = find_spec(name)
    if spec is None or spec.loader is None:
        return import_module(name)
    spec.loader = LazyLoader(spec.loader)
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
