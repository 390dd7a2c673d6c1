"""ETags: readers fetch only what is new, and nobody overwrites what they haven't seen."""

from collections.abc import Awaitable, Callable

import pytest

from app.foundation.preconditions import refuse_existing
from app.foundation.problems import AlreadyThere, MalformedRequest
from tests.foundation.answers import problem, where
from tests.making import Client, Made, Make

Making = Callable[[Make], Awaitable[Made]]
CHANGEABLE: dict[str, tuple[Making, dict[str, object]]] = {
    "speaker": (lambda make: make.speaker(), {"name": "Another"}),
    "source": (lambda make: make.source(), {"name": "Another"}),
    "topic": (lambda make: make.topic(), {"labels": {"en": "Another"}}),
    "measure": (lambda make: make.measure(), {"unit": "person"}),
    "scale": (lambda make: make.scale(), {"description": "Another"}),
    "organization": (
        lambda make: make.post("/v1/organizations", {"name": "A"}), {"name": "Another"}
    ),
    "statement": (lambda make: make.statement(), {"occasion": "Another"}),
    "verdict": (lambda make: make.verdict(), {"headline": "Another"}),
    "key": (lambda make: make.api_key(), {"name": "Another"}),
}  # fmt: skip
each_kind = pytest.mark.parametrize("kind", CHANGEABLE)


@each_kind
async def test_a_reader_who_has_it_already_gets_304(admin: Client, make: Make, kind: str) -> None:
    made = await CHANGEABLE[kind][0](make)
    read = await admin.get(made.path)
    tag = read.headers["ETag"]

    for known in (tag, f"W/{tag}", f'"other", {tag}', f'W/"other",W/{tag}', "*"):
        answer = await admin.get(made.path, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b""), known
        assert answer.headers["ETag"] == tag
        assert answer.headers["Cache-Control"] == read.headers["Cache-Control"]
        assert answer.headers["Vary"] == read.headers["Vary"]
    for unknown in ('"other"', f'"{tag}"', "", ",", "garbage", tag.strip('"'), 'W/"', '"', "W/*"):
        answer = await admin.get(made.path, headers={"If-None-Match": unknown})
        assert answer.status_code == 200, unknown
        assert answer.content == read.content


@each_kind
async def test_a_change_without_if_match_is_428(admin: Client, make: Make, kind: str) -> None:
    making, change = CHANGEABLE[kind]
    made = await making(make)

    for answer in (await admin.patch(made.path, json=change), await admin.delete(made.path)):
        body = problem(answer, 428, "precondition-required")
        assert where(body) == [("If-Match", "missing")]
    assert (await admin.get(made.path)).json()["version"] == 1


@each_kind
async def test_a_stale_change_is_412_with_what_is_current(
    admin: Client, make: Make, kind: str
) -> None:
    making, change = CHANGEABLE[kind]
    made = await making(make)
    changed = await admin.patch(made.path, json=change, headers=made.if_match)
    assert (changed.status_code, changed.json()["version"]) == (200, 2)

    for answer in (
        await admin.patch(made.path, json=change, headers=made.if_match),
        await admin.delete(made.path, headers=made.if_match),
    ):
        body = problem(answer, 412, "stale-version")
        assert body["version"] == 2
        assert answer.headers["ETag"] == changed.headers["ETag"]
    current = {"If-Match": changed.headers["ETag"]}
    assert (await admin.delete(made.path, headers=current)).status_code == 204


@each_kind
async def test_a_star_means_whatever_it_is_now(admin: Client, make: Make, kind: str) -> None:
    making, change = CHANGEABLE[kind]
    made = await making(make)

    changed = await admin.patch(made.path, json=change, headers={"If-Match": "*"})
    archived = await admin.delete(made.path, headers={"If-Match": " * "})

    assert (changed.status_code, archived.status_code, archived.content) == (200, 204, b"")
    problem(await admin.get(made.path), 410, "gone")
    problem(await admin.patch(made.path, json=change, headers={"If-Match": "*"}), 410, "gone")
    problem(await admin.delete(made.path, headers={"If-Match": "*"}), 410, "gone")


async def test_if_match_takes_a_list_and_no_weak_tags(admin: Client, make: Make) -> None:
    made = await make.speaker()
    path, tag = made.path, made.etag

    for given in (f"W/{tag}", '"1x"', '"01"', '"-1"', '"0-x"', '"¹"', '""', f"W/{tag}, W/{tag}"):
        answer = await admin.patch(
            path, json={"name": "A"}, headers=[(b"If-Match", given.encode("latin-1"))]
        )
        problem(answer, 412, "stale-version")
    assert (await admin.get(path)).json()["version"] == 1
    listed = {"If-Match": f'"7-other", W/"x", {tag}'}
    assert (await admin.patch(path, json={"name": "A"}, headers=listed)).status_code == 200


@pytest.mark.parametrize(
    "garbage",
    ["", " ", ",", "garbage", "1", "1-6f1ed002ab559585", '"1-x', '"', '"1-x"x', '"1-x" "1-y"',
     "W/*", "*, *", '*, "1-x"', 'w/"1-x"', "'1-x'", "%00"],
)  # fmt: skip
async def test_an_if_match_that_cannot_be_read_is_400_and_changes_nothing(
    admin: Client, make: Make, garbage: str
) -> None:
    made = await make.speaker()
    header = {"If-Match": garbage}

    for answer in (
        await admin.patch(made.path, json={"name": "A"}, headers=header),
        await admin.delete(made.path, headers=header),
    ):
        body = problem(answer, 400, "malformed-request")
        assert where(body) == [("If-Match", "malformed")]
    assert (await admin.get(made.path)).json() == made.body


async def test_several_lines_of_a_condition_are_one_list(admin: Client, make: Make) -> None:
    made = await make.speaker()
    tag = made.etag.encode()

    for lines in ((b'"x"', tag), (tag, b'"x"'), (b'W/"x"', b'"y", "z"', tag)):
        known = [(b"If-None-Match", line) for line in lines]
        assert (await admin.get(made.path, headers=known)).status_code == 304
        match = [(b"If-Match", line) for line in lines]
        answer = await admin.patch(made.path, json={"name": made.body["name"]}, headers=match)
        assert answer.status_code == 200
    contradictory = [(b"If-Match", b"*"), (b"If-Match", tag)]
    answer = await admin.patch(made.path, json={"name": "A"}, headers=contradictory)
    problem(answer, 400, "malformed-request")


@each_kind
async def test_head_is_304_as_get_is(admin: Client, make: Make, kind: str) -> None:
    made = await CHANGEABLE[kind][0](make)
    tag = (await admin.get(made.path)).headers["ETag"]

    for known in (tag, f"W/{tag}", f'"other", W/{tag}', "*"):
        answer = await admin.head(made.path, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["ETag"] == tag
    answer = await admin.head(made.path, headers={"If-None-Match": '"other"'})
    assert (answer.status_code, answer.headers["ETag"]) == (200, tag)


async def test_what_is_not_there_is_no_304(admin: Client, anonymous: Client, make: Make) -> None:
    archived, hidden = await make.speaker(), await make.statement(visibility="internal")
    await admin.delete(archived.path, headers={"If-Match": "*"})

    for known in ("*", archived.etag):
        header = {"If-None-Match": known}
        problem(await admin.get(archived.path, headers=header), 410, "gone")
        problem(await anonymous.get(hidden.path, headers=header), 404, "not-found")


@pytest.mark.parametrize("asked", ["*", " * ", '"3-x"', 'W/"3-x"', '"2-x", "3-x"', '"y",W/"3-x"'])
def test_a_new_one_is_refused_where_there_is_one_already(asked: str) -> None:
    with pytest.raises(AlreadyThere) as refused:
        refuse_existing(asked, '"3-x"', 3)

    assert refused.value.status == 412
    assert refused.value.headers == {"ETag": '"3-x"'}
    assert refused.value.members == {"version": 3}


@pytest.mark.parametrize("asked", [None, '"2-x"', 'W/"2-x"', '"4-x", "5-x"', '""'])
def test_it_may_be_written_over_unless_if_none_match_names_it(asked: str | None) -> None:
    refuse_existing(asked, '"3-x"', 3)


@pytest.mark.parametrize("garbage", ["", "3-x", '"3-x', '*, "3-x"', "W/*"])
def test_an_if_none_match_that_cannot_be_read_writes_over_nothing(garbage: str) -> None:
    with pytest.raises(MalformedRequest) as refused:
        refuse_existing(garbage, '"3-x"', 3)

    assert [(one.header, one.code) for one in refused.value.errors] == [
        ("If-None-Match", "malformed")
    ]


async def test_a_publication_needs_if_match_too(admin: Client, make: Make) -> None:
    draft = await make.verdict()
    path = f"{draft.path}/transitions"

    problem(await admin.post(path, json={"to": "published"}), 428, "precondition-required")
    stale = {"If-Match": '"9-x"'}
    problem(await admin.post(path, json={"to": "published"}, headers=stale), 412, "stale-version")


async def test_what_changes_inside_changes_the_etag_and_stops_no_correction(
    admin: Client, make: Make
) -> None:
    said = await make.statement()
    speaker = f"/v1/speakers/{said.body['speaker_id']}"
    await admin.patch(speaker, json={"name": "Renamed"}, headers={"If-Match": "*"})

    known = await admin.get(said.path, headers={"If-None-Match": said.etag})
    corrected = await admin.patch(said.path, json={"occasion": "A"}, headers=said.if_match)

    assert known.status_code == 200
    assert known.json()["speaker"]["name"] == "Renamed"
    assert known.json()["version"] == 1
    assert known.headers["ETag"] != said.etag
    assert corrected.status_code == 200


async def test_a_change_that_changes_nothing_keeps_version_and_etag(
    admin: Client, make: Make
) -> None:
    made = await make.speaker(country="KZ")

    for patch in ({}, {"country": "KZ"}, {"description": None}, {"name": made.body["name"]}):
        answer = await admin.patch(made.path, json=patch, headers=made.if_match)
        assert (answer.status_code, answer.headers["ETag"]) == (200, made.etag)
    assert (await admin.get(made.path)).json() == made.body


async def test_the_public_and_the_editors_have_tags_of_their_own(
    anonymous: Client, admin: Client, make: Make
) -> None:
    said = await make.statement()

    public = (await anonymous.get(said.path)).headers["ETag"]

    assert public != (await admin.get(said.path)).headers["ETag"]
    stale = await anonymous.get(said.path, headers={"If-None-Match": said.etag})
    assert stale.status_code == 200
