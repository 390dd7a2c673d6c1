"""Whom we asked: what is recorded of it, what is refused, and what is found again."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.making import Client, Json, Made, Make, archive, change, ids, wrong

NOTHING = "0192d3a4-0000-7000-8000-000000000000"
ASKED, LATER, LATEST = (f"2022-09-2{day}T10:00:00.000000Z" for day in (7, 8, 9))
REPLY: Json = {"state": "replied", "replied_at": LATER, "reply": "It was 98,000."}
PARTY: Json = {"name": "A", "purpose": "other", "channel": "other"}


async def test_it_says_who_was_asked_for_what_and_by_when(make: Make) -> None:
    speaker = await make.speaker(name="Aslan Atalykov")

    made = await make.contact(
        speaker_id=speaker.id, asked_at=ASKED, reply_by=LATER, note="Twice", ref="c-1"
    )

    body = made.body
    assert (body["speaker"]["name"], body["source"], body["name"]) == ("Aslan Atalykov", None, None)
    assert (body["asked_at"], body["reply_by"], body["state"]) == (ASKED, LATER, "asked")
    assert (body["replied_at"], body["reply"], body["note"]) == (None, None, "Twice")
    assert (body["is_public"], body["ref"], body["created_by"]) == (False, "c-1", "Administrator")


async def test_they_were_asked_now_unless_it_is_said_when(make: Make) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)

    made = await make.contact(reply_by="2999-01-01T00:00:00Z")

    assert before < datetime.fromisoformat(made.body["asked_at"]) <= datetime.now(UTC)


async def test_the_reply_is_recorded_when_it_comes_and_can_be_taken_back(
    make: Make, checker: Client
) -> None:
    made = await make.contact(asked_at=ASKED)

    replied = await change(checker, made, **REPLY)

    assert replied.status_code == 200, replied.text
    assert {name: replied.json()[name] for name in REPLY} == REPLY
    alone = await checker.patch(made.path, json={"state": "no_reply"}, headers={"If-Match": "*"})
    assert wrong(alone) == (422, {(None, "reply")})
    gone = {"state": "no_reply", "reply": None, "replied_at": None}
    taken_back = await checker.patch(made.path, json=gone, headers={"If-Match": "*"})
    assert (taken_back.status_code, taken_back.json()["reply"]) == (200, None)


@pytest.mark.parametrize(
    ("given", "at", "code"),
    [
        ({"name": None}, None, "one_of"),
        ({"speaker_id": NOTHING}, None, "one_of"),
        ({"name": None, "speaker_id": NOTHING, "source_id": NOTHING}, None, "one_of"),
        ({"name": None, "speaker_id": NOTHING}, "/speaker_id", "reference"),
        ({"name": None, "source_id": NOTHING}, "/source_id", "reference"),
        ({"verdict_id": NOTHING}, "/verdict_id", "reference"),
        ({"verdict_id": None}, "/verdict_id", "uuid_type"),
        ({"asked_at": LATER, "reply_by": ASKED}, "/reply_by", "period"),
        ({"reply_by": ASKED}, "/reply_by", "period"),
        ({"asked_at": LATEST, **REPLY}, "/replied_at", "period"),
        ({"asked_at": ASKED, "state": "replied"}, None, "reply"),
        ({"asked_at": ASKED, **REPLY, "reply": None}, None, "reply"),
        ({"asked_at": ASKED, **REPLY, "replied_at": None}, None, "reply"),
        ({"asked_at": ASKED, **REPLY, "state": "declined"}, None, "reply"),
        ({"asked_at": ASKED, "replied_at": LATER}, None, "reply"),
        ({"reply": " "}, "/reply", "string_pattern_mismatch"),
        ({"asked_at": "9999-12-31T23:59:59.999999Z"}, "/asked_at", "instant"),
        ({"asked_at": "2022-09-27T10:00:00"}, "/asked_at", "instant"),
        ({"is_public": 1}, "/is_public", "bool_type"),
        ({"purpose": "gossip"}, "/purpose", "enum"),
        ({"organization_id": NOTHING}, "/organization_id", "unknown_field"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    make: Make, admin: Client, given: Json, at: str | None, code: str
) -> None:
    verdict = {"verdict_id": (await make.verdict()).id} if "verdict_id" not in given else {}

    answer = await admin.post("/v1/contacts", json=PARTY | verdict | given)

    assert wrong(answer) == (422, {(at, code)})


async def test_it_is_about_a_verdict_of_ones_own_that_is_there(
    make: Make, admin: Client, stranger: Client
) -> None:
    published, doomed = await make.published(), await make.verdict()
    await archive(admin, doomed)

    for client, verdict in ((stranger, published), (admin, doomed)):
        answer = await client.post("/v1/contacts", json=PARTY | {"verdict_id": verdict.id})
        assert wrong(answer) == (422, {("/verdict_id", "reference")})


async def test_it_stays_with_its_verdict(make: Make, admin: Client) -> None:
    made, other = await make.contact(), await make.verdict()

    moved = await change(admin, made, verdict_id=other.id)

    assert wrong(moved) == (422, {("/verdict_id", "fixed")})
    assert (await change(admin, made, verdict_id=made.body["verdict_id"])).status_code == 200


async def test_who_was_asked_can_be_put_right(make: Make, admin: Client) -> None:
    speaker, source = await make.speaker(), await make.source(kind="newspaper")
    made = await make.contact(name="Somebody")

    for party in ({"speaker_id": speaker.id}, {"source_id": source.id}, {"name": "Somebody"}):
        answer = await admin.patch(made.path, json=party, headers={"If-Match": "*"})
        shown = {name: answer.json()[name] for name in ("speaker_id", "source_id", "name")}
        assert shown == {"speaker_id": None, "source_id": None, "name": None} | party
    await archive(admin, speaker)
    gone = await admin.patch(made.path, json={"speaker_id": speaker.id}, headers={"If-Match": "*"})
    assert wrong(gone) == (422, {("/speaker_id", "reference")})


async def test_one_who_was_archived_since_goes_on_being_shown(make: Make, admin: Client) -> None:
    speaker = await make.speaker(name="Aslan Atalykov")
    made = await make.contact(speaker_id=speaker.id)
    await archive(admin, speaker)

    noted = await change(admin, made, note="By phone")

    assert noted.status_code == 200
    assert noted.json()["speaker"]["name"] == "Aslan Atalykov"


@pytest.fixture
async def several(make: Make) -> dict[str, Made]:
    """Have contacts of every sort, for two verdicts."""
    verdict, other = await make.verdict(), await make.verdict()
    speaker, source = await make.speaker(), await make.source()
    asked: Json = {"verdict_id": verdict.id, "asked_at": ASKED}
    return {
        "late": await make.contact(**asked, speaker_id=speaker.id, reply_by=LATER),
        "waiting": await make.contact(
            **asked, source_id=source.id, reply_by="2999-01-01T00:00:00Z"
        ),
        "open": await make.contact(**asked, purpose="evidence"),
        "done": await make.contact(**asked, reply_by=LATER, **REPLY),
        "other": await make.contact(verdict_id=other.id, asked_at=LATER, state="no_reply"),
    }


async def test_lists_are_filtered(make: Make, reader: Client, several: dict[str, Made]) -> None:
    late, other = several["late"].body, several["other"].body
    names = {made.id: name for name, made in several.items()}
    for asked, expected in (
        ({"verdict_id": late["verdict_id"]}, "done late open waiting"),
        ({"verdict_id": other["verdict_id"]}, "other"),
        ({"speaker_id": late["speaker_id"]}, "late"),
        ({"source_id": several["waiting"].body["source_id"]}, "waiting"),
        ({"state": "asked"}, "late open waiting"),
        ({"purpose": "evidence"}, "open"),
        ({"overdue": "true"}, "late"),
        ({"overdue": "false"}, "done open other waiting"),
        ({"overdue": "false", "state": "asked"}, "open waiting"),
        ({"updated_since": other["updated_at"]}, "other"),
    ):
        found = await ids(reader, "/v1/contacts", **asked)
        assert sorted(names[one] for one in found) == expected.split(), asked


async def test_lists_are_sorted_and_those_without_a_time_limit_come_last(
    reader: Client, several: dict[str, Made]
) -> None:
    names = {made.id: name for name, made in several.items()}
    for sort, expected in (
        ("reply_by", "late done waiting open other"),
        ("-reply_by", "other open waiting done late"),
        ("asked_at", "late waiting open done other"),
        ("-created_at", "other done open waiting late"),
    ):
        found = await ids(reader, "/v1/contacts", sort=sort)
        assert [names[one] for one in found] == expected.split(), sort
