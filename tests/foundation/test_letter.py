"""Headers and parameters, read to the letter of what says how they are written."""

import pytest

from tests.making import Client, Make, everything


@pytest.mark.parametrize("limit", ["+5", "1.0", "01", " 1", "1_0", "1e1", "", "٣"])
async def test_an_integer_is_written_as_one(anonymous: Client, limit: str) -> None:
    for path in ("/v1/speakers", "/v1/changes"):
        refused = await anonymous.get(path, params={"limit": limit})

        assert refused.status_code == 422, path
        assert everything(refused.json()["errors"]) == {("limit", "int_parsing")}


async def test_an_empty_cursor_is_none_of_ours(anonymous: Client, make: Make) -> None:
    made = await make.speaker()

    for path in ("/v1/speakers", f"{made.path}/history"):
        refused = await anonymous.get(path, params={"cursor": ""})
        assert (refused.status_code, refused.json()["title"]) == (400, "Invalid cursor")


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("APPLICATION/JSON", 200),
        ("", 200),
        ("text/html, application/*;q=0.1", 200),
        ("text/html;q=1, */*;q=0.1", 200),
        ("application/json;q=0", 406),
        ("application/json;q=0, */*", 406),
        ("image/*, */*;q=0", 406),
        ("text/html", 406),
    ],
)
async def test_accept_is_read_by_its_weights(anonymous: Client, accept: str, status: int) -> None:
    assert (await anonymous.get("/v1/speakers", headers={"Accept": accept})).status_code == status


async def test_a_body_with_a_coding_is_refused(editor: Client) -> None:
    refused = await editor.post(
        "/v1/speakers", json={"name": "A"}, headers={"Content-Encoding": "gzip"}
    )

    assert refused.status_code == 415


async def test_blanks_around_an_idempotency_key_are_not_of_it(editor: Client) -> None:
    answers = [
        await editor.post("/v1/speakers", json={"name": "A"}, headers={"Idempotency-Key": key})
        for key in ("k-1 ", "k-1")
    ]

    assert answers[1].content == answers[0].content
    assert answers[1].headers["Idempotent-Replayed"] == "true"


async def test_only_who_says_who_they_are_may_send_a_long_batch(
    editor: Client, anonymous: Client
) -> None:
    long = {"items": [{"name": "A"}], "padding": "x" * 3_000_000}

    assert (await anonymous.post("/v1/speakers/batch", json=long)).status_code == 413
    assert (await editor.post("/v1/speakers/batch", json=long)).status_code == 422
    by_ref = "/v1/speakers/by-ref/a/batch"
    assert (await editor.put(by_ref, json=long)).status_code == 413
