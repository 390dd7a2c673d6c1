"""Rows of NDJSON: each obeys the rules of any write, and is recorded once."""

import json
from typing import Any

import asyncpg

from tests.imports.conftest import Bring, counts, of, report
from tests.making import Client, Json, Make

SAID: Json = {"text": "So many", "language": "en", "speaker_is_anonymous": True}


async def test_rows_are_recorded_and_stand_in_the_change_log(
    contributor: Client, bring: Bring
) -> None:
    job = await bring.rows(
        contributor,
        of("speakers", ref="ata", name="Aslan Atalykov"),
        of("statements", ref="s-1", text="So many", language="fr", speaker_ref="ata"),
        SAID,
    )

    assert counts(job) == {"rows_read": 3, "made": 3}
    assert (job["state"], job["format"], job["created_by"]) == ("done", "ndjson", "Contributor")
    assert job["bytes_read"] == job["size"] > 0
    assert job["started_at"] <= job["finished_at"]
    said = (await contributor.get("/v1/statements/by-ref/s-1")).json()
    assert said["speaker"]["name"] == "Aslan Atalykov"
    history = (await contributor.get(f"/v1/statements/{said['id']}/history")).json()["items"]
    assert [(one["action"], one["actor"]) for one in history] == [
        ("statement.created", "Contributor")
    ]


async def test_the_same_file_again_changes_nothing(contributor: Client, bring: Bring) -> None:
    rows = (
        of("speakers", ref="ata", name="Aslan Atalykov"),
        of("statements", ref="s-1", text="One", language="fr", speaker={"name": "Nested"}),
        of("topics", key="border", labels={"en": "Border"}),
        SAID,
    )
    await bring.rows(contributor, *rows)

    again = await bring.rows(contributor, *rows)

    assert counts(again) == {"rows_read": 4, "unchanged": 4}
    assert await report(contributor, again) == []
    everything = (await contributor.get("/v1/statements?count=true")).json()
    assert everything["count"]["value"] == 2


async def test_a_row_that_is_twice_in_a_file_is_recorded_once(
    contributor: Client, bring: Bring
) -> None:
    other = of("speakers", ref="ata", name="Somebody else")
    job = await bring.rows(
        contributor, SAID, SAID, of("speakers", ref="ata", name="Aslan Atalykov"), other
    )

    assert counts(job) == {"rows_read": 4, "made": 2, "unchanged": 1, "refused": 1}
    (line,) = await report(contributor, job)
    assert (line["row"], line["errors"][0]["code"]) == (4, "differs")


async def test_what_is_here_is_never_overwritten(
    contributor: Client, bring: Bring, make: Make
) -> None:
    made = await make.speaker(ref="ata", name="Aslan Atalykov", kind="person")

    job = await bring.rows(
        contributor,
        of("speakers", ref="ata", name="Aslan Atalykov", kind="person"),
        of("speakers", id=made.id, name="Another name", kind="person"),
    )

    assert counts(job) == {"rows_read": 2, "unchanged": 1, "refused": 1}
    (line,) = await report(contributor, job)
    assert line["problem"] == "conflict"
    assert line["errors"][0]["detail"].endswith("differs in name, ref")
    assert (await contributor.get(made.path)).json()["name"] == "Aslan Atalykov"


async def test_what_is_wrong_is_refused_alone_and_the_report_says_why(
    contributor: Client, bring: Bring
) -> None:
    body = b"\n".join(
        [
            b'{"text": "Good", "language": "en", "speaker_is_anonymous": true}',
            b'{"text": "No language", "speaker_is_anonymous": true, "colour": "red"}',
            b"",
            b"{not json",
            b"[1, 2]",
            b'{"collection": "api-keys", "document": {}}',
            b'{"collection": "statements", "document": {"id": "1", "text": "x"}}',
            b'{"text": "NUL \\u0000", "language": "en", "speaker_is_anonymous": true}',
            b'{"text": "\xff"}',
            b'{"a": 1, "a": 2}',
        ]
    )

    job = await bring(contributor, body)

    assert counts(job) == {"rows_read": 9, "made": 1, "refused": 8}
    told = await report(contributor, job)
    assert [line["row"] for line in told] == list(range(2, 10))
    assert {line["state"] for line in told} == {"refused"}
    assert {error["pointer"] for error in told[0]["errors"]} == {"/language", "/colour"}
    assert all(line["errors"] for line in told)


async def test_the_database_refuses_a_row_alone_too(contributor: Client, bring: Bring) -> None:
    url = "https://news.example/a"
    rows = [of("sources", ref=f"s-{n}", kind="article", name=f"{n}") for n in range(5)]
    twice = [of("sources", kind="article", name=name, url=url) for name in ("One", "Other")]

    job = await bring.rows(contributor, *rows, *twice)

    assert counts(job) == {"rows_read": 7, "made": 6, "refused": 1}


async def test_what_is_referred_to_may_come_later(contributor: Client, bring: Bring) -> None:
    fill = [of("speakers", name=f"Filler {n}") for n in range(450)]
    job = await bring.rows(
        contributor,
        of("statements", text="One", language="en", speaker_ref="late"),
        of("statements", text="Two", language="en", speaker_ref="never"),
        of("topics", ref="below", key="below", labels={"en": "Below"}, parent_ref="above"),
        *fill,
        of("speakers", ref="late", name="Late"),
        of("topics", ref="above", key="above", labels={"en": "Above"}),
    )

    assert job["state"] == "done"
    assert counts(job) == {"rows_read": 455, "made": 454, "refused": 1}
    (line,) = await report(contributor, job)
    assert (line["row"], line["state"]) == (2, "refused")
    assert line["errors"][0]["pointer"] == "/speaker_ref"


async def test_nothing_is_kept_of_a_dry_run(
    contributor: Client, bring: Bring, database: asyncpg.Connection
) -> None:
    rows = (
        of("speakers", ref="ata", name="Aslan Atalykov"),
        *(of("speakers", name=f"Filler {n}") for n in range(250)),
        of("statements", text="One", language="en", speaker_ref="ata"),
        of("statements", text="Two", language="xx-??", speaker_ref="ata"),
    )
    before = await database.fetchval("SELECT count(*) FROM change")

    job = await bring.rows(contributor, *rows, dry_run=True)

    assert (job["state"], job["dry_run"]) == ("done", True)
    assert counts(job) == {"rows_read": 253, "made": 252, "refused": 1}
    assert [line["row"] for line in await report(contributor, job)] == [253]
    for table in ("speaker", "statement", "imported"):
        assert await database.fetchval(f"SELECT count(*) FROM {table}") == 0  # noqa: S608
    assert await database.fetchval("SELECT count(*) FROM change") == before
    real = await bring.rows(contributor, *rows)
    assert counts(real) == counts(job)


async def test_scales_and_organizations_are_imported_by_administrators(
    contributor: Client, admin: Client, bring: Bring
) -> None:
    row = of("organizations", name="Other Check")

    refused, made = await bring.rows(contributor, row), await bring.rows(admin, row)

    assert counts(refused) == {"rows_read": 1, "refused": 1}
    assert (await report(contributor, refused))[0]["problem"] == "forbidden"
    assert counts(made) == {"rows_read": 1, "made": 1}


async def test_ids_come_along(contributor: Client, bring: Bring) -> None:
    known: dict[str, Any] = {"id": "01a20470-f7d1-7338-b238-e2669ef3aa40"}
    old = of("speakers", id="6f1ed002-ab55-4585-8338-e2669ef3aa40", name="Not a UUIDv7")

    job = await bring.rows(contributor, of("statements", **known, **SAID), old)

    assert counts(job) == {"rows_read": 2, "made": 1, "refused": 1}
    assert (await contributor.get(f"/v1/statements/{known['id']}")).status_code == 200


SOUND: Json = {"statement_id": "01a20470-f7d1-7338-b238-e2669ef3aa40", "check_type": "content"}
HOSTILE: list[Any] = [
    of("statements", ref=5, text="x"),
    of("statements", ref=["a"], text="x"),
    of("statements", **{"a\u0000b": 1}),
    of("statements", ref="\u0000\ud800", text="x"),
    of("statements", text="\ud800", language="en"),
    of("statements", topics=[{"id": 5}], appearances=[1, {"source": {"id": []}}], speaker=[]),
    of("statements", speaker_ref="\u0000", text="x", language="en"),
    of("statements", speaker_ref=None, speaker_id={}, appearances={"source_ref": "x"}),
    of("links", statement_id=1, other_id=None),
    of("links", statement_id="not-an-id"),
    of("verdicts", organization="x", **SOUND),
    of("verdicts", organization={"name": "x" * 600}, rating={"label": "x"}, **SOUND),
    of("verdicts", organization={"name": "O", "url": 5}, rating={"label": "x"}, **SOUND),
    of("verdicts", organization={"name": {}}, rating={"label": "x"}, **SOUND),
    of("verdicts", organization={"name": "O"}, rating="false", **SOUND),
    of("verdicts", organization={"name": "O"}, rating={"label": "\u0000"}, **SOUND),
    of("verdicts", organization={"name": "O"}, rating={"label": "x", "normalized": []}, **SOUND),
    of("verdicts", organization={"name": "O"}, rating={"label": "x", "normalized": "?"}, **SOUND),
    of("verdicts", organization={"name": "O"}, rating={"label": "x"}, author=5, **SOUND),
    of("verdicts", organization={"name": "O"}, rating={"label": "x"}, published_at=5, **SOUND),
    of("verdicts", organization={"name": "O"}, rating={"label": "x"}, state="retracted", **SOUND),
    of("speakers", id=[], name="x"),
    of("topics", key="k", labels={"en": None}),
    {"collection": [], "document": {}},
    {"collection": "statements", "document": []},
    {},
]  # fmt: skip


async def test_nothing_that_a_row_says_breaks_the_import(
    editor: Client, bring: Bring, make: Make
) -> None:
    said = await make.statement()
    rows = [json.loads(json.dumps(row).replace(SOUND["statement_id"], said.id)) for row in HOSTILE]

    job = await bring.rows(editor, *rows)

    told = await report(editor, job)
    assert (job["state"], job["failure"]) == ("done", None)
    assert (job["refused"], len(told)) == (len(rows), len(rows)), counts(job)


async def test_rows_without_a_reference_are_told_apart(contributor: Client, bring: Bring) -> None:
    job = await bring.rows(contributor, SAID | {"ref": None}, SAID | {"ref": None, "text": "Other"})

    assert counts(job) == {"rows_read": 2, "made": 2}
