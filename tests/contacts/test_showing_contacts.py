"""Who sees a contact: its own people always, everybody once it and its verdict are public."""

from asyncio import gather
from typing import Any

import pytest

from tests.making import Client, Json, Made, Make, archive, change, ids

ASKED, REPLIED = "2022-09-27T10:00:00.000000Z", "2022-09-28T10:00:00.000000Z"
SECRET = "Nobody else should read this"


async def public(make: Make, verdict: Made, **given: Any) -> Made:
    return await make.contact(verdict_id=verdict.id, is_public=True, note=SECRET, **given)


async def feed(client: Client, **asked: Any) -> list[tuple[str, bool]]:
    """Tell what the feed says of contacts: what was done, and whether to forget it."""
    answer = await client.get("/v1/changes", params={"collection": "contacts"} | asked)
    assert SECRET not in answer.text
    return [(one["action"], one["tombstone"]) for one in answer.json()["items"]]


async def test_the_public_sees_it_when_it_is_public_and_so_is_its_verdict(
    make: Make, anonymous: Client, stranger: Client
) -> None:
    draft = await make.verdict()
    shown, kept = await public(make, draft), await make.contact(verdict_id=draft.id)
    for client in (anonymous, stranger):
        assert await ids(client, "/v1/contacts") == []
        assert (await client.get(shown.path)).status_code == 404

    await make.publish(draft)

    for client in (anonymous, stranger):
        body = (await client.get(shown.path)).json()
        assert (body["id"], body["note"], body["created_by"]) == (shown.id, None, None)
        assert await ids(client, "/v1/contacts") == [shown.id]
        assert (await client.get(kept.path)).status_code == 404
        assert (await client.get(f"{kept.path}/history")).status_code == 404


async def test_its_own_people_see_the_note_and_who_recorded_it(make: Make, reader: Client) -> None:
    made = await public(make, await make.published())

    body = (await reader.get(made.path)).json()

    assert (body["note"], body["created_by"]) == (SECRET, "Administrator")


async def test_a_verdict_shows_its_contacts_the_first_asked_first(
    make: Make, admin: Client, reader: Client, anonymous: Client, stranger: Client
) -> None:
    verdict = await make.published()
    speaker = await make.speaker(name="Aslan Atalykov")
    reply = {"state": "replied", "replied_at": REPLIED, "reply": "It was 98,000."}
    last = await public(make, verdict, name="The press office", asked_at=REPLIED)
    first = await public(make, verdict, speaker_id=speaker.id, asked_at=ASKED, **reply)
    inner = await make.contact(verdict_id=verdict.id, asked_at="2022-09-27T12:00:00Z", note=SECRET)
    doomed = await public(make, verdict)
    await archive(admin, doomed)

    for client in (anonymous, stranger):
        answer = await client.get(verdict.path)
        assert [one["id"] for one in answer.json()["contacts"]] == [first.id, last.id]
        assert SECRET not in answer.text
    shown = (await reader.get(verdict.path)).json()["contacts"]
    assert [one["id"] for one in shown] == [first.id, inner.id, last.id]
    assert shown[0]["speaker"]["name"] == "Aslan Atalykov"
    assert {name: shown[0][name] for name in reply} == reply
    assert shown == (await reader.get("/v1/verdicts")).json()["items"][0]["contacts"]
    as_public = await reader.get(verdict.path, params={"view": "public"})
    assert [one["id"] for one in as_public.json()["contacts"]] == [first.id, last.id]


async def test_the_verdicts_etag_changes_with_its_contacts_and_its_version_does_not(
    make: Make, anonymous: Client, admin: Client
) -> None:
    verdict = await make.published()
    made = await public(make, verdict)
    before = await anonymous.get(verdict.path)

    await change(admin, made, state="no_reply")

    after = await anonymous.get(verdict.path)
    assert after.headers["ETag"] != before.headers["ETag"]
    assert after.json()["version"] == before.json()["version"]


async def test_a_confidential_source_stays_so(
    make: Make, admin: Client, anonymous: Client, stranger: Client
) -> None:
    source = await make.source(name=SECRET, access="confidential")
    verdict = await make.published()
    made = await public(make, verdict, source_id=source.id)

    for client in (anonymous, stranger):
        for path in (made.path, verdict.path, "/v1/contacts", f"{made.path}/history"):
            answer = await client.get(path)
            assert answer.status_code == 200
            assert SECRET not in answer.text, path
        assert (await client.get(made.path)).json()["source"]["access"] == "confidential"
    assert await feed(anonymous) == [("contact.created", False)]
    assert (await admin.get(made.path)).json()["source"]["name"] == SECRET


async def test_the_feed_tells_when_contacts_come_out_with_their_verdict(
    make: Make, admin: Client, anonymous: Client
) -> None:
    draft = await make.verdict()
    shown, gone = await public(make, draft), await public(make, draft)
    await make.contact(verdict_id=draft.id)
    await archive(admin, gone)
    assert await feed(anonymous) == []

    await make.publish(draft)

    assert await feed(anonymous) == [("contact.published", False)]
    (item,) = (await anonymous.get("/v1/changes?collection=contacts")).json()["items"]
    assert item["document"] == (await anonymous.get(shown.path)).json()
    (entry,) = (await anonymous.get(f"{shown.path}/history")).json()["items"]
    assert (entry["action"], entry["before"], entry["actor"]) == ("contact.published", None, None)


async def test_what_was_shown_may_be_amended_and_its_history_stays(
    make: Make, admin: Client, anonymous: Client
) -> None:
    made = await public(make, await make.published())

    await change(admin, made, state="declined")

    changed, created = (await anonymous.get(f"{made.path}/history")).json()["items"]
    assert (changed["before"], changed["changed"]) == (created["after"], ["state"])
    assert (created["after"]["state"], changed["after"]["state"]) == ("asked", "declined")


@pytest.mark.parametrize("how", ["archived", "internal"])
async def test_what_is_withdrawn_leaves_a_tombstone(
    make: Make, admin: Client, anonymous: Client, how: str
) -> None:
    verdict = await make.published()
    made = await public(make, verdict)
    assert await feed(anonymous) == [("contact.created", False)]

    if how == "archived":
        await archive(admin, made)
    else:
        await change(admin, made, is_public=False)

    assert (await anonymous.get(made.path)).status_code == (410 if how == "archived" else 404)
    assert (await anonymous.get(verdict.path)).json()["contacts"] == []
    assert (await feed(anonymous))[-1][1] is True


async def test_nothing_comes_out_untold_when_it_is_made_public_at_that_moment(
    make: Make, admin: Client, anonymous: Client
) -> None:
    drafts = [await make.approve(await make.verdict()) for _ in range(4)]
    made = [await make.contact(verdict_id=one.id) for one in drafts]
    out: Json = {"to": "published"}

    await gather(
        *(change(admin, one, is_public=True) for one in made),
        *(
            admin.post(f"{one.path}/transitions", json=out, headers={"If-Match": "*"})
            for one in drafts
        ),
    )

    seen = (await anonymous.get("/v1/contacts")).json()["items"]
    told = (await anonymous.get("/v1/changes?collection=contacts")).json()["items"]
    assert sorted(one["id"] for one in told) == sorted(one.id for one in made)
    latest = {one["id"]: one["document"] for one in told}
    assert latest == {one["id"]: one for one in seen}


async def test_of_two_who_amend_the_same_one_is_told(make: Make, admin: Client) -> None:
    made = await make.contact()

    answers = await gather(*(change(admin, made, note=f"Number {n}") for n in range(3)))

    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]
