"""What a reader has already: known without building it again, as long as nothing was written.

All that a SELECT shows follows from its snapshot: which transactions it sees. Where PostgreSQL sees
the same as when a document was built, the document is the same, with all that is shown inside.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import Text, bindparam, case, func, null

from app.access.looking import by_id, shown
from app.documents.listing import Filter
from app.documents.shape import Column, Kind, View
from app.foundation.together import Point

MOST: Final = 4096
"""Of how many documents it is remembered, those that were asked for last."""


@dataclass(frozen=True, slots=True)
class Known:
    """As of which state of the database a document had which ETag; none where it doesn't say."""

    state: str | None
    tag: str


_NOTHING: Final = Known(None, "")


class Remembered:
    """The documents that readers had already when they asked for them last."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._known: OrderedDict[Hashable, Known] = OrderedDict()

    def of(self, what: Hashable) -> Known:
        """Give what is remembered of a document."""
        found = self._known.get(what, _NOTHING)
        if found is not _NOTHING:
            self._known.move_to_end(what)
        return found

    def keep(self, what: Hashable, known: Known) -> None:
        """Remember a document, and forget the one that wasn't asked for the longest."""
        self._known[what] = known
        self._known.move_to_end(what)
        if len(self._known) > MOST:
            self._known.popitem(last=False)


@cache
def unless_known(kind: Kind[Any], view: View, within: Filter | None) -> Point:
    """Compile what `looking.single` does, without the document where the state is `known`.

    The state comes last.
    """
    state = _state()
    version, document, archived_at, survivor = shown(kind, view)
    left_out = case((state == bindparam("known", type_=Text()), null()), else_=document)
    columns = version, left_out.label("document"), archived_at, survivor.label("survivor")
    return by_id(kind, view, within, *columns, state.label("state"))


def _state() -> Column:
    """Say which transactions are seen, and since when this PostgreSQL has run.

    On a replica it is null: the snapshot doesn't tell there which transactions are under way.
    """
    found = func.concat(func.pg_postmaster_start_time(), func.pg_current_snapshot(), type_=Text())
    return case((func.pg_is_in_recovery(), null()), else_=found)
