"""What clients of Google's API ask, read as Google reads it: what it doesn't know is refused."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import langcodes

from app.documents.phrases import primary
from app.exchange.claims_found import AT_ONCE, FARTHEST, Wanted
from app.exchange.masks import Mask, UnknownField, leaves, tree
from app.foundation.text import searchable
from app.search.schemas import LONGEST

_USUAL: Final = 10
_INT32: Final = 2**31
_OWN: Final = {
    "query": "query",
    "languageCode": "language_code",
    "reviewPublisherSiteFilter": "review_publisher_site_filter",
    "maxAgeDays": "max_age_days",
    "pageSize": "page_size",
    "pageToken": "page_token",
    "offset": "offset",
}
"""Its parameters, each with its other name, which Google takes too."""
_STANDARD: Final = {
    "access_token", "alt", "callback", "fields", "key", "oauth_token", "prettyPrint", "quotaUser",
    "upload_protocol", "uploadType", "$.xgafv",
}  # fmt: skip
_INTEGER = re.compile(r"-?[0-9]{1,12}")
_SITE = re.compile(r"(?i:https?://)?(?i:www\.)?([^/:?#\s]+)(?::[0-9]+)?(?:[/?#].*)?", re.DOTALL)
_KNOWN = tree(
    claims=tree(
        **leaves("text", "claimant", "claimDate"),
        claimReview=tree(
            publisher=leaves("name", "site"),
            **leaves("url", "title", "reviewDate", "textualRating", "languageCode"),
        ),
    ),
    **leaves("nextPageToken"),
)


class InvalidArgument(Exception):
    """What was asked is wrong, as Google says it: `INVALID_ARGUMENT`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: what to find, which page of it, and how to show it."""

    wanted: Wanted
    question: list[str]
    """All that a page token is tied to."""
    size: int
    token: str | None
    offset: int
    mask: Mask | None
    pretty: bool


def read(pairs: Iterable[tuple[str, str]]) -> Asked:
    """Read the parameters. Raises `InvalidArgument`."""
    given = _by_name(pairs)
    if given.get("alt", "json") != "json":
        raise InvalidArgument(f"Unsupported output format: {given['alt']}")
    words = searchable(given.get("query", ""))
    if len(words) > LONGEST:
        raise InvalidArgument(f"Invalid value at 'query': it has more than {LONGEST} characters")
    site = _site(given.get("reviewPublisherSiteFilter", ""))
    if not words.strip() and site is None:
        raise InvalidArgument("Either query or reviewPublisherSiteFilter must be set.")
    spoken = _language(given.get("languageCode", ""))
    days = _natural(given, "maxAgeDays")
    offset = _natural(given, "offset")
    if offset > FARTHEST:
        raise InvalidArgument(f"Invalid value at 'offset': beyond {FARTHEST}, use page_token")
    newer = _days_ago(days) if days else None
    return Asked(
        wanted=Wanted(words if words.strip() else None, spoken, site, newer),
        question=[words, spoken or "", site or "", str(days)],
        size=min(_natural(given, "pageSize") or _USUAL, AT_ONCE),
        token=given.get("pageToken") or None,
        offset=offset,
        mask=_mask(given.get("fields", "")),
        pretty=given.get("prettyPrint", "true").lower() not in {"false", "0"},
    )


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Take each parameter by its name; the standard ones may begin with `$`."""
    other = {snake: name for name, snake in _OWN.items()}
    given: dict[str, str] = {}
    for written, value in pairs:
        name = other.get(written, written)
        if name.removeprefix("$") in _STANDARD:
            name = name.removeprefix("$")
        elif name not in _OWN and name not in _STANDARD:
            raise InvalidArgument(
                f'Invalid JSON payload received. Unknown name "{written}": Cannot bind query'
                f" parameter. Field '{written}' could not be found in request message."
            )
        if name in given and name in _OWN:
            raise InvalidArgument(f"Invalid value at '{_OWN[name]}': it is given more than once")
        given[name] = value
    return given


def _natural(given: dict[str, str], name: str) -> int:
    """Read a number that isn't negative; 0 where there is none, which to Google is the same."""
    text = given.get(name, "") or "0"
    value = int(text) if _INTEGER.fullmatch(text) and text.isascii() else _INT32
    if not -_INT32 <= value < _INT32:
        raise InvalidArgument(f"Invalid value at '{_OWN[name]}' (TYPE_INT32), \"{text}\"")
    if value < 0:
        raise InvalidArgument(f"Invalid value at '{_OWN[name]}': it must not be negative")
    return value


def _site(text: str) -> str | None:
    """Read the host of a site, however it is written."""
    if not text.strip():
        return None
    found = _SITE.fullmatch(searchable(text).strip())
    if found is None:
        raise InvalidArgument("Invalid value at 'review_publisher_site_filter'")
    return found[1].lower()


def _language(text: str) -> str | None:
    """Read a language; its region isn't considered, nor is it by Google."""
    if not text.strip():
        return None
    tag = text.strip().replace("_", "-")
    if not tag.isascii() or not langcodes.tag_is_valid(tag):
        raise InvalidArgument(f"Invalid value at 'language_code': \"{text}\"")
    return primary(tag)


def _mask(text: str) -> Mask | None:
    if not text.strip():
        return None
    try:
        return Mask(text, _KNOWN)
    except UnknownField as wrong:
        raise InvalidArgument(
            "Request contains an invalid argument. Error expanding 'fields' parameter. Cannot find"
            f" matching fields for path '{wrong}'."
        ) from None


def _days_ago(days: int) -> datetime:
    now = datetime.now(UTC)
    return now - timedelta(days=min(days, (now - datetime(2, 1, 1, tzinfo=UTC)).days))
