"""How what is out is listed for feeds, and from where a feed has its name."""

from sqlalchemy import DateTime, Text, func, or_, select

from app.documents.listing import Filter, Listing, Order, equals, same_id
from app.documents.published import PUBLISHED
from app.foundation.reads import compiled
from app.tables.organization import Organization
from app.tables.verdict import Verdict
from app.tables.version import VerdictVersion

_MOMENT = DateTime(timezone=True)
_LANGUAGE = VerdictVersion.language

PUBLISHED_VERDICTS = Listing(
    PUBLISHED,
    {
        "organization_id": same_id(Verdict.organization_id),
        "check_type": equals(Verdict.check_type),
        "language": Filter(
            Text(),
            lambda value, _: or_(
                value == _LANGUAGE, func.starts_with(_LANGUAGE, func.concat(value, "-"))
            ),
        ),
        "updated_since": Filter(_MOMENT, lambda value, _: VerdictVersion.published_at >= value),
    },
    {"updated_at": Order(lambda _: VerdictVersion.published_at.expression, _MOMENT)},
)
FIRST_ORGANIZATION = compiled(
    select(Organization.id).order_by(Organization.created_at, Organization.id).limit(1)
)
