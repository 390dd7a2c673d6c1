"""What Schemathesis loads: what a sound request is, beyond what a schema can say.

`ABOUT` in the environment tells the ids of things that are there (JSON): in paths, in paths of
requests that archive them, and in bodies.
"""

import json
import os
import zlib
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import iso3166
import schemathesis
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode, HookContext, Response
from schemathesis.checks import CheckContext

ABOUT = "ONRECORD_TEST_ABOUT"
ONE_IN = 4
LONGEST = {"maxLength": 500, "maxItems": 20, "maxProperties": 20}
TEXTS = ("^[^\\u0000]*", "^[^\\u0000-\\u001f")
"""How the patterns of texts begin."""
MOVES = ("/transitions", "/rotate", "/merge", "/unmerge")
"""How the paths of POSTs end that take If-Match."""
ACCEPTED_ALL_THE_SAME = {401, 403, 404, 406, 409, 410}
"""Clear refusals that tell of what is there, not of what was sent."""
BEYOND_SCHEMAS = {
    "not_with_q": "the past isn't searched",
    "beyond": "a position that the feed has",
    "change_kind": "what sort of change it is depends on what is out",
    "circle": "a tree is no circle",
    "csv": "a CSV has statements alone, from their beginning",
    "country": "two letters that ISO 3166-1 knows",
    "expired": "an instant that is not over",
    "external_id": "scheme:value",
    "family": "a measure that flows has a family",
    "future": "an instant that is over",
    "fixed": "what a verdict judges stays",
    "json": "a text that is JSON",
    "instant": "an instant that the calendar has, neither its first nor its last",
    "int_type": "1.0 is an integer for JSON Schema, and not for us",
    "language": "a tag that BCP 47 knows",
    "misplaced": "what goes with other states only",
    "missing": "a condition of a move, or of two fields together",
    "numbers": "low is not above high, and a comparator takes its numbers",
    "one_of": "one of several fields, and not two",
    "past": "an instant that is not over",
    "period": "it ends after it starts",
    "position": "a position that the answer to a write had",
    "publisher": "a publisher is an outlet",
    "jsonp": "JSON, and no script",
    "reason": "a reason goes with one state only",
    "reference": "it refers to something that is there",
    "repeated": "nothing is there twice",
    "reply": "a reply, and when it came, go with one state only",
    "same": "a statement is not linked to itself",
    "rating_word": "a summary doesn't rate",
    "schedule": "an instant goes with one state only",
    "type": "a type that there is",
    "taken": "something that is unique is somebody else's",
    "url": "an address that can be resolved",
}
"""Codes of errors that a request may bring although it is valid by the schema, and their rules."""


def is_positive(case: Case[Any]) -> bool:
    """Tell whether a request was made to be valid."""
    return case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE


def about_what_is_there(
    case: Case[Any], in_path: Mapping[str, str], in_body: Mapping[str, str]
) -> None:
    """Let a valid request name what is there, and be the only one of its kind."""
    for name in case.path_parameters:
        case.path_parameters[name] = "1" if name == "no" else in_path.get(name) or f"{uuid4()}"
    headers = case.headers
    headers.pop("Onrecord-Written", None)
    if case.method in {"PATCH", "DELETE"} or case.path.endswith(MOVES):
        headers["If-Match"] = "*"
    elif case.method == "PUT":
        headers.pop("If-Match", None)
        headers.pop("If-None-Match", None)
    if "Idempotency-Key" in headers:
        headers["Idempotency-Key"] = f"{uuid4()}"
    if case.query:
        case.query.pop("cursor", None)
        if case.query.get("wait"):
            case.query["wait"] = 1
    if isinstance(case.body, dict | list):
        case.body = referring(case.body, in_body)


def referring(body: Any, ids: Mapping[str, str]) -> Any:
    """Put ids of what is there in place of those that were made up.

    A line break at the end goes: Python's `$` lets it through, and that of JSON Schema doesn't.
    """
    if isinstance(body, str):
        return body.removesuffix("\n")
    if isinstance(body, list):
        return [referring(item, ids) for item in body]
    if not isinstance(body, dict):
        return body
    return {
        name: ids[name] if value is not None and name in ids else referring(value, ids)
        for name, value in body.items()
    }


@schemathesis.check
def sound_requests_are_accepted(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """Refuse a valid request for nothing but what a schema can't say.

    It takes the place of `positive_data_acceptance`, which can only be told that 422 is all right
    or that it is not.
    """
    if not is_positive(case) or response.status_code < 400:
        return
    if response.status_code in ACCEPTED_ALL_THE_SAME:
        return
    found = response.json()
    assert response.status_code in {422, 400}, f"{response.status_code}: {found}"
    codes = {error["code"] for error in found["errors"]}
    assert codes, found
    assert codes <= BEYOND_SCHEMAS.keys(), found


@schemathesis.hook
def before_load_schema(_: HookContext, raw: Any) -> None:
    """Have texts made up by a strategy, and nothing that is very long.

    To go by the patterns of texts takes ten times as long. The longest texts and lists have a test
    of their own, `test_what_is_one_too_long_is_refused`.
    """
    waiting = [raw]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if str(part.get("pattern", "")).startswith(TEXTS):
                part["format"] = "onrecord-text"
                del part["pattern"]
            for limit, longest in LONGEST.items():
                if isinstance(part.get(limit), int) and part[limit] > longest:
                    del part[limit]
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part


@schemathesis.hook
def filter_case(_: HookContext, case: Case[Any]) -> bool:
    """Take every sound request, and of the wrong ones one in so many, the same in each run.

    There are thousands, for the bodies are rich, and most of them differ by one letter.
    """
    made = f"{case.method} {case.path} {case.query} {case.body!r}"
    return is_positive(case) or zlib.crc32(made.encode(errors="replace")) % ONE_IN == 0


@schemathesis.hook
def before_call(_: HookContext, case: Case[Any], __: dict[str, Any]) -> None:
    """Let a request that was made to be valid be about things that are there."""
    if is_positive(case):
        ids: dict[str, dict[str, str]] = json.loads(os.environ[ABOUT])
        ends = case.method == "DELETE" or case.path.endswith("/merge")
        in_path = ids["doomed" if ends else "in_path"]
        about_what_is_there(case, in_path, ids["in_body"])


@schemathesis.serializer("application/x-ndjson", "text/csv", "text/html")
def as_it_is(_: Any, value: Any) -> bytes:
    """Send a file as it is; what is none, as JSON."""
    return (value if isinstance(value, str) else json.dumps(value)).encode(errors="replace")


schemathesis.openapi.format(
    "onrecord-text",
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40),
)
schemathesis.openapi.format(
    "bcp47", st.sampled_from(["en", "fr", "fr-CA", "zh-Hant-TW", "kk-Cyrl", "de-1996", "sr-Latn"])
)
schemathesis.openapi.format("iso3166", st.sampled_from(sorted(iso3166.countries_by_alpha2)))
schemathesis.openapi.format(
    "partial-date",
    st.dates().map(str).flatmap(lambda day: st.sampled_from([day[:4], day[:7], day])),
)
schemathesis.openapi.format(
    "uri",
    st.builds(
        "https://{}.example/{}".format,
        st.from_regex("[a-z]{3,12}", fullmatch=True),
        st.from_regex("[a-z0-9/?=&-]{0,20}", fullmatch=True),
    ),
)
