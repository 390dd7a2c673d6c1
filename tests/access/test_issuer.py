"""The issuer's keys: when they are asked for, how they turn, and what happens while it is away."""

import asyncio
import json
import time
from typing import Any

import pytest
from fastapi import FastAPI
from joserfc.jwk import OctKey, RSAKey

from app.access.issuer import IssuerAway, fetched
from app.foundation.settings import Settings
from tests.access.issuing import (
    DISCOVERY,
    JWKS,
    Caller,
    LocalIssuer,
    get,
    new_key,
    refused,
    trusting,
)
from tests.foundation.answers import problem
from tests.making import Make

OTHER = "/.well-known/oauth-authorization-server"


async def status(client: Caller, token: str) -> int:
    """Read with a token."""
    return (await get(client, token)).status_code


async def test_keys_are_fetched_when_the_first_token_comes_and_kept(
    client: Caller, issuer: LocalIssuer
) -> None:
    before = list(issuer.asked)

    for _ in range(3):
        assert await status(client, issuer.token()) == 200

    assert before == []
    assert issuer.asked == [DISCOVERY, JWKS]


async def test_requests_that_come_together_share_one_fetch(
    client: Caller, issuer: LocalIssuer
) -> None:
    token = issuer.token()

    statuses = await asyncio.gather(*(status(client, token) for _ in range(10)))

    assert statuses == [200] * 10
    assert issuer.asked == [DISCOVERY, JWKS]


async def test_a_new_key_is_taken_without_a_restart(client: Caller, issuer: LocalIssuer) -> None:
    old = issuer.token()
    assert await status(client, old) == 200
    client.issuer.pause = 0

    issuer.keys.append(new_key("second"))

    assert await status(client, issuer.token()) == 200
    assert await status(client, old) == 200
    assert issuer.asked == [DISCOVERY, JWKS] * 2


async def test_a_key_that_was_withdrawn_is_forgotten_with_the_next_fetch(
    client: Caller, issuer: LocalIssuer
) -> None:
    old = issuer.token()
    assert await status(client, old) == 200
    client.issuer.pause = 0

    issuer.keys = [new_key("second")]

    assert await status(client, issuer.token()) == 200
    refused(await get(client, old))


async def test_unknown_keys_are_asked_for_once_a_minute_at_most(
    client: Caller, issuer: LocalIssuer
) -> None:
    for number in range(10):
        refused(await get(client, issuer.token(new_key(f"unknown {number}"))))

    assert issuer.asked == [DISCOVERY, JWKS]
    assert client.issuer.pause == 60


async def test_keys_are_fetched_again_after_an_hour(client: Caller, issuer: LocalIssuer) -> None:
    assert client.issuer.kept == 3600
    assert await status(client, issuer.token()) == 200

    client.issuer.kept = client.issuer.pause = 0
    old = issuer.token()
    issuer.keys = [new_key("second")]

    refused(await get(client, old))


async def test_known_keys_go_on_while_the_issuer_is_away(
    client: Caller, issuer: LocalIssuer
) -> None:
    token = issuer.token()
    assert await status(client, token) == 200
    client.issuer.kept = client.issuer.pause = 0

    issuer.stop()

    assert await status(client, token) == 200
    refused(await get(client, issuer.token(new_key("first"))))


async def test_without_any_keys_the_answer_is_503_and_not_that_the_token_is_wrong(
    client: Caller, issuer: LocalIssuer, make: Make
) -> None:
    token = issuer.token()
    issuer.stop()
    key = await make.api_key()

    answer = await get(client, token)

    problem(answer, 503, "unavailable")
    assert int(answer.headers["Retry-After"]) >= 1
    assert await status(client, key.body["key"]) == 200
    assert (await client.get("/v1/statements")).status_code == 200
    refused(await get(client, "garbage"))


async def test_the_service_starts_while_the_issuer_is_away_and_finds_it_later(
    settings: Settings, issuer: LocalIssuer, clean: None, app: FastAPI
) -> None:
    token = issuer.token()
    issuer.stop()
    async with trusting(settings, issuer) as client:
        assert await status(client, token) == 503
        client.issuer.pause = 0
        issuer.start()
        assert await status(client, token) == 200


@pytest.mark.parametrize("kid", [None, "first"])
async def test_keys_and_tokens_may_have_no_names(
    kid: str | None, client: Caller, issuer: LocalIssuer
) -> None:
    issuer.keys = [new_key("other"), new_key("first")]
    keys: list[dict[str, Any]] = issuer.published()
    for key in keys:
        del key["kid"]
    issuer.answers[JWKS] = lambda: (200, json.dumps({"keys": keys}).encode())

    assert await status(client, issuer.token(header={"kid": kid})) == 200
    refused(await get(client, issuer.token(new_key("first"), {"kid": kid})))


async def test_a_token_may_name_no_key(client: Caller, issuer: LocalIssuer) -> None:
    issuer.keys = [new_key("first"), new_key("second")]

    for key in issuer.keys:
        assert await status(client, issuer.token(key, {"kid": None})) == 200
    refused(await get(client, issuer.token(new_key("second"), {"kid": None})))


async def test_what_is_no_key_for_signatures_is_left(client: Caller, issuer: LocalIssuer) -> None:
    good, shared = issuer.keys[0], OctKey.generate_key(256, {"kid": "shared"})
    encrypting, hashing = new_key("encrypting"), new_key("hashing")
    weak = {"kty": "RSA", "kid": "weak", "e": "AQAB", "n": "x" * 171}
    odd: list[Any] = [
        None, 7, "key", [], {}, {"kty": 7}, {"kty": []}, {"kty": "AKP", "kid": "later"}, weak,
        {"kty": "EC"}, {"kty": "EC", "crv": "P-256", "x": "!", "y": 7},
        {"kty": "EC", "crv": "P-7", "x": "", "y": ""}, {"kty": "EC", "crv": [], "x": "", "y": ""},
        {"kty": "OKP", "crv": "Ed25519", "x": "AA"}, {"kty": "RSA", "n": "", "e": ""},
        dict(shared.as_dict()), dict(encrypting.as_dict(private=False)) | {"use": "enc"},
        dict(hashing.as_dict(private=False)) | {"alg": "ES384"},
    ]  # fmt: skip
    published = [*odd, *issuer.published()]
    issuer.answers[JWKS] = lambda: (200, json.dumps({"keys": published}).encode())

    assert await status(client, issuer.token(good)) == 200
    for key in (encrypting, hashing):
        refused(await get(client, issuer.token(key)))


async def test_an_issuer_that_describes_itself_by_rfc_8414_is_found(
    client: Caller, issuer: LocalIssuer
) -> None:
    issuer.answers[OTHER] = issuer.answers.pop(DISCOVERY)

    assert await status(client, issuer.token()) == 200


@pytest.mark.parametrize(
    ("path", "answer", "why"),
    [
        (DISCOVERY, (404, b""), "answers 404"),
        (DISCOVERY, (500, b"{}"), "answers 500"),
        (DISCOVERY, (200, b"<html>"), "does not answer JSON"),
        (DISCOVERY, (200, b"[" * 100_000), "does not answer JSON"),
        (DISCOVERY, (200, b"[]"), "does not answer a JSON object"),
        (DISCOVERY, (200, b"{}"), "another issuer"),
        (DISCOVERY, (200, b'{"issuer": "https://other.example"}'), "another issuer"),
        (JWKS, (404, b""), "answers 404"),
        (JWKS, (200, b" " * 300_000), "more than"),
        (JWKS, (200, b"{}"), "no key"),
        (JWKS, (200, b'{"keys": {}}'), "no key"),
        (JWKS, (200, b'{"keys": []}'), "no key"),
        (JWKS, (200, b'{"keys": [{"kty": "oct", "k": "AAAA"}]}'), "no key"),
    ],
)
async def test_an_issuer_that_answers_something_else_is_as_good_as_away(
    path: str, answer: tuple[int, bytes], why: str, issuer: LocalIssuer
) -> None:
    issuer.answers[path] = lambda: answer

    with pytest.raises(IssuerAway, match=why):
        await fetched(issuer.url)


@pytest.mark.parametrize(
    "address",
    ["http://issuer.example/keys", "ftp://127.0.0.1/keys", "file:///etc/passwd", "keys", "", 7,
     None, "http://127.0.0.1:x/keys", "https://", "http://127.0.0.1.example/keys"],
)  # fmt: skip
async def test_keys_are_not_fetched_from_where_others_could_change_them(
    address: Any, issuer: LocalIssuer
) -> None:
    found = issuer.discovery() | {"jwks_uri": address}
    issuer.answers[DISCOVERY] = lambda: (200, json.dumps(found).encode())

    with pytest.raises(IssuerAway, match="https://"):
        await fetched(issuer.url)


@pytest.mark.parametrize("path", [DISCOVERY, JWKS])
async def test_redirects_are_not_followed(path: str, issuer: LocalIssuer) -> None:
    issuer.redirects[path] = f"{issuer.url}/elsewhere"
    issuer.answers["/elsewhere"] = issuer.answers[path]

    with pytest.raises(IssuerAway, match="answers 302"):
        await fetched(issuer.url)
    assert "/elsewhere" not in issuer.asked


async def test_an_issuer_that_never_ends_is_given_up(
    issuer: LocalIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.access.issuer._PATIENCE", 0.2)

    def late() -> tuple[int, bytes]:
        time.sleep(1)
        return 200, b"{}"

    issuer.answers[JWKS] = late

    with pytest.raises(IssuerAway, match="can't be reached"):
        await fetched(issuer.url)


async def test_a_weak_key_is_not_trusted(client: Caller, issuer: LocalIssuer) -> None:
    with pytest.warns(match="2048"):
        issuer.keys = [RSAKey.generate_key(1024, {"kid": "weak"})]

    assert await status(client, issuer.token(header={"alg": "RS256"})) == 503
