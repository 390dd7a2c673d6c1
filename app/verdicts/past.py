"""How verdicts are listed as they were at an instant."""

from typing import Any

from sqlalchemy import func

from app.documents.listing import Listing, Order, same_id
from app.documents.past import MOMENT, THEN, Past
from app.documents.verdict import VERDICT
from app.tables.verdict import Verdict
from app.verdicts.queries import VERDICTS

_PAST = Past(VERDICT)
_ORDERS: dict[str, Any] = _PAST.orders()

PAST_VERDICTS = Listing(
    _PAST.kind,
    {
        "as_of": THEN,
        "statement_id": same_id(Verdict.statement_id),
        "organization_id": same_id(Verdict.organization_id),
        "check_type": _PAST.equals("check_type"),
        "state": _PAST.equals("state"),
        "rating": _PAST.equals("rating", "key"),
        "normalized_rating": _PAST.equals("rating", "normalized"),
        "updated_since": _PAST.since("updated_at"),
    },
    {
        **_ORDERS,
        "published_at": Order(
            lambda _: func.coalesce(_PAST.moment("published_at"), Verdict.created_at), MOMENT
        ),
    },
    like=VERDICTS,
)
