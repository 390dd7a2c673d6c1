"""An issuer, and a service that trusts it."""

from collections.abc import AsyncIterator, Iterator

import pytest
from fastapi import FastAPI

from app.foundation.settings import Settings
from tests.access.issuing import Caller, LocalIssuer, trusting


@pytest.fixture
def issuer() -> Iterator[LocalIssuer]:
    """Run an issuer."""
    made = LocalIssuer()
    yield made
    made.stop()


@pytest.fixture
async def client(
    settings: Settings, issuer: LocalIssuer, clean: None, app: FastAPI
) -> AsyncIterator[Caller]:
    """Have somebody who calls a service that trusts the issuer."""
    async with trusting(settings, issuer) as made:
        yield made
