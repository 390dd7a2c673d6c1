"""Quiet for the tests that provoke failures: drawing their tracebacks takes seconds each."""

import logging
from collections.abc import Iterator

import pytest
import structlog


@pytest.fixture(scope="module", autouse=True)
def quiet() -> Iterator[None]:
    """Log nothing meanwhile."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.configure(**before)
