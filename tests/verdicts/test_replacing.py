"""A verdict that is put whole, by reference."""

from httpx2 import Response

from tests.making import Client, Json, Made, Make, change, wrong

PATH = "/v1/verdicts/by-ref/check-1"


async def put(client: Client, body: Json) -> Response:
    return await client.put(PATH, json=body, headers={"If-Match": "*"})


async def a_body(make: Make) -> Json:
    return {
        "statement_id": (await make.statement()).id,
        "check_type": "content",
        "rating": {"key": "false"},
        "headline": "It is not so",
        "summary": "It is not so.",
        "explanation": "We looked.",
        "evidence_note": "There is one source only.",
        "evidence": [
            {"source_id": (await make.source()).id, "stance": "refutes", "role": "primary"}
        ],
    }


async def first(client: Client, body: Json) -> Json:
    answer = await client.put(PATH, json=body)
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    return made


async def test_what_was_worked_out_when_it_was_drafted_stays(
    make: Make, editor: Client, admin: Client
) -> None:
    body = await a_body(make)
    made = await first(editor, body)
    statement = f"/v1/statements/{body['statement_id']}"
    await editor.patch(statement, json={"text": "Other words"}, headers={"If-Match": "*"})
    scale = await make.scale(check_types=["content"])
    newsroom = f"/v1/organizations/{made['organization']['id']}"
    other = {"language": "kk", "default_scales": [{"check_type": "content", "scale_id": scale.id}]}
    before = (await admin.get(newsroom)).json()
    changed = await admin.patch(newsroom, json=other, headers={"If-Match": "*"})

    again = await put(editor, body)

    kept = {name: before[name] for name in other}
    await admin.patch(newsroom, json=kept, headers={"If-Match": "*"})
    assert (changed.status_code, again.status_code) == (200, 200)
    for name in ("version", "language", "rating", "statement_revision"):
        assert again.json()[name] == made[name]
    assert again.json()["stale_reasons"] != []


async def test_a_draft_is_replaced(make: Make, editor: Client) -> None:
    body = await a_body(make)
    made = await first(editor, body)
    least = {name: body[name] for name in ("statement_id", "check_type")}

    replaced = (await put(editor, least | {"rating": {"key": "true"}})).json()

    assert (replaced["id"], replaced["version"]) == (made["id"], 2)
    assert (replaced["rating"]["key"], replaced["headline"]) == ("true", None)
    assert (replaced["evidence"], replaced["explanation"]) == ([], None)


async def test_what_is_public_can_only_be_put_as_it_is(make: Make, editor: Client) -> None:
    body = await a_body(make)
    made = await first(editor, body)
    draft = Made(f"/v1/verdicts/{made['id']}", made, "*")
    moved = await Make(editor, make.approver).publish(draft)

    again = await put(editor, body)
    other = await put(editor, body | {"headline": "It is so"})

    assert (again.status_code, again.json()) == (200, moved.body)
    assert other.status_code == 409
    assert other.json()["type"] == "/problems/not-in-draft"


async def test_a_patch_that_changes_nothing_of_what_is_public_is_answered_too(make: Make) -> None:
    published = await make.published()

    answer = await change(make.client, published, headline=published.body["headline"])

    assert (answer.status_code, answer.json()) == (200, published.body)


async def test_a_verdict_stays_with_what_it_judges(make: Make, editor: Client) -> None:
    body = await a_body(make)
    await first(editor, body)
    elsewhere = (await make.statement()).id

    assert wrong(await put(editor, body | {"statement_id": elsewhere})) == (
        422,
        {("/statement_id", "fixed")},
    )
    assert wrong(await put(editor, body | {"check_type": "context", "rating": None})) == (
        422,
        {("/check_type", "fixed")},
    )


async def test_there_is_one_on_each_question_whatever_it_is_called(
    make: Make, editor: Client
) -> None:
    body = await a_body(make)
    await first(editor, body)

    answer = await editor.put("/v1/verdicts/by-ref/check-2", json=body)

    assert wrong(answer) == (409, {("/check_type", "taken")})


async def test_a_verdict_is_seen_by_reference_as_the_public_sees_it(
    make: Make, editor: Client
) -> None:
    made = await first(editor, await a_body(make))
    public = {"view": "public"}

    draft = await editor.get(PATH, params=public)
    await Make(editor, make.approver).publish(Made(f"/v1/verdicts/{made['id']}", made, "*"))
    out = await editor.get(PATH, params=public)

    assert draft.status_code == 404
    assert (out.status_code, out.json()["state"]) == (200, "published")
