"""Working on imports: any process that is there does it, some rows in each transaction.

What is to be done stands in the database, and whoever looks first takes it. How far it is stands
there, too, written in the transaction of the rows themselves: when a process dies, another one goes
on exactly where it was.
"""

import time
from contextlib import AbstractAsyncContextManager
from uuid import UUID

import structlog
from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.finding.keeping import LATER
from app.foundation.database import Database, refusal
from app.foundation.pauses import looking
from app.foundation.problems import Problem, Unavailable
from app.foundation.settings import Settings
from app.imports import actions, queries, stepping, telling
from app.tables.api_key import ApiKey
from app.tables.importing import ImportJob, ImportState

_LOG = structlog.get_logger("onrecord.imports")
_WENT_WRONG = "Something went wrong on our side. It was logged under the import's id."


class TakesTooLong(Problem):
    """A dry run has taken as long as it may. Its report tells of what was tried until then."""

    status = 422


class _Ended(Exception):
    """An import was ended by somebody else while it was worked on."""


class Importer:
    """Looks for imports, for as long as the process runs."""

    def __init__(self, database: Database, settings: Settings) -> None:
        """Look as often as the settings say; if that is 0, never: it is left to other processes."""
        self._database = database
        self._every = settings.import_every
        self._longest = settings.import_dry_run_seconds
        self._reviews = stepping.Reviews()

    def running(self) -> AbstractAsyncContextManager[None]:
        """Look while this is open."""
        return looking(self.look, self._every, _failed)

    async def look(self) -> int:
        """Work on all imports that nobody else works on, and give how many steps that took."""
        steps = 0
        for found in await self._database.reads.rows(queries.LOOK, {}):
            try:
                while await self.goes_on(found["id"]):
                    steps += 1
            finally:
                self._reviews.forget()
        return steps

    async def goes_on(self, job_id: UUID) -> bool:
        """Do one step of an import; false when it has ended, or somebody else works on it."""
        try:
            return await self._step(job_id)
        except Unavailable:
            raise
        except _Ended:
            return False
        except Exception as error:
            if isinstance(refusal(error), Unavailable):
                raise
            detail = error.detail if isinstance(error, Problem) else _WENT_WRONG
            _LOG.exception("import failed", import_id=str(job_id))
            await self._fail(job_id, detail)
            return False

    async def _step(self, job_id: UUID) -> bool:
        async with self._database.sessions.begin() as session:
            session.info[LATER] = True
            job = await queries.take(session, job_id)
            if job is None:
                return False
            if job.dry_run:
                session.expunge_all()
                await self._rehearse(session, job_id)
                return False
            if not await queries.is_its_turn(session, job) or not await _is_good(session, job):
                return False
            step = await stepping.done(session, job, self._reviews)
            if not await queries.is_open(session, job_id):
                raise _Ended
            _begin(job)
            await telling.tell(session, job, step)
            return job.state is ImportState.RUNNING

    async def _rehearse(self, session: AsyncSession, job_id: UUID) -> None:
        """Do everything in one transaction, which is taken back, and tell of it by others.

        Raises `TakesTooLong`: others wait for what it holds.
        """
        async with self._database.sessions.begin() as teller:
            job = await teller.get_one(ImportJob, job_id, with_for_update=True)
            is_running = job.state in queries.OPEN and await _is_good(teller, job)
            if is_running:
                _begin(job)
                await telling.start_anew(teller, job)
        everything = await session.begin_nested()
        until = time.monotonic() + self._longest
        try:
            while is_running:
                if time.monotonic() > until:
                    raise TakesTooLong(f"Trying it takes more than {self._longest:g} seconds")
                step = await stepping.done(session, job, self._reviews)
                async with self._database.sessions.begin() as teller:
                    job = await teller.get_one(ImportJob, job_id, with_for_update=True)
                    if job.state is ImportState.RUNNING:
                        await telling.tell(teller, job, step)
                    is_running = job.state is ImportState.RUNNING
        finally:
            await everything.rollback()

    async def _fail(self, job_id: UUID, why: str) -> None:
        async with self._database.sessions.begin() as session:
            job = await queries.take(session, job_id)
            if job is not None:
                await actions.end(session, job, ImportState.FAILED, why)


def _failed(error: Exception, in_a_row: int) -> None:
    _LOG.warning("imports not looked at", why=type(error).__name__, in_a_row=in_a_row)


def _begin(job: ImportJob) -> None:
    if job.state is ImportState.QUEUED:
        job.state, job.started_at = ImportState.RUNNING, func.now()


async def _is_good(session: AsyncSession, job: ImportJob) -> bool:
    """See that it may go on: whose key was revoked meanwhile, nobody goes on for."""
    good = select(ApiKey.id).where(
        ApiKey.id == job.key_id,
        ApiKey.archived_at.is_(None),
        or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > func.now()),
    )
    if job.key_id is not None and await session.scalar(good) is None:
        why = "The key that it was sent with is not good any more"
        await actions.end(session, job, ImportState.FAILED, why)
        return False
    return True
