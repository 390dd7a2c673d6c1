"""CSV: a statement a line, with who said it and what was found, in the columns of an export."""

import pytest

from tests.imports.conftest import Bring, counts, report
from tests.making import Client, Make

HEAD = "text,language,speaker,speaker_kind,said_on,topics\r\n"


async def test_a_line_is_a_statement_and_a_name_is_one_speaker(
    contributor: Client, bring: Bring, make: Make
) -> None:
    topic = await make.topic(key="border")
    body = HEAD + 'One,fr,Aslan Atalykov,person,2022-09,border\r\n"Two\nlines ""so""",en,'
    body += "ASLAN ATALYKOV,person,,\r\nThree,en,,,,\r\n"

    job = await bring(contributor, body.encode(), "text/csv")

    assert counts(job) == {"rows_read": 3, "made": 3}
    found = (await contributor.get("/v1/statements?sort=created_at")).json()["items"]
    assert [one["text"] for one in found] == ["One", 'Two\nlines "so"', "Three"]
    assert found[0]["speaker_id"] == found[1]["speaker_id"]
    assert (found[0]["said_on"], found[0]["topics"][0]["id"]) == ("2022-09", topic.id)
    assert found[2]["speaker_is_anonymous"] is True
    assert {one["origin"] for one in found} == {"import"}
    again = await bring(contributor, body.encode(), "text/csv")
    assert counts(again) == {"rows_read": 3, "unchanged": 3}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
async def test_a_bom_and_other_delimiters_are_read(
    contributor: Client, bring: Bring, delimiter: str
) -> None:
    body = "\ufeff" + HEAD.replace(",", delimiter) + delimiter.join(["One", "fr", "A", "", "", ""])

    job = await bring(contributor, body.encode(), "text/csv")

    assert counts(job) == {"rows_read": 1, "made": 1}


async def test_what_was_made_safe_is_read_as_it_was(
    contributor: Client, bring: Bring, make: Make
) -> None:
    said = await make.statement(text="=1+1", speaker_is_anonymous=True)
    export = (await contributor.get("/v1/export?format=csv")).content

    job = await bring(contributor, export, "text/csv")

    assert b"'=1+1" in export
    (line,) = await report(contributor, job)
    assert line["errors"][0]["detail"] == "It is here already, and differs in origin"
    assert (await contributor.get(said.path)).json()["text"] == "=1+1"


async def test_a_verdict_comes_along(checker: Client, bring: Bring) -> None:
    body = "text,language,check_type,rating,verdict_summary\nOne,fr,content,false,It is not so\n"

    job = await bring(checker, body.encode(), "text/csv")

    assert counts(job) == {"rows_read": 1, "made": 1}
    (verdict,) = (await checker.get("/v1/verdicts")).json()["items"]
    assert (verdict["rating"]["key"], verdict["state"]) == ("false", "draft")
    assert verdict["summary"] == "It is not so"


async def test_what_is_wrong_is_refused_alone(contributor: Client, bring: Bring) -> None:
    body = HEAD + "One,fr,A,,,\nTwo,xx-??,A,,,\nThree,fr,A,,,,,,\nFour,fr,A,,2022-13,\n"

    job = await bring(contributor, body.encode() + b"\xff,fr,,,,\n", "text/csv")

    assert counts(job) == {"rows_read": 5, "made": 1, "refused": 4}
    assert [line["row"] for line in await report(contributor, job)] == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"a,b\n1,2\n", "'text' is none of them"),
        (b"text,text\n1,2\n", "a column twice"),
        (b"\xff\n", "not UTF-8"),
        (b"text,language\rOne,fr\rTwo,fr\r", "CR alone"),
        (b'"text"x"y,language\n', "not CSV"),
        (b'text,language\n"never ends', None),
        (b"text,colour,language\nOne,red,en\n", None),
    ],
)
async def test_what_names_no_columns_fails(
    contributor: Client, bring: Bring, body: bytes, why: str | None
) -> None:
    job = await bring(contributor, body, "text/csv")

    assert job["made"] == 0
    if why is None:
        assert counts(job) == {"rows_read": 1, "refused": 1}
    else:
        assert job["state"] == "failed"
        assert why in job["failure"]


async def test_nothing_after_a_bare_line_break_is_lost_without_a_word(
    contributor: Client, bring: Bring
) -> None:
    job = await bring(contributor, b"text,language\nOne,fr\rTwo,fr\nThree,fr\n", "text/csv")

    assert counts(job) == {"rows_read": 2, "made": 1, "refused": 1}
    assert "bare CR" in (await report(contributor, job))[0]["errors"][0]["detail"]
