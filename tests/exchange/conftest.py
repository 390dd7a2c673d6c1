"""The application as it stands behind a public address."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport

from app.foundation.settings import Settings
from app.main import create_app
from tests.making import Client

OUTSIDE = "https://facts.example.org"


@pytest.fixture
async def outside(app: FastAPI, clean: None, settings: Settings) -> AsyncIterator[Client]:
    """Have a caller without a key of a service that knows its public address."""
    made = create_app(settings.model_copy(update={"public_url": OUTSIDE}))
    async with (
        made.router.lifespan_context(made),
        Client(transport=ASGITransport(made), base_url="http://10.0.0.7:8000") as client,
    ):
        yield client
