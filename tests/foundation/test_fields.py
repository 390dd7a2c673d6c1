"""Fields: each one that is unknown, missing or of the wrong type is pointed at, wherever it is."""

import pytest

from tests.foundation.answers import problem, where
from tests.making import Client, Json

SCALES = "/v1/rating-scales"


def affiliated(**given: object) -> Json:
    """Give a speaker's role in an organisation."""
    return {"affiliations": [{"organization_name": "A", **given}]}


def rated(ordinal: object) -> Json:
    """Give a scale's rating at this place on the axis."""
    return {"ratings": [{"key": "a", "labels": {"en": "A"}, "ordinal": ordinal}]}


def counted(value: object) -> Json:
    """Give a statement's quantity."""
    return {"quantities": [{"measure": "m", "value": value}]}


def carried(source: object) -> Json:
    """Give a statement's appearance in a new source."""
    return {"appearances": [{"source": source, "role": "outlet", "mode": "summary"}]}


def about(topic: object) -> Json:
    """Give a statement's topic."""
    return {"topics": [topic]}


@pytest.mark.parametrize(
    ("path", "given", "pointer"),
    [
        ("/v1/speakers", {"nope": 1}, "/nope"),
        ("/v1/speakers", {"id": "x"}, "/id"),
        ("/v1/speakers", {"version": 7}, "/version"),
        ("/v1/speakers", {"organization_id": None}, "/organization_id"),
        ("/v1/speakers", {"a/b~c": 1}, "/a~1b~0c"),
        ("/v1/speakers", {"names": [{"name": "a"}, {"name": "b", "x": 1}]}, "/names/1/x"),
        ("/v1/statements", {"speaker": {"name": "A", "nope": 1}}, "/speaker/nope"),
        ("/v1/statements", {"place": {"nope": 1}}, "/place/nope"),
        ("/v1/statements", about({"key": "k", "labels": {"en": "K"}, "nope": 1}), "/topics/0/nope"),
        (
            "/v1/statements",
            carried({"kind": "wire", "name": "W", "nope": 1}),
            "/appearances/0/source/nope",
        ),
        (
            "/v1/statements",
            carried({"kind": "wire", "publisher": {"kind": "website", "nope": 1}}),
            "/appearances/0/source/publisher/nope",
        ),
    ],
)  # fmt: skip
async def test_an_unknown_field_is_pointed_at_wherever_it_stands(
    editor: Client, path: str, given: dict[str, object], pointer: str
) -> None:
    body = problem(await editor.post(path, json=given), 422, "invalid-input")

    assert (pointer, "unknown_field") in where(body)


@pytest.mark.parametrize(
    ("path", "given", "pointer"),
    [
        ("/v1/speakers", {"name": 1}, "/name"),
        ("/v1/speakers", {"name": None}, "/name"),
        ("/v1/speakers", {"name": ["A"]}, "/name"),
        ("/v1/speakers", {"name": " \t "}, "/name"),
        ("/v1/speakers", {"name": ""}, "/name"),
        ("/v1/speakers", {"name": "a\nb"}, "/name"),
        ("/v1/speakers", {"name": "A" * 501}, "/name"),
        ("/v1/speakers", {"names": {}}, "/names"),
        ("/v1/speakers", {"kind": "Person"}, "/kind"),
        ("/v1/speakers", {"country": "kz"}, "/country"),
        ("/v1/speakers", {"country": "QQ"}, "/country"),
        ("/v1/speakers", {"image_url": "javascript:alert(1)"}, "/image_url"),
        ("/v1/speakers", {"image_url": "https://user:secret@a.example/"}, "/image_url"),
        ("/v1/speakers", affiliated(acting=1), "/affiliations/0/acting"),
        ("/v1/speakers", affiliated(acting="yes"), "/affiliations/0/acting"),
        ("/v1/speakers", affiliated(since=2022), "/affiliations/0/since"),
        ("/v1/speakers", affiliated(since="2022-02-30"), "/affiliations/0/since"),
        ("/v1/speakers", affiliated(since="0000"), "/affiliations/0/since"),
        ("/v1/statements", {"said_on": "27.9.2022"}, "/said_on"),
        ("/v1/statements", {"said_on": 0}, "/said_on"),
        ("/v1/statements", {"language": "x!"}, "/language"),
        ("/v1/statements", counted(98000), "/quantities/0/value"),
        ("/v1/statements", counted("1e5"), "/quantities/0/value"),
        ("/v1/statements", counted("٣"), "/quantities/0/value"),
        (SCALES, rated(ordinal=True), "/ratings/0/ordinal"),
        (SCALES, rated(2**63), "/ratings/0/ordinal"),
        (SCALES, rated(-(10**40)), "/ratings/0/ordinal"),
        (SCALES, rated(1.0), "/ratings/0/ordinal"),
        (SCALES, rated("1"), "/ratings/0/ordinal"),
        ("/v1/verdicts", {"statement_revision": True}, "/statement_revision"),
        ("/v1/verdicts", {"statement_revision": 2**64}, "/statement_revision"),
        ("/v1/api-keys", {"expires_at": 0}, "/expires_at"),
        ("/v1/api-keys", {"expires_at": "2999-01-01T00:00:00"}, "/expires_at"),
        ("/v1/api-keys", {"expires_at": "2999-01-01"}, "/expires_at"),
    ],
)  # fmt: skip
async def test_a_wrong_type_or_value_is_pointed_at(
    admin: Client, path: str, given: dict[str, object], pointer: str
) -> None:
    body = problem(await admin.post(path, json=given), 422, "invalid-input")

    assert pointer in [place for place, _ in where(body)]


async def test_everything_that_is_wrong_is_listed_at_once(editor: Client) -> None:
    wrong = {"kind": "robot", "country": "kz", "nope": 1}

    body = problem(await editor.post("/v1/speakers", json=wrong), 422, "invalid-input")

    places = dict(where(body))
    assert places.keys() == {"/kind", "/country", "/nope", "/name"}
    assert (places["/name"], places["/nope"]) == ("missing", "unknown_field")
