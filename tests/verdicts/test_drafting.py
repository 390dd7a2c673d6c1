"""Drafting a verdict: what was found, before anybody else sees it."""

import pytest

from tests.making import Client, Json, Make, archive, change, ids, wrong

PATH = "/v1/verdicts"
NOTHING = "0192d3a4-0000-7000-8000-000000000000"


async def test_what_was_given_is_what_is_kept(make: Make) -> None:
    statement, source = await make.statement(), await make.source()
    evidence = {
        "source_id": source.id,
        "stance": "refutes",
        "role": "dataset",
        "excerpt": "There are 3",
        "locator": "p. 4",
        "note": "Counted twice",
    }
    given: Json = {
        "ref": "check-1",
        "statement_id": statement.id,
        "check_type": "context",
        "headline": "Three, not four",
        "summary": "x" * 600,
        "explanation": "# Why\n\nBecause.",
        "language": "fr-CA",
        "uncertainty": "medium",
        "url": "https://check.example/HTTPS://a",
        "statement_revision": 1,
    }

    rated = given | {"rating": {"key": "mostly_false"}, "evidence": [evidence]}
    made = (await make.post(PATH, rated)).body

    assert {name: made[name] for name in given} == given
    (shown,) = made["evidence"]
    assert {name: shown[name] for name in evidence} == evidence
    assert shown["source"]["name"] == source.body["name"]
    assert made["rating"] == {
        "scale": "veracity",
        "key": "mostly_false",
        "label": "Plutôt faux",
        "normalized": "mostly_false",
        "ordinal": 2,
    }
    assert (made["state"], made["author"], made["approver"]) == ("draft", "Administrator", None)
    assert (made["published_at"], made["published_version"], made["retracted"]) == (
        None,
        None,
        False,
    )
    assert (made["change_kind"], made["stale_reasons"]) == (None, [])


async def test_a_draft_may_begin_with_next_to_nothing(make: Make) -> None:
    statement = await make.statement(language="kk")

    made = (await make.post(PATH, {"statement_id": statement.id, "check_type": "content"})).body

    assert (made["rating"], made["language"]) == (None, "kk")
    assert (made["uncertainty"], made["statement_revision"]) == ("none", 1)
    assert (made["evidence"], made["headline"], made["url"]) == ([], None, None)


async def test_a_draft_is_for_its_own_newsroom(
    make: Make, reader: Client, stranger: Client, anonymous: Client
) -> None:
    draft = await make.verdict()
    statement = f"/v1/statements/{draft.body['statement_id']}"

    for outsider in (stranger, anonymous):
        assert (await outsider.get(draft.path)).status_code == 404
        assert await ids(outsider, PATH) == []
        assert (await outsider.get(statement)).json()["verdicts"] == []
    assert (await reader.get(draft.path)).json() == draft.body
    assert await ids(reader, PATH) == [draft.id]
    assert [one["id"] for one in (await reader.get(statement)).json()["verdicts"]] == [draft.id]
    assert (await reader.get(draft.path, params={"view": "public"})).status_code == 404


async def test_each_newsroom_has_one_verdict_on_each_question(
    make: Make, admin: Client, stranger: Client
) -> None:
    statement = await make.statement()
    draft = await make.verdict(statement_id=statement.id)
    body = {"statement_id": statement.id, "check_type": "content"}

    again = await admin.post(PATH, json=body)
    other = await admin.post(PATH, json=body | {"check_type": "attribution"})
    theirs = await stranger.post(PATH, json=body)

    assert wrong(again) == (409, {("/check_type", "taken")})
    assert (other.status_code, theirs.status_code) == (201, 201)
    await archive(admin, draft)
    assert (await admin.post(PATH, json=body)).status_code == 201


@pytest.mark.parametrize(
    ("given", "pointer", "code"),
    [
        ({"statement_id": NOTHING}, "/statement_id", "reference"),
        ({"rating": {"key": "nonsense"}}, "/rating/key", "reference"),
        ({"rating": {"key": "false", "scale": "nonsense"}}, "/rating/scale", "reference"),
        ({"rating": {"scale": "veracity"}}, "/rating/key", "missing"),
        ({"rating": "false"}, "/rating", "model_attributes_type"),
        ({"summary": "x" * 601}, "/summary", "too_long"),
        ({"check_type": "spelling"}, "/check_type", "enum"),
        ({"statement_revision": 2}, "/statement_revision", "reference"),
        ({"statement_revision": 0}, "/statement_revision", "greater_than_equal"),
        ({"evidence": [{"source_id": NOTHING}]}, None, None),
        ({"state": "published"}, "/state", "unknown_field"),
    ],
)
async def test_a_refusal_points_at_what_is_wrong(
    given: Json, pointer: str | None, code: str | None, make: Make, admin: Client
) -> None:
    statement = await make.statement()
    body = {"statement_id": statement.id, "check_type": "content"}

    status, errors = wrong(await admin.post(PATH, json=body | given))

    needed = {("/evidence/0/stance", "missing"), ("/evidence/0/role", "missing")}
    assert (status, errors) == (422, {(pointer, code)} if pointer else needed)


async def test_a_wrong_rating_lists_the_right_ones(make: Make, admin: Client) -> None:
    body = {"statement_id": (await make.statement()).id, "check_type": "attribution"}

    refused = await admin.post(PATH, json=body | {"rating": {"key": "false"}})

    detail = refused.json()["detail"]
    assert "attribution" in detail
    for key in ("confirmed", "altered", "not_found", "denied", "misattributed"):
        assert key in detail


async def test_a_verdict_is_about_what_its_newsroom_may_see(
    make: Make, stranger: Client, admin: Client
) -> None:
    internal = await make.statement(visibility="internal")
    archived = await make.statement()
    await archive(admin, archived)

    for client, statement in ((stranger, internal), (admin, archived)):
        body = {"statement_id": statement.id, "check_type": "content"}
        assert wrong(await client.post(PATH, json=body)) == (
            422,
            {("/statement_id", "reference")},
        )


async def test_evidence_is_a_source_that_is_there(make: Make, admin: Client) -> None:
    kept, source = await make.source(), await make.source()
    cited = {"stance": "neutral", "role": "primary"}
    draft = await make.verdict(evidence=[cited | {"source_id": kept.id}])
    await archive(admin, source)
    await archive(admin, kept)
    evidence = [cited | {"source_id": kept.id}, cited | {"source_id": source.id}]

    refused = await change(admin, draft, evidence=evidence)
    allowed = await change(admin, draft, evidence=[evidence[0] | {"note": "Gone"}])

    assert wrong(refused) == (422, {("/evidence/1/source_id", "reference")})
    assert allowed.json()["evidence"][0]["note"] == "Gone"
    assert allowed.json()["stale_reasons"] == ["evidence_archived"]


@pytest.mark.parametrize(
    "changes",
    [
        {"ref": "check-2"},
        {"headline": "Another"},
        {"summary": None},
        {"explanation": "Other"},
        {"language": "fr"},
        {"uncertainty": "high"},
        {"url": "https://check.example/2"},
        {"rating": None},
        {"evidence": []},
    ],
)
async def test_only_what_is_given_changes(changes: Json, make: Make, admin: Client) -> None:
    source = await make.source()
    cited = {"source_id": source.id, "stance": "neutral", "role": "primary"}
    draft = await make.verdict(evidence=[cited], ref="check-1", url="https://check.example/1")

    changed = (await change(admin, draft, **changes)).json()

    ((name, value),) = changes.items()
    assert changed[name] == value
    touched = {name, "version", "updated_at"} | ({"rating"} if name == "language" else set())
    assert {key: changed[key] for key in changed.keys() - touched} == {
        key: draft.body[key] for key in draft.body.keys() - touched
    }
    assert changed["version"] == 2


async def test_a_rating_is_in_the_words_of_the_language(make: Make, admin: Client) -> None:
    draft = await make.verdict()

    french = (await change(admin, draft, language="fr-CA")).json()["rating"]["label"]
    unknown = await make.verdict(language="ja")

    assert (draft.body["rating"]["label"], french) == ("False", "Faux")
    assert unknown.body["rating"]["label"] == "False"


async def test_a_label_in_no_language_that_one_asks_for_is_better_than_none(make: Make) -> None:
    ratings = [{"key": "wrong", "labels": {"kk": "Қате"}}]
    scale = await make.scale(ratings=ratings)

    made = await make.verdict(rating={"key": "wrong", "scale": scale.body["key"]})

    assert made.body["rating"]["label"] == "Қате"


async def test_another_rating_is_of_the_same_scale_unless_it_says_so(
    make: Make, admin: Client
) -> None:
    scale = await make.scale()
    draft = await make.verdict(rating={"key": "wrong", "scale": scale.body["key"]})

    other = await change(admin, draft, rating={"key": "right"})

    rating = other.json()["rating"]
    assert (rating["scale"], rating["label"]) == (scale.body["key"], "Right")


async def test_a_verdict_stays_with_what_it_judges(make: Make, admin: Client) -> None:
    draft, other = await make.verdict(), await make.statement()

    moved = await change(admin, draft, statement_id=other.id)
    turned = await change(admin, draft, check_type="context")

    assert wrong(moved) == (422, {("/statement_id", "fixed")})
    assert wrong(turned) == (422, {("/check_type", "fixed")})
