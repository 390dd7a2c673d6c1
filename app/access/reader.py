"""Who reads, as what an endpoint depends on."""

from typing import Annotated

from fastapi import Depends, Request

from app.access.authentication import Needs, caller
from app.access.caller import Caller
from app.access.reading import Reading
from app.access.routing import written_for
from app.documents.shape import View
from app.tables.api_key import Scope


async def reading(request: Request) -> Reading:
    """Find out who reads."""
    return Reading(await caller(request), request, must_see=written_for(request))


reading.takes_position = True  # type: ignore[attr-defined]


class SeesWhatEverybodySees:
    """A dependency: somebody who reads, and is shown no more than everybody, whoever they are."""

    is_same_for_all = takes_position = True

    async def __call__(self, request: Request) -> Reading:
        """Find out who reads."""
        return (await reading(request)).as_public


class NeedsReading(Needs):
    """A dependency: somebody who reads what is their organisation's, and needs a scope for it.

    That scope is enough: `read` isn't needed beside it.
    """

    takes_position = True

    async def __call__(  # type: ignore[override]
        self, request: Request, found: Annotated[Caller, Depends(caller)]
    ) -> Reading:
        """See who reads. Raises `Unauthorized` or `Forbidden`."""
        by = await super().__call__(found)
        return Reading(by, request, View.EDITORIAL, written_for(request))


Reader = Annotated[Reading, Depends(reading)]
PublicReader = Annotated[Reading, Depends(SeesWhatEverybodySees())]
DeskReader = Annotated[Reading, Depends(NeedsReading(Scope.READ))]
ReviewReader = Annotated[Reading, Depends(NeedsReading(Scope.REVIEW))]
AdminReader = Annotated[Reading, Depends(NeedsReading(Scope.ADMIN))]
