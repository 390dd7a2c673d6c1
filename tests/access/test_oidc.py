"""People with a token of an OpenID Connect issuer: who they are, and which tokens are refused."""

import time
from typing import Any

import asyncpg
import pytest
from fastapi import FastAPI
from httpx2 import Response
from joserfc.jwk import ECKey, OKPKey, RSAKey

from app.foundation.settings import Settings
from tests.access.issuing import AUDIENCE, Key, LocalIssuer, get, new_key, refused, trusting
from tests.foundation.answers import problem
from tests.making import Client, Make

PATH = "/v1/statements"
STATEMENT = {"text": "Hm", "language": "en", "speaker_is_anonymous": True}
LATER = 32_503_680_000  # In the year 3000: the same in each process that collects the tests.
SCOPES = {
    "reader": {"read"},
    "contributor": {"read", "write"},
    "checker": {"read", "write"},
    "reviewer": {"read", "write"},
    "editor": {"read", "write", "publish"},
    "admin": {"read", "write", "publish", "admin"},
}


async def post(client: Client, token: str, **headers: str) -> Response:
    """Record a statement with a token."""
    given = {"Authorization": f"Bearer {token}"} | headers
    return await client.post(PATH, json=STATEMENT, headers=given)


@pytest.mark.parametrize("role", SCOPES)
async def test_a_role_of_the_issuer_allows_what_the_role_allows(
    role: str, client: Client, issuer: LocalIssuer, make: Make
) -> None:
    token = issuer.token(roles=[role])
    internal = await make.statement(visibility="internal")
    draft = await make.approve(await make.verdict())
    headers = {"Authorization": f"Bearer {token}"}

    read = await get(client, token, internal.path)
    written = await post(client, token)
    published = await client.post(
        f"{draft.path}/transitions", json={"to": "published"}, headers=headers | draft.if_match
    )
    keys = await get(client, token, "/v1/api-keys")

    may = {
        "read": read.status_code == 200,
        "write": written.status_code == 201,
        "publish": published.status_code == 200,
        "admin": keys.status_code == 200,
    }
    assert {scope for scope, allowed in may.items() if allowed} == SCOPES[role]


async def test_what_a_person_lacks_is_said_as_with_a_key(
    client: Client, issuer: LocalIssuer
) -> None:
    answer = await post(client, issuer.token(roles=["reader"]))

    assert "'write'" in problem(answer, 403, "forbidden")["detail"]
    assert answer.headers["WWW-Authenticate"] == (
        'Bearer realm="onrecord", error="insufficient_scope", scope="write"'
    )


async def test_several_roles_allow_what_any_of_them_does(
    client: Client, issuer: LocalIssuer
) -> None:
    token = issuer.token(roles=["offline_access", "reader", "contributor"])

    assert (await post(client, token)).status_code == 201


@pytest.mark.parametrize("roles", [None, [], ["king"], "king", 7, {"editor": True}, [["editor"]]])
async def test_without_a_known_role_one_reads_like_the_public_and_no_more(
    roles: Any, client: Client, issuer: LocalIssuer, make: Make
) -> None:
    token = issuer.token(roles=roles)
    internal, public = await make.statement(visibility="internal"), await make.statement()

    assert (await get(client, token, public.path)).status_code == 200
    assert (await get(client, token, internal.path)).status_code == 404
    problem(await post(client, token), 403, "forbidden")


async def test_what_one_reads_with_a_token_is_kept_out_of_shared_caches(
    client: Client, issuer: LocalIssuer, make: Make
) -> None:
    public = await make.statement()

    for token in (issuer.token(), issuer.token(roles=[])):
        for path in (PATH, public.path):
            answer = await get(client, token, path)
            assert answer.headers["Cache-Control"] == "private, no-cache"
            assert answer.headers["Vary"] == "Authorization"


@pytest.mark.parametrize(
    ("claims", "person"),
    [
        ({"preferred_username": "ghopper"}, "Grace Hopper"),
        ({"name": None, "preferred_username": "ghopper", "email": "g@example.org"}, "ghopper"),
        ({"name": " ", "preferred_username": 7, "email": "g@example.org"}, "g@example.org"),
        ({"name": None}, "u-1"),
        ({"name": "  Grace  "}, "Grace"),
        ({"name": "Grace\nHopper"}, "u-1"),
        ({"name": "Grace\x00"}, "u-1"),
        ({"name": "\ud800"}, "u-1"),
        ({"name": "x" * 501}, "u-1"),
        ({"name": "Тоқаев"}, "Тоқаев"),
    ],
)
async def test_what_a_person_does_stands_under_their_name(
    claims: dict[str, Any],
    person: str,
    client: Client,
    issuer: LocalIssuer,
    database: asyncpg.Connection,
) -> None:
    made = await post(client, issuer.token(**claims))

    row = await database.fetchrow(
        "SELECT actor, key_id, organization.name FROM change"
        " JOIN organization ON organization.id = change.organization_id WHERE resource_id = $1",
        made.json()["id"],
    )
    assert made.json()["created_by"] == person
    assert row is not None
    assert tuple(row) == (person, None, "My newsroom")


async def test_an_organization_may_be_named_or_given_by_its_id(
    settings: Settings, issuer: LocalIssuer, client: Client, database: asyncpg.Connection
) -> None:
    other = await database.fetchval("SELECT id FROM organization WHERE name = 'Another newsroom'")
    whose = "SELECT organization_id FROM statement WHERE id = $1"

    for name in ("Another newsroom", str(other)):
        async with trusting(settings, issuer, oidc_organization=name) as named:
            made = await post(named, issuer.token())
        assert await database.fetchval(whose, made.json()["id"]) == other
    unnamed = await post(client, issuer.token())
    assert await database.fetchval(whose, unnamed.json()["id"]) != other


async def test_an_organization_that_is_not_there_is_503_and_not_the_callers_fault(
    settings: Settings, issuer: LocalIssuer, clean: None, app: FastAPI
) -> None:
    async with trusting(settings, issuer, oidc_organization="Nobody") as client:
        problem(await get(client, issuer.token()), 503, "unavailable")


@pytest.mark.parametrize(
    ("path", "claims"),
    [
        ("realm_access.roles", {"realm_access": {"roles": ["editor"]}}),
        ("resource_access.cms.roles", {"resource_access": {"cms": {"roles": ["editor"]}}}),
        ("resource_access.c.m.s.roles", {"resource_access": {"c.m.s": {"roles": ["editor"]}}}),
        ("https://onrecord.example/roles", {"https://onrecord.example/roles": ["editor"]}),
        ("groups", {"groups": "staff editor"}),
    ],
)  # fmt: skip
async def test_roles_are_found_where_the_issuer_puts_them(
    path: str,
    claims: dict[str, Any],
    settings: Settings,
    issuer: LocalIssuer,
    clean: None,
    app: FastAPI,
) -> None:
    async with trusting(settings, issuer, oidc_role_claim=path) as client:
        assert (await post(client, issuer.token(roles=None, **claims))).status_code == 201
        assert (await post(client, issuer.token(roles=["editor"]))).status_code == 403


async def test_where_roles_are_mapped_no_others_count(
    settings: Settings, issuer: LocalIssuer, clean: None, app: FastAPI
) -> None:
    roles = {"newsroom-editors": "editor", "The desk": "reader"}
    async with trusting(settings, issuer, oidc_roles=roles) as client:
        assert (await post(client, issuer.token(roles=["newsroom-editors"]))).status_code == 201
        assert (await post(client, issuer.token(roles=["The desk"]))).status_code == 403
        assert (await post(client, issuer.token(roles=["editor", "admin"]))).status_code == 403


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (RSAKey.generate_key(2048, {"kid": "k"}), "RS256"),
        (RSAKey.generate_key(2048, {"kid": "k"}), "PS384"),
        (ECKey.generate_key("P-521", {"kid": "k"}), "ES512"),
        (OKPKey.generate_key("Ed25519", {"kid": "k"}), "Ed25519"),
    ],
)
async def test_every_usual_signature_is_read(
    key: Key, algorithm: str, client: Client, issuer: LocalIssuer
) -> None:
    issuer.keys = [key]

    token = issuer.token(header={"alg": algorithm})

    assert (await post(client, token)).status_code == 201
    refused(await get(client, token[:-8] + "AAAAAAAA"))


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
async def test_eddsa_is_read_under_its_older_name(client: Client, issuer: LocalIssuer) -> None:
    issuer.keys = [OKPKey.generate_key("Ed25519", {"kid": "k"})]
    token = issuer.token(header={"alg": "EdDSA"})

    assert (await get(client, token)).status_code == 200


@pytest.mark.parametrize("kind", [None, "JWT", "at+jwt", "application/at+jwt", "jwt"])
async def test_a_token_says_what_it_is_or_nothing(
    kind: str | None, client: Client, issuer: LocalIssuer
) -> None:
    assert (await get(client, issuer.token(header={"typ": kind}))).status_code == 200


@pytest.mark.parametrize("audience", [[AUDIENCE], ["other", AUDIENCE]])
async def test_an_audience_may_be_one_of_several(
    audience: list[str], client: Client, issuer: LocalIssuer
) -> None:
    assert (await get(client, issuer.token(aud=audience))).status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"nbf": LATER},
        {"iat": LATER},
        {"iss": "https://other.example"},
        {"iss": None},
        {"iss": 7},
        {"aud": "https://other.example"},
        {"aud": ["https://other.example"]},
        {"aud": f"{AUDIENCE}/"},
        {"aud": None},
        {"aud": []},
        {"aud": {"is": AUDIENCE}},
        {"exp": None},
        {"exp": "2999-01-01"},
        {"exp": True},
        {"exp": float("nan")},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "a\x00"},
        {"sub": "x" * 256},
        {"sub": "\ud800"},
    ],
    ids=str,
)
async def test_a_token_with_other_claims_is_refused_without_saying_which(
    claims: dict[str, Any], client: Client, issuer: LocalIssuer
) -> None:
    for path in (PATH, "/v1/api-keys"):
        said = refused(await get(client, issuer.token(**claims), path))
        assert said == "This token is not good here"


@pytest.mark.parametrize("ago", [31, 3600])
async def test_a_token_that_has_expired_is_refused_and_that_is_said(
    ago: int, client: Client, issuer: LocalIssuer
) -> None:
    said = refused(await get(client, issuer.token(exp=int(time.time()) - ago)))

    assert "expired" in said


async def test_a_person_stays_the_same_caller_with_a_new_token(
    client: Client, issuer: LocalIssuer
) -> None:
    key = {"Idempotency-Key": "the-same"}

    first = await post(client, issuer.token(jti="1"), **key)
    again = await post(client, issuer.token(jti="2", name="Grace B. Hopper"), **key)
    other = await post(client, issuer.token(sub="u-2"), **key)

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 201)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert first.content == again.content
    assert "Idempotent-Replayed" not in other.headers
    assert other.json()["id"] != first.json()["id"]


async def test_keys_go_on_working_beside_tokens(
    client: Client, make: Make, issuer: LocalIssuer
) -> None:
    key = await make.api_key(role="editor")

    assert (await post(client, key.body["key"])).status_code == 201
    assert (await client.get(PATH)).status_code == 200
    refused(await get(client, "onr_unknown"))
    assert issuer.asked == []


async def test_clocks_may_differ_a_little(client: Client, issuer: LocalIssuer) -> None:
    now = int(time.time())
    token = issuer.token(exp=now - 10, nbf=now + 10, iat=now + 10)

    assert (await get(client, token)).status_code == 200


async def test_another_key_under_the_same_name_is_refused(
    client: Client, issuer: LocalIssuer
) -> None:
    refused(await get(client, issuer.token(new_key("first"))))
    assert (await get(client, issuer.token())).status_code == 200


async def test_an_expired_token_of_somebody_else_does_not_learn_that_it_expired(
    client: Client, issuer: LocalIssuer
) -> None:
    token = issuer.token(new_key("first"), exp=1)

    assert refused(await get(client, token)) == "This token is not good here"
