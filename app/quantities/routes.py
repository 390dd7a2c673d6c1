"""The addresses of quantities."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from app.access.reader import Reader
from app.access.writing import transaction
from app.documents.held_quantity import QuantityComparison
from app.documents.pages import HeldQuantityPage
from app.foundation.answers import told
from app.foundation.strict import StrictRoute
from app.quantities import actions
from app.quantities.queries import QUANTITIES
from app.quantities.schemas import NewQuantityComparison, QuantityFilter

router = APIRouter(prefix="/v1/quantities", tags=["quantities"], route_class=StrictRoute)
_ONCE = Depends(transaction, scope="function")
"""Nothing is written, but the answer is remembered for who repeats the request."""


@router.get("", response_model=HeldQuantityPage)
async def list_quantities(wanted: Annotated[QuantityFilter, Query()], reader: Reader) -> Response:
    """List the numbers that statements assert, in the order of their time.

    Each comes with its statement, the public verdicts about that, and what else on record it
    conflicts with. With `measure` and `place`, that is a series. What nobody knows the time of
    comes first.
    """
    dress = partial(actions.with_conflicts, reader)
    named = actions.place_filter(wanted.place)
    return await reader.page(QUANTITIES, wanted, wanted.sort, dress, **named)


@router.post(
    "/compare", response_model=QuantityComparison, dependencies=[_ONCE], responses={404: {}}
)
async def compare_quantities(wanted: NewQuantityComparison, reader: Reader) -> Response:
    """Compare two quantities: do they agree, or are they not about the same?

    It writes nothing. With a key, quantities of your organisation's own statements can be compared,
    too. What can't be compared is answered with all the reasons; what only one of the two says is
    taken for both, and named in `assumed`.
    """
    found = await actions.compared(reader, wanted)
    return told(found.model_dump_json().encode())
