"""How two versions of a verdict differ, worked out of their documents."""

from collections import defaultdict
from difflib import unified_diff
from typing import Any

Json = dict[str, Any]
_FIELDS = (
    "rating", "headline", "summary", "explanation", "language", "uncertainty", "url",
    "evidence_note", "statement_revision", "change_kind", "change_reason", "notice", "author",
    "approver",
)  # fmt: skip
_TEXTS = {"headline", "summary", "explanation", "evidence_note", "notice", "excerpt", "note"}
_EVIDENCE = ("stance", "role", "excerpt", "locator", "note")
_LINES = 4000
"""Texts of more lines are told as one replaced by the other: to find the least takes too long."""


def difference(before: Json, after: Json) -> Json:
    """Tell how two versions differ: fields, texts as unified diffs, and evidence."""
    return {
        "verdict_id": after["verdict_id"],
        "from": before["no"],
        "to": after["no"],
        "fields": _fields(_FIELDS, before, after),
        "evidence": _evidence(before["evidence"], after["evidence"]),
    }


def _fields(names: tuple[str, ...], before: Json, after: Json) -> list[Json]:
    return [
        {
            "field": name,
            "from": before[name],
            "to": after[name],
            "diff": unified(before[name], after[name]) if name in _TEXTS else None,
        }
        for name in names
        if before[name] != after[name]
    ]


def unified(before: str | None, after: str | None) -> str:
    """Write a unified diff of two texts, of which one may not be there."""
    old, new = (before or "").splitlines(), (after or "").splitlines()
    if len(old) + len(new) > _LINES:
        where = f"@@ -{_span(old)} +{_span(new)} @@"
        lines = [where, *(f"-{line}" for line in old), *(f"+{line}" for line in new)]
    else:
        lines = list(unified_diff(old, new, lineterm=""))[2:]
    return "\n".join(lines)


def _span(lines: list[str]) -> str:
    return f"{1 if lines else 0},{len(lines)}"


def _evidence(before: list[Json], after: list[Json]) -> Json:
    """Pair the evidence by its source; of several of one source, in their order."""
    old, new = _by_source(before), _by_source(after)
    told = ((key, _fields(_EVIDENCE, old[key], new[key])) for key in old if key in new)
    return {
        "added": [new[key] for key in new if key not in old],
        "removed": [old[key] for key in old if key not in new],
        "changed": [
            {"source_id": source, "fields": fields} for (source, _), fields in told if fields
        ],
    }


def _by_source(evidence: list[Json]) -> dict[tuple[str, int], Json]:
    seen: defaultdict[str, int] = defaultdict(int)
    keyed = {}
    for one in evidence:
        source = one["source_id"]
        keyed[source, seen[source]] = one
        seen[source] += 1
    return keyed
