"""Statements with what was found about them, as Google's Fact Check Tools API shows claims.

What isn't known is left out. Binds say in which language the words shall be (`spoken`; any, when it
is null) and from which site the reviews (`site`), and where the service itself stands (`base`,
`own_site`).
"""

from typing import Any

from sqlalchemy import Text, and_, bindparam, case, func, literal_column, null, or_, select
from sqlalchemy.dialects.postgresql import JSON

from app.documents import rating, version
from app.documents.shape import Column, Kind, View, instant, json_list, json_object
from app.documents.statement import STATEMENT
from app.tables.names import NameKind
from app.tables.organization import Organization
from app.tables.rating import CheckType, NormalizedRating, Rating
from app.tables.speaker import Speaker, SpeakerName
from app.tables.statement import Statement
from app.tables.translation import Translation
from app.tables.verdict import Verdict
from app.tables.version import SITE, VerdictVersion

SITE_OF_ARTICLE: Column = literal_column(SITE.replace("url", "verdict_version.url"), Text())
_SPOKEN = bindparam("spoken", type_=Text())
_SITE = bindparam("site", type_=Text())
_OWN_SITE = bindparam("own_site", type_=Text())
_BASE = bindparam("base", type_=Text())
_NOT_FOUND: Column = literal_column("'not_found'")


def is_language(column: Any, primary: Any) -> Column:  # noqa: ANN401 - SQL.
    """Say whether a language tag begins with this language; its region doesn't count."""
    same: Column = func.lower(func.split_part(column, "-", 1)) == primary
    return same


def is_review() -> Column:
    """Say whether a verdict is one that Google's users look for: whether it is so.

    One on attribution isn't, unless it found that nobody said it. What was retracted isn't either.
    """
    denied = or_(Rating.normalized == NormalizedRating.MISATTRIBUTED, Rating.key == _NOT_FOUND)
    return and_(
        ~Verdict.retracted,
        Verdict.archived_at.is_(None),
        or_(
            Verdict.check_type == CheckType.CONTENT,
            Verdict.check_type == CheckType.CONTEXT,
            and_(Verdict.check_type == CheckType.ATTRIBUTION, denied),
        ),
    )


def _reviews() -> Column:
    site = func.coalesce(SITE_OF_ARTICLE, _OWN_SITE)
    card = func.concat(
        _BASE, literal_column("'/v1/verdicts/'"), Verdict.id, literal_column("'/embed'")
    )
    review = json_object(
        publisher=json_object(name=Organization.name, site=site),
        url=func.coalesce(VerdictVersion.url, card),
        title=VerdictVersion.headline,
        reviewDate=instant(Verdict.published_at),
        textualRating=rating.label(VerdictVersion.language),
        languageCode=VerdictVersion.language,
    )
    rows = (
        select(Verdict)
        .select_from(version.rows(View.PUBLIC))
        .where(Verdict.statement_id == Statement.id, is_review())
        .where(or_(_SPOKEN.is_(None), is_language(VerdictVersion.language, _SPOKEN)))
        .where(or_(_SITE.is_(None), site == _SITE))
    )
    return json_list(review, rows.correlate(Statement), Verdict.published_at, Verdict.id)


def _text() -> Column:
    """Give the summary; or else the words, in the language that is asked for if there are any."""
    row = Translation
    translated = (
        select(row.text)
        .where(row.statement_id == Statement.id, is_language(row.language, _SPOKEN))
        .order_by(row.position)
        .limit(1)
        .correlate(Statement)
        .scalar_subquery()
    )
    return case(
        (Statement.summary.is_not(None), Statement.summary),
        (is_language(Statement.language, _SPOKEN), Statement.text),
        else_=func.coalesce(translated, Statement.text),
    )


def _claimant() -> Column:
    """Name the speaker, in the language that is asked for if there is such a name."""
    row = SpeakerName
    called = (
        select(row.name)
        .where(row.speaker_id == Speaker.id, is_language(row.language, _SPOKEN))
        .where(or_(row.kind == NameKind.TRANSLITERATION, row.kind == NameKind.ALIAS))
        .order_by(row.position)
        .limit(1)
        .correlate(Speaker)
        .scalar_subquery()
    )
    named = select(func.coalesce(called, Speaker.name)).where(Speaker.id == Statement.speaker_id)
    known = named.correlate(Statement).scalar_subquery()
    return case((Statement.speaker_is_anonymous, null()), else_=known)


def document(_: View) -> Column:
    """Build a claim with its reviews."""
    day = func.to_char(Statement.said_first, literal_column("""'YYYY-MM-DD"T00:00:00Z"'"""))
    made = json_object(
        text=_text(),
        claimant=_claimant(),
        claimDate=case((Statement.said_on.is_(None), null()), else_=day),
        claimReview=_reviews(),
    )
    return func.json_strip_nulls(made, type_=JSON())


FACT_CHECKED = Kind("claim", "statements", Statement, document, STATEMENT.visible)
"""A claim, as it is shown."""
FOUND = Kind(
    "claim",
    "statements",
    Statement,
    lambda _: json_object(id=Statement.id),
    STATEMENT.visible,
)
"""A claim, as it is found: no more than which it is."""
