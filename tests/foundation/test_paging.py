"""Pages: every item once, in one order, whatever happens meanwhile; cursors nobody can forge."""

import hashlib
import re
import string
from typing import Any
from urllib.parse import quote

import asyncpg
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from itsdangerous import URLSafeSerializer

from app.foundation.secret_files import signing_secret
from tests.foundation.answers import problem, where
from tests.making import Client, Make

Json = dict[str, Any]


async def walk(client: Client, path: str, limit: int) -> list[Json]:
    """Go from page to page by `next`, and gather the items."""
    items: list[Json] = []
    cursor = ""
    while True:
        answer = await client.get(f"{path}&limit={limit}{cursor}")
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert len(page["items"]) <= limit
        items += page["items"]
        if page["next"] is None:
            assert "Link" not in answer.headers
            return items
        assert len(page["items"]) == limit
        cursor = f"&cursor={page['next']}"


@pytest.fixture
async def dated(make: Make) -> list[str]:
    """Have statements of which several have the same day, and several none."""
    days = ["2022-09-27", None, "2022", None, "2022-09", "2022-09-27", None]
    return [(await make.statement(said_on=day)).id for day in days]


@pytest.mark.parametrize("sort", ["said_on", "created_at", "updated_at"])
@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7, 8])
async def test_paging_finds_each_item_once_in_either_direction(
    anonymous: Client, dated: list[str], sort: str, limit: int
) -> None:
    rising = await walk(anonymous, f"/v1/statements?sort={sort}", limit)
    falling = await walk(anonymous, f"/v1/statements?sort=-{sort}", limit)

    assert sorted(one["id"] for one in rising) == sorted(dated)
    assert [one["id"] for one in rising] == [one["id"] for one in reversed(falling)]
    if sort != "said_on":
        moments = [one[sort] for one in rising]
        assert moments == sorted(moments)


async def test_by_day_those_of_unknown_day_come_first_and_partial_days_begin_their_period(
    anonymous: Client, dated: list[str]
) -> None:
    found = await walk(anonymous, "/v1/statements?sort=said_on", 2)

    days = [one["said_on"] for one in found]
    assert days == [None, None, None, "2022", "2022-09", "2022-09-27", "2022-09-27"]


@pytest.mark.parametrize(
    ("collection", "sort"),
    [
        ("speakers", "name"), ("speakers", "created_at"), ("sources", "name"),
        ("sources", "updated_at"), ("topics", "key"), ("measures", "key"), ("rating-scales", "key"),
        ("organizations", "name"), ("verdicts", "published_at"), ("verdicts", "created_at"),
        ("verdicts", "updated_at"), ("webhooks", "created_at"), ("api-keys", "name"),
        ("api-keys", "created_at"),
        ("contacts", "reply_by"), ("contacts", "asked_at"),
    ],
)  # fmt: skip
async def test_each_list_pages_by_each_of_its_orders(
    admin: Client, make: Make, collection: str, sort: str
) -> None:
    for number in (1, 2, 3, 4):
        await make.speaker(name="The same")
        await make.source(name="The same")
        await make.topic()
        await make.webhook()
        verdict = await (make.published() if number % 2 else make.verdict())
        times = {"asked_at": "2022-09-27T10:00:00Z", "reply_by": "2022-09-28T10:00:00Z"}
        await make.contact(verdict_id=verdict.id, **(times if number % 2 else {}))
    everything = (await admin.get(f"/v1/{collection}?limit=100")).json()["items"]

    for limit in (1, 3):
        rising = await walk(admin, f"/v1/{collection}?sort={sort}", limit)
        falling = await walk(admin, f"/v1/{collection}?sort=-{sort}", limit)
        assert sorted(one["id"] for one in rising) == sorted(one["id"] for one in everything)
        assert [one["id"] for one in rising] == [one["id"] for one in reversed(falling)]
    if sort in {"name", "key"}:
        assert [one[sort] for one in rising] == sorted(one[sort] for one in everything)


async def test_nothing_is_skipped_or_shown_twice_while_others_write(
    admin: Client, make: Make
) -> None:
    before = [await make.statement(said_on="2022") for _ in range(6)]
    path = "/v1/statements?sort=said_on&limit=2"
    first = (await admin.get(path)).json()

    await make.statement(said_on="2021")
    late = await make.statement(said_on="2023")
    await admin.delete(before[0].path, headers=before[0].if_match)
    await admin.delete(before[1].path, headers=before[1].if_match)
    await admin.delete(before[3].path, headers=before[3].if_match)

    second = (await admin.get(f"{path}&cursor={first['next']}")).json()
    third = (await admin.get(f"{path}&cursor={second['next']}")).json()
    shown = [[one["id"] for one in page["items"]] for page in (first, second, third)]
    assert shown == [[before[0].id, before[1].id], [before[2].id, before[4].id],
                     [before[5].id, late.id]]  # fmt: skip
    assert third["next"] is None


async def test_the_link_header_leads_to_the_next_page(anonymous: Client, make: Make) -> None:
    for _ in range(3):
        await make.statement(said_on="2022", language="fr")

    answer = await anonymous.get("/v1/statements?said_from=2022-01&limit=2&language=fr")

    found = re.fullmatch(r'<(/v1/statements\?[^>]+)>; rel="next"', answer.headers["Link"])
    assert found is not None
    following = (await anonymous.get(found[1])).json()
    by_cursor = await anonymous.get(
        f"/v1/statements?said_from=2022-01&language=fr&cursor={answer.json()['next']}"
    )
    assert len(following["items"]) == 1
    assert following == by_cursor.json()
    assert following["next"] is None


async def test_a_link_is_a_uri_that_is_followed_as_it_stands_whatever_was_asked(
    anonymous: Client, make: Make
) -> None:
    said = await make.statement()
    for kind in ("repeats", "updates"):
        other = (await make.statement()).id
        body = {"other_id": other, "type": kind, "state": "confirmed"}
        await make.post(f"{said.path}/links", body)

    for path in (
        f"{said.path}/links?limit=1",
        f"{said.path}/links?limit=1&updated_since=2022-01-01T00%3A00%3A00%2B02:00&count=true",
    ):
        answer = await anonymous.get(path)
        assert answer.status_code == 200, answer.text
        found = re.fullmatch(r"<([!#-;=?-Z_a-z~%]+)>; rel=\"next\"", answer.headers["Link"])
        assert found is not None, answer.headers["Link"]
        following = await anonymous.get(found[1])
        assert following.status_code == 200, following.text
        assert len(following.json()["items"]) == 1
        assert following.json()["items"] != answer.json()["items"]


async def test_a_cursor_goes_on_with_another_limit_and_counts_the_whole(
    anonymous: Client, dated: list[str]
) -> None:
    first = (await anonymous.get("/v1/statements?limit=1")).json()

    rest = await anonymous.get(f"/v1/statements?limit=100&count=true&cursor={first['next']}")

    assert len(rest.json()["items"]) == len(dated) - 1
    assert rest.json()["count"] == {"value": len(dated), "exact": True}


async def test_a_cursor_belongs_to_its_query(admin: Client, make: Make, dated: list[str]) -> None:
    said = await make.statement()
    for kind in ("repeats", "updates"):
        await make.post(f"{said.path}/links", {"other_id": dated[0], "type": kind})
    cursor = (await admin.get("/v1/statements?limit=1&kind=factual")).json()["next"]
    linked = (await admin.get(f"{said.path}/links?limit=1")).json()["next"]

    for path in (
        "/v1/statements?", "/v1/statements?kind=opinion&",
        "/v1/statements?kind=factual&state=open&",
        "/v1/statements?kind=factual&sort=said_on&", "/v1/statements?kind=factual&sort=created_at&",
        "/v1/speakers?", "/v1/verdicts?",
    ):  # fmt: skip
        body = problem(await admin.get(f"{path}cursor={cursor}"), 400, "invalid-cursor")
        assert where(body) == [("cursor", "invalid_cursor")]
    other = f"/v1/statements/{dated[0]}/links?cursor={linked}"
    problem(await admin.get(other), 400, "invalid-cursor")
    assert (await admin.get(f"/v1/statements?kind=factual&cursor={cursor}")).status_code == 200


async def test_a_cursor_belongs_to_the_view_it_was_made_in(
    admin: Client, reader: Client, stranger: Client, anonymous: Client, make: Make,
    dated: list[str],
) -> None:  # fmt: skip
    callers = {"ours": admin, "theirs": stranger, "public": anonymous}
    for whose, caller in callers.items():
        cursor = (await caller.get("/v1/statements?limit=1")).json()["next"]
        for other, asking in {**callers, "ours": reader}.items():
            answer = await asking.get(f"/v1/statements?cursor={cursor}")
            if other == whose:
                assert answer.status_code == 200
            else:
                problem(answer, 400, "invalid-cursor")


async def test_a_tampered_cursor_is_refused_whichever_character_is_another(
    anonymous: Client, dated: list[str]
) -> None:
    cursor = (await anonymous.get("/v1/statements?limit=1")).json()["next"]
    alphabet = string.ascii_letters + string.digits + "-_"

    async def refused(forged: str) -> None:
        answer = await anonymous.get("/v1/statements", params={"cursor": forged})
        problem(answer, 400, "invalid-cursor")

    for at, character in enumerate(cursor):
        near = alphabet[(alphabet.find(character) ^ 1) % len(alphabet)]
        await refused(f"{cursor[:at]}{near}{cursor[at + 1 :]}")
        await refused(f"{cursor[:at]}{cursor[at + 1 :]}")
        await refused(f"{cursor[:at]}!{cursor[at:]}")
        await refused(cursor[:at] or ".")
    for other in alphabet.replace(cursor[-1], ""):
        await refused(cursor[:-1] + other)
    content, _, signature = cursor.rpartition(".")
    for forged in (
        content, f".{signature}", f"{content}.", f"{cursor}AAAA", f"{cursor}=", f"{cursor}==",
        f" {cursor}", f"{cursor} ", f"{cursor}\n", cursor * 2, cursor.upper(), cursor.swapcase(),
        f".{cursor}", cursor.replace(".", ".."), f"{content}=.{signature}",
    ):  # fmt: skip
        await refused(forged)
    again = await anonymous.get("/v1/statements", params={"cursor": cursor})
    assert again.status_code == 200


@pytest.mark.parametrize(
    "garbage", ["x", "%00", "a.b", ".", "..", "%ED%A0%80", "W10.x", "%F0%9F%98%80", "1", "-"]
)  # fmt: skip
async def test_garbage_is_no_cursor(anonymous: Client, garbage: str) -> None:
    answer = await anonymous.get(f"/v1/statements?cursor={garbage}")

    problem(answer, 400, "invalid-cursor")


async def test_a_count_is_exact_up_to_a_thousand_and_says_when_it_is_not(
    anonymous: Client, make: Make, database: asyncpg.Connection
) -> None:
    copied = (
        "INSERT INTO topic (id, key, labels)"
        " SELECT gen_random_uuid(), 'copy-' || n, '{\"en\": \"T\"}'"
        " FROM generate_series($1::int, $2::int) n"
    )
    counted = "/v1/topics?count=true&limit=1"

    await database.execute(copied, 1, 1000)
    assert (await anonymous.get(counted)).json()["count"] == {"value": 1000, "exact": True}
    await database.execute(copied, 1001, 1001)
    assert (await anonymous.get(counted)).json()["count"] == {"value": 1000, "exact": False}
    assert len(await walk(anonymous, "/v1/topics?sort=key", 100)) == 1001


async def test_there_is_no_count_unless_asked_for(anonymous: Client) -> None:
    for query in ("", "?count=false"):
        page = (await anonymous.get(f"/v1/speakers{query}")).json()
        assert page == {"items": [], "next": None}


async def test_a_page_has_twenty_items_unless_said_otherwise(anonymous: Client, make: Make) -> None:
    for _ in range(21):
        await make.speaker()

    assert len((await anonymous.get("/v1/speakers")).json()["items"]) == 20


OTHERWISE = ("/changes", "/history", "/versions", "/corrections", "/deliveries", "/quantities")
"""Lists of what never changes, or changes with what it belongs to."""


async def test_every_list_tells_what_changed_since_an_instant_that_instant_included(
    app: FastAPI, admin: Client, make: Make
) -> None:
    said = await make.statement()
    links = [
        await make.post(
            f"{said.path}/links", {"other_id": (await make.statement()).id, "type": one}
        )
        for one in ("repeats", "updates")
    ]
    for _ in range(2):
        for making in (make.source, make.topic, make.measure, make.scale, make.organization,
                       make.published, make.api_key, make.correction_request, make.rating_map,
                       make.import_job, make.webhook):  # fmt: skip
            await making()
    judged = await make.verdict(statement_id=said.id)
    for _ in range(2):
        await make.contact(verdict_id=judged.id)
        await make.comment(said)
        await make.comment(judged)
    lists = {
        route.path_format.format(statement_id=said.id, verdict_id=judged.id)
        for route in app.routes
        if isinstance(route, APIRoute)
        and str(route.operation_id).startswith("list_")
        and not route.path.endswith(OTHERWISE)
    }
    assert len(lists) >= 10
    assert links[0].path.rpartition("/")[0] in lists

    for path in lists:
        items = (await admin.get(f"{path}?limit=100")).json()["items"]
        moments = sorted({one["updated_at"] for one in items})
        for moment in (moments[-1], moments[-2]):
            found = await walk(admin, f"{path}?updated_since={moment}", 1)
            expected = {one["id"] for one in items if one["updated_at"] >= moment}
            assert {one["id"] for one in found} == expected, path
            assert len(found) == len(expected)


async def test_however_long_a_query_is_its_pages_go_on(anonymous: Client, make: Make) -> None:
    ids = {(await make.statement(text=f"Rain number {number}")).id for number in range(3)}
    noise = "".join("!?;:()[]{}"[byte % 10] for byte in hashlib.shake_256(b"noise").digest(5_000))

    found = await walk(anonymous, f"/v1/search?types=statement&q={quote('rain ' + noise)}", 1)

    assert {one["id"] for one in found} == ids


async def test_a_cursor_that_names_its_query_is_still_read(
    app: FastAPI, anonymous: Client, dated: list[str]
) -> None:
    path = "/v1/statements?sort=created_at"
    first, *rest = await walk(anonymous, path, 100)
    asked = "/v1/statements?sort=created_at&view=public"
    secret = signing_secret(app.state.settings)
    former = URLSafeSerializer(secret, salt="onrecord.cursor")
    cursor = former.dumps([asked, first["created_at"], first["id"]])

    answer = await anonymous.get(f"{path}&limit=100&cursor={cursor}")

    assert answer.json()["items"] == rest
    assert len(rest) == len(dated) - 1
    elsewhere = await anonymous.get(f"/v1/statements?sort=updated_at&limit=100&cursor={cursor}")
    problem(elsewhere, 400, "invalid-cursor")
