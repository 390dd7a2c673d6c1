"""The versions of a verdict: listed, fetched, compared, and logged as corrections."""

import pytest
from fastapi import FastAPI

from tests.house.seen import Seen
from tests.making import Client, Json, Made, Make, ids, wrong

CORRECTIONS = "/v1/corrections"
NOTICE = "We had misread the table"


@pytest.fixture
async def corrected(make: Make) -> Made:
    """A verdict that was corrected, and then taken back."""
    cited, gone, new = [await make.source() for _ in range(3)]
    evidence = [
        {"source_id": cited.id, "stance": "refutes", "role": "primary"},
        {"source_id": gone.id, "stance": "neutral", "role": "secondary"},
    ]
    text = "One\nTwo\nThree"
    first = await make.published(evidence=evidence, explanation=text, headline="First")
    revised = await make.revise(
        first,
        rating={"key": "mostly_false"},
        explanation=text.replace("Two", "2"),
        evidence=[
            {**evidence[0], "stance": "supports", "note": "Table 2"},
            {"source_id": new.id, "stance": "neutral", "role": "expert"},
        ],
    )
    second = await make.publish(
        revised, change_kind="correction", change_reason="rating_error", notice=NOTICE
    )
    return await make.move(second, "retracted", notice="All of it", change_reason="legal")


async def versions(client: Client, verdict: Made) -> list[Json]:
    answer = await client.get(f"{verdict.path}/versions")
    assert answer.status_code == 200, answer.text
    items: list[Json] = answer.json()["items"]
    return items


async def test_every_published_version_is_there_for_ever_with_its_period(
    corrected: Made, anonymous: Client
) -> None:
    first, second, last = await versions(anonymous, corrected)

    assert [one["no"] for one in (first, second, last)] == [1, 2, 3]
    kinds = [(one["change_kind"], one["change_reason"]) for one in (first, second, last)]
    assert kinds == [("initial", None), ("correction", "rating_error"), ("retraction", "legal")]
    assert (first["public_until"], second["public_until"]) == (
        second["published_at"],
        last["published_at"],
    )
    assert last["public_until"] is None
    assert [one["rating"]["key"] for one in (first, second, last)] == [
        "false", "mostly_false", "mostly_false",
    ]  # fmt: skip
    assert (first["explanation"], second["explanation"]) == ("One\nTwo\nThree", "One\n2\nThree")
    assert [len(one["evidence"]) for one in (first, second, last)] == [2, 2, 2]
    assert (second["author"], second["approver"]) == ("Administrator", "Reviewer")


async def test_a_version_is_fetched_by_its_number_with_its_etag(
    corrected: Made, anonymous: Client
) -> None:
    path = f"{corrected.path}/versions/2"

    answer = await anonymous.get(path)
    again = await anonymous.get(path, headers={"If-None-Match": answer.headers["ETag"]})

    assert answer.json() == (await versions(anonymous, corrected))[1]
    assert again.status_code == 304
    assert f"verdicts/{corrected.id}" in answer.headers["Surrogate-Key"].split()


@pytest.mark.parametrize("no", ["4", "99"])
async def test_a_version_that_is_not_there_is_404(
    no: str, corrected: Made, anonymous: Client
) -> None:
    assert (await anonymous.get(f"{corrected.path}/versions/{no}")).status_code == 404


@pytest.mark.parametrize("no", ["0", "-1", "one", "01"])
async def test_what_is_no_number_is_refused(no: str, corrected: Made, anonymous: Client) -> None:
    refused = await anonymous.get(f"{corrected.path}/versions/{no}")

    assert refused.status_code == 422
    assert [error["parameter"] for error in refused.json()["errors"]] == ["no"]


async def test_what_is_being_written_is_shown_to_its_own_people_alone(
    make: Make, reader: Client, anonymous: Client, stranger: Client
) -> None:
    revised = await make.revise(await make.published(), headline="Secret")

    for outsider in (anonymous, stranger):
        assert [one["no"] for one in await versions(outsider, revised)] == [1]
        assert (await outsider.get(f"{revised.path}/versions/2")).status_code == 404
        compared = await outsider.get(f"{revised.path}/diff?from=1&to=2")
        assert wrong(compared) == (422, {("to", "reference")})
    ours = await versions(reader, revised)
    assert [(one["no"], one["headline"]) for one in ours] == [(1, "It is not so"), (2, "Secret")]
    assert ours[1]["published_at"] is None
    draft = await make.verdict()
    for path in ("versions", "versions/1", "diff?from=1&to=1"):
        assert (await anonymous.get(f"{draft.path}/{path}")).status_code == 404


async def test_versions_are_paged_and_sorted(corrected: Made, anonymous: Client) -> None:
    page = (await anonymous.get(f"{corrected.path}/versions?sort=-no&limit=2")).json()
    rest = await anonymous.get(
        f"{corrected.path}/versions", params={"sort": "-no", "limit": 2, "cursor": page["next"]}
    )

    assert [one["no"] for one in page["items"] + rest.json()["items"]] == [3, 2, 1]
    since = {"updated_since": page["items"][1]["published_at"]}
    newer = (await anonymous.get(f"{corrected.path}/versions", params=since)).json()["items"]
    assert [one["no"] for one in newer] == [2, 3]


async def test_two_versions_are_compared_field_by_field(corrected: Made, anonymous: Client) -> None:
    first, second, _ = await versions(anonymous, corrected)

    found = (await anonymous.get(f"{corrected.path}/diff?from=1&to=2")).json()

    assert (found["verdict_id"], found["from"], found["to"]) == (corrected.id, 1, 2)
    fields = {one["field"]: one for one in found["fields"]}
    assert set(fields) == {"rating", "explanation", "change_kind", "change_reason", "notice"}
    assert fields["rating"]["from"] == first["rating"]
    assert fields["rating"]["to"] == second["rating"]
    assert fields["rating"]["diff"] is None
    assert fields["explanation"]["diff"] == "@@ -1,3 +1,3 @@\n One\n-Two\n+2\n Three"
    assert fields["notice"]["diff"] == f"@@ -0,0 +1 @@\n+{NOTICE}"
    assert found["evidence"]["added"] == [second["evidence"][1]]
    assert found["evidence"]["removed"] == [first["evidence"][1]]
    (changed,) = found["evidence"]["changed"]
    assert changed["source_id"] == first["evidence"][0]["source_id"]
    assert [(one["field"], one["from"], one["to"]) for one in changed["fields"]] == [
        ("stance", "refutes", "supports"),
        ("note", None, "Table 2"),
    ]


async def test_versions_corrections_and_comparisons_are_as_documented(
    corrected: Made, anonymous: Client, app: FastAPI
) -> None:
    seen = Seen(app.openapi())

    for component, path in (
        ("VerdictDiff", f"{corrected.path}/diff?from=1&to=2"),
        ("VerdictVersion", f"{corrected.path}/versions/2"),
        ("CorrectionPage", CORRECTIONS),
    ):
        seen.look(component, (await anonymous.get(path)).json())
    filled = {"VerdictDiff.fields", "EvidenceDifferences.added", "EvidenceDifferences.changed"}
    assert filled <= seen.items


async def test_a_version_is_like_itself_and_the_way_back_is_the_other_way_round(
    corrected: Made, anonymous: Client
) -> None:
    same = (await anonymous.get(f"{corrected.path}/diff?from=2&to=2")).json()
    back = (await anonymous.get(f"{corrected.path}/diff?from=2&to=1")).json()
    forth = (await anonymous.get(f"{corrected.path}/diff?from=1&to=2")).json()

    assert (same["fields"], same["evidence"]) == ([], {"added": [], "removed": [], "changed": []})
    assert back["evidence"]["added"] == forth["evidence"]["removed"]
    assert [(one["from"], one["to"]) for one in back["fields"]] == [
        (one["to"], one["from"]) for one in forth["fields"]
    ]


async def test_very_long_texts_are_told_as_one_replaced_by_the_other(
    make: Make, anonymous: Client
) -> None:
    text = "\n".join("a" for _ in range(4001))
    first = await make.published(explanation=text)
    revised = await make.revise(first, explanation="b")
    await make.publish(revised, change_kind="update")

    (field, *_) = (await anonymous.get(f"{first.path}/diff?from=1&to=2")).json()["fields"]

    lines = field["diff"].splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("@@ -1,4001 +1,1 @@", "+b", 4003)


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("from=1", ("to", "missing")),
        ("to=1", ("from", "missing")),
        ("from=0&to=1", ("from", "greater_than_equal")),
        ("from=1&to=9", ("to", "reference")),
        ("from=1&to=1&with=2", ("with", "unknown_parameter")),
    ],
)
async def test_a_comparison_needs_two_versions(
    query: str, error: tuple[str, str], corrected: Made, anonymous: Client
) -> None:
    assert wrong(await anonymous.get(f"{corrected.path}/diff?{query}")) == (422, {error})


async def test_the_log_tells_every_change_after_publication_the_newest_first(
    corrected: Made, anonymous: Client
) -> None:
    last, correction = (await anonymous.get(CORRECTIONS)).json()["items"]
    _, second, third = await versions(anonymous, corrected)

    assert correction["verdict_id"] == last["verdict_id"] == corrected.id
    assert correction["statement_id"] == corrected.body["statement_id"]
    assert (correction["from_version"], correction["to_version"]) == (1, 2)
    assert correction["from_rating"]["label"] == "False"
    assert correction["to_rating"] == second["rating"]
    assert (correction["change_kind"], correction["notice"]) == ("correction", NOTICE)
    assert (last["from_version"], last["to_version"]) == (2, 3)
    assert (last["from_rating"], last["to_rating"]) == (second["rating"], None)
    assert last["published_at"] == third["published_at"]


async def test_the_log_is_filtered(
    corrected: Made, make: Make, anonymous: Client, stranger: Client
) -> None:
    theirs = await Make(stranger).published()
    other = await Make(stranger).publish(
        await Make(stranger).revise(theirs, headline="Typo"), change_kind="minor"
    )
    ours: list[Json] = (await anonymous.get(CORRECTIONS)).json()["items"]
    minor, retraction, correction = ours

    async def found(**filters: str) -> list[str]:
        return await ids(anonymous, CORRECTIONS, **filters)

    assert await found(change_kind="minor") == [minor["id"]]
    assert await found(change_kind="retraction") == [retraction["id"]]
    assert await found(change_reason="rating_error") == [correction["id"]]
    assert await found(organization_id=minor["organization"]["id"]) == [minor["id"]]
    assert await found(verdict_id=other.id) == [minor["id"]]
    assert await found(statement_id=corrected.body["statement_id"]) == [
        retraction["id"],
        correction["id"],
    ]
    assert await found(published_from=retraction["published_at"]) == [
        minor["id"],
        retraction["id"],
    ]
    assert await found(published_until=correction["published_at"]) == [correction["id"]]
    assert await found(check_type="promise") == []
    oldest = [correction["id"], retraction["id"], minor["id"]]
    assert await found(sort="published_at") == oldest
    page = (await anonymous.get(f"{CORRECTIONS}?limit=1&sort=published_at&count=true")).json()
    assert page["count"] == {"value": 3, "exact": True}
    assert await found(sort="published_at", cursor=page["next"]) == oldest[1:]


async def test_nothing_is_in_the_log_before_it_is_public(make: Make, reader: Client) -> None:
    await make.move(await make.revise(await make.published(), headline="Soon"), "in_review")

    assert await ids(reader, CORRECTIONS) == []
