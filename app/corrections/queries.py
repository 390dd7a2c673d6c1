"""How corrections are listed."""

from sqlalchemy import DateTime

from app.documents.correction import CORRECTION
from app.documents.listing import Filter, Listing, Order, equals, same_id
from app.tables.verdict import Verdict
from app.tables.version import VerdictVersion

_MOMENT = DateTime(timezone=True)
_SINCE = Filter(_MOMENT, lambda value, _: VerdictVersion.published_at >= value)

CORRECTIONS = Listing(
    CORRECTION,
    {
        "organization_id": same_id(Verdict.organization_id),
        "verdict_id": same_id(VerdictVersion.verdict_id),
        "statement_id": same_id(Verdict.statement_id),
        "check_type": equals(Verdict.check_type),
        "change_kind": equals(VerdictVersion.change_kind),
        "change_reason": equals(VerdictVersion.change_reason),
        "published_from": _SINCE,
        "published_until": Filter(_MOMENT, lambda value, _: VerdictVersion.published_at <= value),
        "updated_since": _SINCE,
    },
    {"published_at": Order(lambda _: VerdictVersion.published_at.expression, _MOMENT)},
)
