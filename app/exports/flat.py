"""Statements with their verdicts as CSV: one flat line for each verdict, or for what has none.

A spreadsheet takes what begins with `=`, `+`, `-` or `@` for a formula, and runs it. So a cell that
begins like that gets an apostrophe before it; so does one that has an apostrophe there already,
which is how it is taken away again without a loss.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any, Final

STATEMENT: Final = (
    "id", "ref", "text", "language", "summary", "kind", "utterance", "speaker_id", "speaker",
    "speaker_kind", "speaker_is_anonymous", "speaker_role", "said_on", "occasion", "place",
    "country", "topics", "sources", "checkability", "checkability_reason", "state", "visibility",
    "origin", "created_at", "updated_at",
)  # fmt: skip
VERDICT: Final = (
    "verdict_id", "organization", "check_type", "verdict_state", "scale", "rating", "rating_label",
    "normalized_rating", "headline", "verdict_summary", "verdict_language", "verdict_url",
    "published_at", "retracted",
)  # fmt: skip
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001 - a spreadsheet takes these, too.


def safe(cell: str) -> str:
    """Write a cell so that no spreadsheet runs it."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unsafe(cell: str) -> str:
    """Read a cell as it was before it was made safe."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def header() -> bytes:
    """Write the line that names the columns."""
    return _lines([[*STATEMENT, *VERDICT]])


def lines(document: bytes) -> bytes:
    """Write the lines of a statement."""
    statement = json.loads(document)
    about = list(_statement(statement).values())
    verdicts = [list(_verdict(one).values()) for one in statement["verdicts"]]
    return _lines(about + one for one in verdicts or [[None] * len(VERDICT)])


def _lines(rows: Any) -> bytes:  # noqa: ANN401 - what csv takes.
    out = io.StringIO(newline="")
    csv.writer(out).writerows([safe(_text(cell)) for cell in row] for row in rows)
    return out.getvalue().encode()


def _text(cell: object) -> str:
    if cell is None:
        return ""
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def _statement(one: dict[str, Any]) -> dict[str, Any]:
    speaker, place = one["speaker"] or {}, one["place"] or {}
    known = {
        "speaker": speaker.get("name"),
        "speaker_kind": speaker.get("kind"),
        "place": place.get("name"),
        "country": place.get("country"),
        "topics": " ".join(topic["key"] for topic in one["topics"]),
        "sources": " ".join(_addresses(one)),
        "checkability": one["checkability"]["state"],
        "checkability_reason": one["checkability"]["reason"],
    }
    return {name: known[name] if name in known else one[name] for name in STATEMENT}


def _addresses(one: dict[str, Any]) -> Iterator[str]:
    urls = (hop["source"]["url"] for hop in one["appearances"])
    return (url.replace(" ", "%20") for url in urls if url)


def _verdict(one: dict[str, Any]) -> dict[str, Any]:
    rating = one["rating"] or {}
    known = {
        "verdict_id": one["id"],
        "organization": one["organization"]["name"],
        "verdict_state": one["state"],
        "scale": rating.get("scale"),
        "rating": rating.get("key"),
        "rating_label": rating.get("label"),
        "normalized_rating": rating.get("normalized"),
        "verdict_summary": one["summary"],
        "verdict_language": one["language"],
        "verdict_url": one["url"],
    }
    return {name: known[name] if name in known else one[name] for name in VERDICT}
