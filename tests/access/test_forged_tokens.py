"""Tokens that nobody should take: forged, broken, or made to break what reads them."""

import base64
import hmac
import json
import random
from hashlib import sha256
from typing import Any

import pytest
import structlog
from joserfc.jwk import RSAKey

from tests.access.issuing import Caller, LocalIssuer, get, refused
from tests.foundation.answers import problem

RSA = RSAKey.generate_key(2048, {"kid": "rsa"})


def encoded(part: Any) -> str:
    """Write a part of a token."""
    body = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(body).rstrip(b"=").decode()


def token(header: Any, claims: Any, signature: bytes = b"") -> str:
    """Put a token together by hand."""
    return f"{encoded(header)}.{encoded(claims)}.{encoded(signature)}"


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", ""])
@pytest.mark.parametrize("kid", ["first", None])
async def test_an_unsigned_token_is_refused(
    algorithm: str, kid: str | None, client: Caller, issuer: LocalIssuer
) -> None:
    header = {"alg": algorithm, "typ": "JWT"} | ({"kid": kid} if kid else {})

    refused(await get(client, token(header, issuer.claims())))
    refused(await get(client, token(header, issuer.claims(), b"signature")))


@pytest.mark.parametrize("kid", ["rsa", None])
async def test_the_public_key_is_no_shared_secret(
    kid: str | None, client: Caller, issuer: LocalIssuer
) -> None:
    issuer.keys = [RSA]
    published = issuer.published()[0]
    header = {"alg": "HS256", "typ": "JWT"} | ({"kid": kid} if kid else {})
    body = f"{encoded(header)}.{encoded(issuer.claims())}"
    secrets = [
        RSA.as_pem(private=False),
        RSA.as_pem(private=False).strip(),
        RSA.as_der(private=False),
        str(published["n"]).encode(),
        json.dumps(published).encode(),
        b"",
    ]

    for secret in secrets:
        made = hmac.new(secret, body.encode(), sha256).digest()
        refused(await get(client, f"{body}.{encoded(made)}"))
    assert (await get(client, issuer.token(header={"alg": "RS256"}))).status_code == 200


async def test_a_key_that_the_token_brings_along_is_not_used(
    client: Caller, issuer: LocalIssuer
) -> None:
    mine = RSAKey.generate_key(2048, {"kid": "first"})
    public = dict(mine.as_dict(private=False))
    asked = len(issuer.asked)

    for header in (
        {"jwk": public},
        {"jwk": public, "kid": None},
        {"jku": f"{issuer.url}/mine"},
        {"x5u": f"{issuer.url}/mine"},
        {"kid": f"{issuer.url}/mine"},
        {"kid": "../../dev/null"},
    ):
        refused(await get(client, issuer.token(mine, {"alg": "RS256", **header})))
    assert "/mine" not in issuer.asked[asked:]


@pytest.mark.parametrize(
    "header",
    [
        {"typ": "logout+jwt"},
        {"typ": "secevent+jwt"},
        {"typ": "dpop+jwt"},
        {"crit": ["b64"], "b64": False},
        {"crit": ["unheard-of"], "unheard-of": 1},
    ],
    ids=str,
)
async def test_a_token_of_another_kind_is_refused(
    header: dict[str, Any], client: Caller, issuer: LocalIssuer
) -> None:
    good = issuer.token().split(".")
    claims = json.loads(base64.urlsafe_b64decode(good[1] + "=="))
    made = issuer.keys[0]
    if "crit" not in header:
        refused(await get(client, issuer.token(header=header)))
    shown = {"alg": "ES256", "kid": made.kid, "typ": "JWT"} | header
    refused(await get(client, token(shown, claims, b"x" * 64)))


@pytest.mark.parametrize(
    "header",
    [
        [], "alg", 7, None, {}, {"alg": None}, {"alg": ["ES256"]}, {"alg": {"a": 1}}, {"alg": 7},
        {"alg": "ES256", "kid": 7}, {"alg": "ES256", "kid": ["first"]}, {"alg": "ES256", "typ": 7},
        {"alg": "ES256", "crit": 7}, {"alg": "ES256", "crit": [[]]}, {"alg": "ES256", "b64": 7},
        {"alg": "ES256", "kid": "x" * 3000}, {"alg": "ES256", "kid": "\x00"},
        {"alg": "ES256", "kid": "\ud800"}, {"alg": "RS256", "kid": "first"},
    ],
    ids=str,
)  # fmt: skip
async def test_a_header_that_is_odd_is_refused(
    header: Any, client: Caller, issuer: LocalIssuer
) -> None:
    refused(await get(client, token(header, issuer.claims(), b"x" * 64)))


@pytest.mark.parametrize(
    "text",
    [
        "", ".", "..", "...", "a.b.c", "a..c", "e30.e30.", "e30.e30.e30", "e30.e30.e30.e30.e30",
        "=.=.=", "%00.%00.%00", "onr", "null", encoded(b"[" * 3000) + ".e30.e30",
        encoded(b'{"alg":' + b"[" * 3000) + ".e30.e30",
        encoded(b'{"alg": ' + b"9" * 5000 + b"}") + ".e30.e30",
        encoded(b'{"alg": "ES256", "alg": "none"}') + ".e30.", encoded(b"\xff\xfe") + ".e30.e30",
    ],
    ids=range(18),
)  # fmt: skip
async def test_garbage_is_refused(text: str, client: Caller) -> None:
    refused(await get(client, text))


async def test_claims_that_are_signed_but_odd_are_refused(
    client: Caller, issuer: LocalIssuer
) -> None:
    good, kid = issuer.keys[-1], "first"
    for body in (b"[]", b"7", b"null", b"", b"[" * 3000, b'{"exp": ' + b"9" * 5000 + b"}", b"\xff"):
        refused(await get(client, issuer.signed(body, good, {"kid": kid})))


async def test_a_token_that_is_too_long_is_refused_unread(
    client: Caller, issuer: LocalIssuer
) -> None:
    short, long = issuer.token(filling="x" * 5000), issuer.token(filling="x" * 7000)

    assert (await get(client, short)).status_code == 200
    refused(await get(client, long))
    refused(await get(client, "x" * 1_000_000))


async def test_two_authorization_headers_are_refused(client: Caller, issuer: LocalIssuer) -> None:
    good = ("Authorization", f"Bearer {issuer.token()}")

    for other in (good, ("Authorization", "Bearer onr_x"), ("authorization", "")):
        for headers in ([good, other], [other, good]):
            problem(await client.get("/v1/statements", headers=headers), 401, "unauthorized")


async def test_two_tokens_in_one_header_are_refused(client: Caller, issuer: LocalIssuer) -> None:
    good = issuer.token()

    for header in (f"{good}, Bearer {good}", f"{good} {good}", f"{good}, {good}"):
        refused(await get(client, header))


async def test_no_change_to_a_good_token_is_taken_and_none_breaks_the_service(
    client: Caller, issuer: LocalIssuer
) -> None:
    good = issuer.token()
    chance = random.Random(1)  # noqa: S311 -- nothing is kept secret with it
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.= \xff"

    for _ in range(200):
        at, kind = chance.randrange(len(good)), chance.randrange(3)
        put = "" if kind == 0 else chance.choice(letters)
        changed = good[:at] + put + good[at + (kind != 1) :]
        if changed.strip() != good:
            header = f"Bearer {changed}".encode("latin-1")
            answer = await client.get("/v1/statements", headers=[(b"Authorization", header)])
            problem(answer, 401, "unauthorized")


async def test_why_a_token_is_refused_is_logged_without_any_of_it(
    client: Caller, issuer: LocalIssuer
) -> None:
    tokens = [
        issuer.token(exp=1), issuer.token(aud="other"), issuer.token()[:-4] + "AAAA",
        token({"alg": "none"}, issuer.claims()), "abcdefghijkl", "x" * 9000,
    ]  # fmt: skip

    with structlog.testing.capture_logs() as lines:
        for one in tokens:
            refused(await get(client, one))

    reasons = [line["reason"] for line in lines if line["event"] == "refused credential"]
    assert reasons == ["expired", "claims", "signature", "algorithm", "malformed", "too long"]
    for one in tokens:
        assert one[:12] not in str(lines)
        assert one[-12:] not in str(lines)


async def test_a_service_without_an_issuer_takes_no_tokens(
    anonymous: Any, issuer: LocalIssuer
) -> None:
    refused(await get(anonymous, issuer.token()))
