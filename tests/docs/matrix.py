"""The table of who may do what, written from the routes and the roles.

`python -m tests.docs.matrix` writes it into docs/access.md anew, between two marks.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from fastapi.routing import APIRoute

from app.access.scopes import ROLES
from app.foundation.openapi import methods_of, needed_scopes
from app.foundation.settings import Settings
from app.main import create_app
from app.tables.api_key import Scope

PAGE = Path(__file__).parents[2] / "docs" / "access.md"
BEGIN, END = "<!-- Written by: python -m tests.docs.matrix -->\n", "<!-- Written until here -->\n"
_BETWEEN = re.compile(f"(?<={re.escape(BEGIN)}).*(?={re.escape(END)})", re.DOTALL)
_YES, _PUBLIC, _NO = "yes", "public", ""


def operations() -> Iterator[APIRoute]:
    """Go through the operations under /v1, those of a collection together."""
    app = create_app(Settings(_env_file=None))
    found = [one for one in app.routes if isinstance(one, APIRoute) and "/v1/" in one.path]
    collections = list(dict.fromkeys(_collection(route) for route in found))
    yield from sorted(found, key=lambda route: collections.index(_collection(route)))


def table() -> str:
    """Write the table."""
    head = ["operation", "scope", "nobody", *(f"`{role.value}`" for role in ROLES)]
    rows = [head, ["---"] * len(head), *(_row(route) for route in operations())]
    return "".join(f"| {' | '.join(row)} |\n".replace("|  ", "| ") for row in rows)


def written(page: str) -> str:
    """Put the table into a page, in place of the one that is there."""
    assert _BETWEEN.search(page) is not None, "the page has lost its marks"
    return _BETWEEN.sub(lambda _: f"\n{table()}\n", page)


def _collection(route: APIRoute) -> str:
    return route.path.split("/")[2]


def _row(route: APIRoute) -> list[str]:
    needed = needed_scopes(route.dependant)
    (method,) = methods_of(route)
    who = [_may(needed, frozenset()), *(_may(needed, scopes) for scopes in ROLES.values())]
    if not needed and method != "GET":
        who = [_YES] * len(who)
    asked = ", ".join(f"`{one}`" for one in needed)
    return [f"`{method} {route.path_format}`", asked or _NO, *who]


def _may(needed: tuple[str, ...], scopes: frozenset[Scope]) -> str:
    if needed:
        return _YES if scopes & {Scope(one) for one in needed} else _NO
    return _YES if Scope.READ in scopes else _PUBLIC


if __name__ == "__main__":
    sys.stdout.write(f"{PAGE.write_text(written(PAGE.read_text('utf-8')), 'utf-8')} characters\n")
