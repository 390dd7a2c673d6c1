"""Where the work on a statement is: it moves by the table, and says by whom and why."""

import pytest

from tests.making import Client, Json, Made, Make

STATES = ("captured", "triaged", "open", "closed", "duplicate", "rejected")
LEGAL = {
    "captured": {"triaged", "open", "closed", "duplicate", "rejected"},
    "triaged": {"open", "closed", "duplicate", "rejected"},
    "open": {"triaged", "closed", "duplicate", "rejected"},
    "closed": {"open"},
    "duplicate": {"triaged", "open"},
    "rejected": {"triaged", "open"},
}
ANY = {"If-Match": "*"}


async def move(client: Client, statement: Made, to: str, **given: str) -> tuple[int, Json]:
    path, body = f"{statement.path}/transitions", {"to": to} | given
    answer = await client.post(path, json=body, headers=ANY)
    return answer.status_code, answer.json()


@pytest.mark.parametrize("state", STATES)
async def test_the_moves_of_the_table_are_legal_and_no_other(
    state: str, make: Make, contributor: Client
) -> None:
    for to in STATES:
        statement = await make.statement(state=state)
        by_move = await move(contributor, statement, to)
        other = await make.statement(state=state)
        by_patch = await contributor.patch(other.path, json={"state": to}, headers=ANY)
        if to in LEGAL[state]:
            assert (by_move[0], by_move[1]["state"]) == (200, to)
            assert (by_patch.status_code, by_patch.json()["state"]) == (200, to)
            continue
        assert (by_move[0], by_move[1]["type"]) == (409, "/problems/illegal-transition")
        assert by_move[1]["legal"] == sorted(LEGAL[state])
        assert [error["pointer"] for error in by_move[1]["errors"]] == ["/to"]
        if to == state:
            assert (by_patch.status_code, by_patch.json()["version"]) == (200, 1)
        else:
            told = by_patch.json()
            assert (by_patch.status_code, told["legal"]) == (409, sorted(LEGAL[state]))
            assert [error["pointer"] for error in told["errors"]] == ["/state"]


async def test_a_move_says_who_when_and_why_and_leaves_the_revision(
    make: Make, contributor: Client
) -> None:
    statement = await make.statement()

    _, moved = await move(contributor, statement, "rejected", comment="It is an opinion")

    assert (moved["version"], moved["revision"]) == (2, 1)
    (last, _) = (await contributor.get(f"{statement.path}/history")).json()["items"]
    assert (last["action"], last["actor"], last["reason"], last["changed"]) == (
        "statement.moved", "Contributor", "It is an opinion", ["state"],
    )  # fmt: skip


async def test_null_is_no_state_to_go_to(make: Make, admin: Client) -> None:
    statement = await make.statement(state="open")

    refused = await admin.patch(statement.path, json={"state": None}, headers=ANY)

    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/illegal-transition")


async def test_a_refused_change_changes_nothing(make: Make, admin: Client) -> None:
    statement = await make.statement(state="closed")

    refused = await admin.patch(
        statement.path, json={"state": "rejected", "summary": "Other"}, headers=ANY
    )

    assert refused.status_code == 409
    assert (await admin.get(statement.path)).json() == statement.body
