"""How sessions of the database are set, with a pooler between and without."""

from collections.abc import Mapping

from app.foundation.settings import Settings


def of_session(settings: Settings) -> dict[str, str]:
    """Say how every session of ours is set, besides its time zone."""
    return {"jit": "off", "statement_timeout": str(int(settings.statement_timeout * 1000))}


def local(wanted: Mapping[str, str]) -> str:
    """Write the SQL that sets this for one transaction; all of it is sent at once."""
    return "; ".join(f"SET LOCAL {name} = '{value}'" for name, value in wanted.items())


def statements(settings: Settings) -> dict[str, int]:
    """Have asyncpg name no statement, where a pooler would lose it."""
    return {"statement_cache_size": 0} if settings.pooler == "unprepared" else {}
