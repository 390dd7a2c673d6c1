"""One request, one transaction; and one effect, however often the request is sent."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Annotated

from asyncpg import IntegrityConstraintViolationError
from fastapi import Depends, Request
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.authentication import caller
from app.access.caller import Caller
from app.access.retrying import attempted
from app.access.routing import WRITES, tell_written
from app.foundation.answers import Answered
from app.foundation.database import Database
from app.foundation.problems import Problem, Unavailable
from app.foundation.strict import BEFORE_COMMIT


@asynccontextmanager
async def telling_written(request: Request) -> AsyncIterator[None]:
    """Tell the caller how far is written when this is done, or refused for what is written."""
    try:
        yield
    except Unavailable:
        raise
    except (Answered, IntegrityConstraintViolationError, IntegrityError, Problem):
        # Who was told that something else is there by now wants to see that.
        await tell_written(request)
        raise
    await tell_written(request)


async def transaction(
    request: Request, by: Annotated[Caller, Depends(caller)]
) -> AsyncIterator[AsyncSession]:
    """Open the request's one transaction; it commits before the answer goes out."""
    database: Database = request.app.state.database
    request.scope[WRITES] = True
    async with telling_written(request), database.sessions.begin() as session:
        attempt = await attempted(request, by)
        if attempt is not None:
            await attempt.begin(session)
            setattr(request.state, BEFORE_COMMIT, [partial(attempt.remember, session)])
        yield session


transaction.tells_position = True  # type: ignore[attr-defined]
Session = Annotated[AsyncSession, Depends(transaction, scope="function")]
