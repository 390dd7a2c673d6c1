"""Verdicts that readers may find wrong, and a newsroom that tells them where else to turn."""

from collections.abc import AsyncIterator, Callable

import asyncpg
import pytest
from fastapi import FastAPI
from httpx2 import ASGITransport

from tests.making import Client, Made, Make

ESCALATION = "https://council.example/complaints"
From = Callable[[str], Client]


@pytest.fixture
async def verdict(make: Make) -> Made:
    """Have a verdict of ours that is out."""
    return await make.published()


@pytest.fixture
async def newsroom(clean: None, database: asyncpg.Connection) -> AsyncIterator[None]:
    """Have our organisation answer in ten working days, and name who is above it."""
    where = "WHERE name = 'My newsroom'"
    await database.execute(
        f"UPDATE organization SET escalation_url = $1, correction_days = 10 {where}",  # noqa: S608
        ESCALATION,
    )
    yield
    await database.execute(
        f"UPDATE organization SET escalation_url = NULL, correction_days = 7 {where}"  # noqa: S608
    )


@pytest.fixture
def reader_at(app: FastAPI, clean: None) -> From:
    """Have readers without a key, by their addresses."""

    def client(host: str) -> Client:
        return Client(transport=ASGITransport(app, client=(host, 1)), base_url="http://test")

    return client
