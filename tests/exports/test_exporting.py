"""Exports: everything that the caller may see, in one stream, as it is at one instant."""

import csv
import io
import json
from typing import Any

from app.exports.flat import safe, unsafe
from app.exports.schemas import Exported
from tests.making import Client, Make


async def rows_of(client: Client, **given: str) -> list[dict[str, Any]]:
    """Export, and give the rows without the last line."""
    return (await lines_of(client, **given))[:-1]


async def lines_of(client: Client, **given: str) -> list[dict[str, Any]]:
    """Export, and read every line."""
    answer = await client.get("/v1/export", params=given)
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def ids(rows: list[dict[str, Any]], collection: str) -> list[str]:
    """Give the ids of a collection's rows."""
    return [row["document"]["id"] for row in rows if row["collection"] == collection]


async def test_an_export_has_every_collection_and_says_how_much_it_is(
    anonymous: Client, make: Make
) -> None:
    source = await make.source(publisher={"kind": "newspaper", "name": "The Paper"})
    hop = {"source_id": source.id, "role": "outlet", "mode": "headline"}
    topic = await make.topic()
    said = await make.statement(appearances=[hop], topics=[topic.id])
    other = await make.statement()
    await make.post(
        f"{said.path}/links", {"other_id": other.id, "type": "repeats", "state": "confirmed"}
    )
    verdict = await make.published(statement_id=said.id)

    *rows, last = await lines_of(anonymous)

    found = list(dict.fromkeys(row["collection"] for row in rows))
    assert found == list(Exported)
    assert ids(rows, "statements") == [said.id, other.id]
    assert ids(rows, "verdicts") == [verdict.id]
    assert last["rows"] == len(rows)
    shown = (await anonymous.get(said.path)).json()
    assert next(row["document"] for row in rows if row["collection"] == "statements") == shown


async def test_the_public_is_not_told_what_is_internal(
    anonymous: Client, reader: Client, stranger: Client, make: Make
) -> None:
    hidden = await make.statement(visibility="internal")
    draft = await make.verdict(statement_id=hidden.id)

    for client, sees in ((anonymous, False), (stranger, False), (reader, True)):
        rows = await rows_of(client)
        assert (hidden.id in ids(rows, "statements")) is sees
        assert (draft.id in ids(rows, "verdicts")) is sees


async def test_filters_choose_statements_and_what_they_need(anonymous: Client, make: Make) -> None:
    outlet = await make.source(kind="newspaper")
    carried = await make.source(publisher_id=outlet.id)
    cited = await make.source()
    above = await make.topic()
    topic = await make.topic(parent_id=above.id)
    hop = {"source_id": carried.id, "role": "outlet", "mode": "headline"}
    office = await make.speaker(kind="office")
    speaker = await make.speaker(affiliations=[{"organization_id": office.id}])
    said = await make.statement(
        language="fr", appearances=[hop], topics=[topic.id], speaker_id=speaker.id
    )
    evidence = {"source_id": cited.id, "stance": "refutes", "role": "primary"}
    verdict = await make.published(statement_id=said.id, evidence=[evidence])
    await make.published()

    rows = await rows_of(anonymous, language="fr", has_verdict="true")

    assert ids(rows, "statements") == [said.id]
    assert ids(rows, "verdicts") == [verdict.id]
    assert set(ids(rows, "sources")) == {outlet.id, carried.id, cited.id}
    assert set(ids(rows, "topics")) == {above.id, topic.id}
    assert set(ids(rows, "speakers")) == {office.id, speaker.id}


async def test_collections_are_chosen(anonymous: Client, make: Make) -> None:
    await make.statement()

    rows = await rows_of(anonymous, collections="speakers,statements")

    assert [row["collection"] for row in rows] == ["speakers", "statements"]


async def test_an_export_that_was_cut_short_goes_on_after_its_last_row(
    anonymous: Client, make: Make
) -> None:
    for _ in range(3):
        await make.published()
    whole = await rows_of(anonymous)

    for at, row in enumerate(whole):
        after = f"{row['collection']}/{row['document']['id']}"
        assert await rows_of(anonymous, after=after) == whole[at + 1 :]


async def test_the_feed_goes_on_where_the_export_stands(anonymous: Client, make: Make) -> None:
    await make.statement()
    answer = await anonymous.get("/v1/export")
    position = answer.headers["Onrecord-Position"]
    last = json.loads(answer.text.splitlines()[-1])
    assert str(last["position"]) == position

    later = await make.statement(speaker_is_anonymous=True)

    told = (await anonymous.get(f"/v1/changes?after={position}")).json()["items"]
    assert [one["id"] for one in told] == [later.id]


async def test_a_mirror_is_told_when_nothing_has_changed(anonymous: Client, make: Make) -> None:
    await make.statement()
    first = await anonymous.get("/v1/export")
    known = {"If-None-Match": first.headers["ETag"]}

    again = await anonymous.get("/v1/export", headers=known)
    await make.statement()
    later = await anonymous.get("/v1/export", headers=known)

    assert (again.status_code, again.content) == (304, b"")
    assert "Content-Disposition" not in again.headers
    assert later.status_code == 200


async def test_an_export_is_a_download_and_says_who_may_keep_it(
    anonymous: Client, reader: Client
) -> None:
    public, own = await anonymous.get("/v1/export"), await reader.get("/v1/export")

    assert public.headers["Content-Type"] == "application/x-ndjson"
    assert public.headers["Content-Disposition"] == 'attachment; filename="onrecord.ndjson"'
    assert public.headers["Cache-Control"].startswith("public")
    assert own.headers["Cache-Control"].startswith("private")
    assert public.headers["Vary"] == own.headers["Vary"] == "Authorization"


async def test_head_answers_the_head(anonymous: Client, make: Make) -> None:
    await make.statement()

    answer = await anonymous.head("/v1/export")

    assert answer.status_code == 200
    assert answer.content == b""
    assert answer.headers["Onrecord-Position"]


async def test_what_cannot_be_asked_is_refused(anonymous: Client) -> None:
    for given in (
        {"format": "xml"}, {"collections": "keys"}, {"after": "statements/1"},
        {"limit": "5"}, {"format": "csv", "collections": "speakers"},
        {"format": "csv", "after": "topics/01a20470-f7d1-7338-b238-e2669ef3aa40"},
        {"after": "api-keys/01a20470-f7d1-7338-b238-e2669ef3aa40"},
    ):  # fmt: skip
        assert (await anonymous.get("/v1/export", params=given)).status_code == 422
    wrong = await anonymous.get("/v1/export", headers={"Accept": "text/html"})
    assert wrong.status_code == 406
    for media in ("application/x-ndjson", "text/csv", "application/json", "text/*"):
        answer = await anonymous.get("/v1/export", headers={"Accept": media})
        assert answer.status_code == 200


def cells(text: str) -> list[dict[str, str]]:
    """Read CSV."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


async def test_csv_has_a_line_for_each_verdict_and_for_what_has_none(
    anonymous: Client, make: Make
) -> None:
    bare = await make.statement(text='Two "lines",\nno less')
    verdict = await make.published()

    answer = await anonymous.get("/v1/export?format=csv")

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    one, other = cells(answer.text)
    assert (one["id"], one["text"], one["verdict_id"]) == (bare.id, bare.body["text"], "")
    assert (other["verdict_id"], other["normalized_rating"]) == (verdict.id, "false")
    assert other["speaker_is_anonymous"] == "false"
    following = await anonymous.get(f"/v1/export?format=csv&after=statements/{bare.id}")
    assert following.text == answer.text.splitlines(keepends=True)[-1]


async def test_no_cell_is_a_formula(anonymous: Client, make: Make) -> None:
    text = '=HYPERLINK("https://evil.example")'
    await make.statement(text=text)

    (row,) = cells((await anonymous.get("/v1/export?format=csv")).text)

    assert row["text"] == f"'{text}"
    for cell in (text, "'=1", "''-1", "+1", "@a", "-", "'", "it's", "", "'quoted'", "\tx"):
        assert unsafe(safe(cell)) == cell
        assert not safe(cell).startswith(("=", "+", "-", "@", "\t"))
