"""A receiver, webhooks that lead to it, and the sender of the application under test."""

import asyncpg
import pytest
from fastapi import FastAPI

from app.webhooks.sending import Sender


@pytest.fixture
def sender(app: FastAPI) -> Sender:
    """Have who sends; in tests it looks only when it is asked to."""
    found: Sender = app.state.sender
    return found


@pytest.fixture(autouse=True)
async def _empty_log(database: asyncpg.Connection, cleaning: str, clean: None) -> None:
    """Delete what is there."""
    await database.execute(cleaning)
