"""From a line of CSV to items: a speaker by name, a statement, and perhaps a verdict."""

from typing import Any

from app.exports.schemas import Exported
from app.foundation.problems import InputError, InvalidInput
from app.imports.items import Item, Json, Row, digest, item

_STATEMENT = frozenset(
    {"id", "ref", "text", "language", "summary", "kind", "utterance", "speaker_id", "speaker_ref"}
    | {"speaker_role", "said_on", "occasion", "state", "visibility"}
)
_SPEAKER = frozenset({"speaker", "speaker_kind", "speaker_is_anonymous"})
_PLACED = frozenset({"place", "country", "topics", "checkability", "checkability_reason"})
_VERDICT = {
    "verdict_id": "id", "verdict_ref": "ref", "check_type": "check_type", "headline": "headline",
    "verdict_summary": "summary", "verdict_language": "language", "verdict_url": "url",
    "explanation": "explanation", "evidence_note": "evidence_note",
}  # fmt: skip
_RATED = frozenset({"rating", "scale"})
_TOLD = frozenset({"verdict_state", "published_at", "retracted", "organization"})
_ONLY_SHOWN = frozenset({"created_at", "updated_at", "rating_label", "normalized_rating", "origin"})
_NOT_TAKEN = frozenset({"sources"})
KNOWN = frozenset(
    _STATEMENT | _SPEAKER | _PLACED | _VERDICT.keys() | _RATED | _TOLD | _ONLY_SHOWN | _NOT_TAKEN
)
_WORDS = {"true": True, "false": False}


def of_cells(no: int, text: bytes, cells: dict[str, str], language: str | None) -> Row:
    """Read a line. Raises `InvalidInput` for columns that aren't known."""
    unknown = [name for name in cells if name not in KNOWN]
    if unknown:
        detail = "There is no such column"
        raise InvalidInput(
            errors=[
                InputError(pointer=f"/{name}", code="unknown_field", detail=detail)
                for name in unknown
            ]
        )
    row = Row(no, text, [])
    statement = _statement(cells, language)
    who = _speaker(cells)
    if who is not None:
        row.items.append(who)
        statement["speaker_id"] = str(who.own_id)
    row.items.append(item(Exported.STATEMENTS, statement))
    if who is not None and row.items[-1].key is not None:
        row.items[-1].key = digest("csv", *(f"{name}={cells[name]}" for name in _of_it(cells)))
    if "check_type" in cells or "verdict_id" in cells:
        row.items.append(_verdict(cells, row.items[-1]))
    for name in _NOT_TAKEN & cells.keys():
        row.warn(f"/{name}", "not_taken", "This column is not imported")
    return row


def _of_it(cells: dict[str, str]) -> list[str]:
    """Name the cells that are about the statement and who said it."""
    return sorted(cells.keys() & (_STATEMENT | _SPEAKER | _PLACED))


def _statement(cells: dict[str, str], language: str | None) -> Json:
    body: Json = {name: cells[name] for name in _STATEMENT & cells.keys()}
    body.setdefault("language", language or "und")
    body["origin"] = "import"
    place = {"name": cells.get("place"), "country": cells.get("country")}
    if any(place.values()):
        body["place"] = place
    if "topics" in cells:
        body["topics"] = cells["topics"].split()
    if "checkability" in cells:
        reason = cells.get("checkability_reason")
        body["checkability"] = {"state": cells["checkability"], "reason": reason}
    if "speaker_is_anonymous" in cells:
        body["speaker_is_anonymous"] = _WORDS.get(
            cells["speaker_is_anonymous"].lower(), cells["speaker_is_anonymous"]
        )
    elif not {"speaker", "speaker_id", "speaker_ref"} & cells.keys():
        body["speaker_is_anonymous"] = True
    return body


def _speaker(cells: dict[str, str]) -> Item | None:
    """Make a speaker of a name, one for all lines that have it; an id or reference goes before."""
    if "speaker" not in cells or "speaker_ref" in cells:
        return None
    body = {"name": cells["speaker"], "kind": cells.get("speaker_kind", "unknown")}
    known = {"id": cells["speaker_id"]} if "speaker_id" in cells else {}
    made = item(Exported.SPEAKERS, body | known)
    made.is_loose = True
    if made.is_named:
        return made
    made.key = digest("csv speaker", body["kind"], body["name"].casefold())
    return made


def _verdict(cells: dict[str, str], statement: Item) -> Item:
    body: dict[str, Any] = {field: cells[name] for name, field in _VERDICT.items() if name in cells}
    body["statement_id"] = str(statement.own_id)
    if "rating" in cells:
        body["rating"] = {
            name: cells.get(of) for name, of in (("key", "rating"), ("scale", "scale"))
        }
    made = item(Exported.VERDICTS, body)
    made.told["state"] = cells.get("verdict_state")
    made.told["published_at"] = cells.get("published_at")
    if "organization" in cells:
        made.told["organization"] = {"name": cells["organization"]}
    if made.key is not None:
        of = cells.get("id") or cells.get("ref") or (statement.key or b"").hex()
        made.key = digest("csv verdict", of, cells.get("check_type", ""))
    return made
