"""People whom an OpenID Connect issuer vouches for, by a token that it signed.

The token is a JWT (RFC 7519), as a bearer token; RFC 9068 describes such access tokens.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from fastapi import Request
from joserfc.errors import ExpiredTokenError, JoseError, UnsupportedAlgorithmError
from joserfc.jws import CompactSignature, JWSRegistry, extract_compact, validate_compact
from joserfc.jwt import JWTClaimsRegistry
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Text, bindparam, cast, or_, select

from app.access.caller import Caller
from app.access.issuer import Issuer, IssuerAway, Keys, PublicKey, fetched
from app.access.scopes import ROLES
from app.access.tokens import INVALID
from app.foundation.database_check import Finding, connect
from app.foundation.problems import Unauthorized, Unavailable
from app.foundation.reads import ReadPool, compiled
from app.foundation.settings import Settings
from app.foundation.text import Line
from app.tables.api_key import Role, Scope
from app.tables.organization import Organization

LONGEST = 8 * 1024
"""How many characters a token may have."""
LEEWAY = 30
"""By how many seconds the issuer's clock and ours may differ."""
ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"}
    | {"EdDSA", "Ed25519", "Ed448"}
)
"""Signatures with a key that only the issuer has. A shared secret, or none, proves nothing."""
_TYPES = frozenset({"jwt", "at+jwt", "application/jwt", "application/at+jwt"})
_NAMES = ("name", "preferred_username", "email", "sub")
_LONGEST_SUBJECT = 255
_LINE: TypeAdapter[str] = TypeAdapter(Line)
_WRONG = (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError)
_GIVEN = bindparam("organization", type_=Text(), required=True)
_ORGANIZATION = compiled(
    select(Organization.id, Organization.name)
    .where(
        Organization.archived_at.is_(None),
        or_(_GIVEN.is_(None), cast(Organization.id, Text()) == _GIVEN, Organization.name == _GIVEN),
    )
    .order_by(Organization.created_at, Organization.id)
    .limit(2)
)
"""Finds an organisation by its id or name; without either, the first that was made."""


class _Signatures(JWSRegistry):
    """Which signatures are taken, whatever a token's own header would like."""

    max_header_length = max_payload_length = max_signature_length = LONGEST

    def get_alg(self, name: str) -> Any:  # noqa: ANN401 - the library's own model.
        """Find an algorithm. Raises `UnsupportedAlgorithmError`."""
        if name not in ALGORITHMS:
            raise UnsupportedAlgorithmError
        return self.algorithms[name]


_SIGNATURES = _Signatures(strict_check_header=False)


class Oidc:
    """Finds out who has a token of the issuer that this installation trusts."""

    def __init__(self, issuer: str, audience: str, settings: Settings) -> None:
        """Trust this issuer's tokens for this audience."""
        self.issuer = Issuer(issuer)
        self._organization = settings.oidc_organization
        self._claim, self._roles = settings.oidc_role_claim, _meanings(settings.oidc_roles)
        self._rules = JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    async def caller(self, request: Request, token: str) -> Caller:
        """Find out who calls. Raises `Unauthorized`, or `Unavailable` without the issuer's keys."""
        claims = await self._claims(token)
        subject = _subject(claims)
        reads: ReadPool = request.app.state.database.reads
        found = await reads.rows(_ORGANIZATION, {"organization": self._organization})
        if not _is_clear(found, self._organization):
            raise Unavailable("ONRECORD_OIDC_ORGANIZATION names no organisation, or several")
        return Caller(
            person=_person(claims),
            organization_id=found[0]["id"],
            scopes=self._scopes(claims),
            identity=f"oidc:{self.issuer.url}|{subject}",
        )

    async def _claims(self, token: str) -> dict[str, Any]:
        """Read what the issuer says of the caller, once its signature was seen to be right."""
        signed = _read(token)
        keys = await self.issuer.keys()
        if not _is_signed(signed, keys) and not _is_signed(signed, await self.issuer.newer(keys)):
            _refuse("signature")
        try:
            claims = json.loads(signed.payload)
            self._rules.validate(claims)
        except ExpiredTokenError:
            _refuse("expired", "This token has expired: get a new one from its issuer")
        except _WRONG:
            _refuse("claims")
        return dict(claims)

    def _scopes(self, claims: Mapping[str, Any]) -> frozenset[Scope]:
        """Gather what the caller's roles allow; roles that mean nothing here give nothing."""
        given = _at(claims, self._claim)
        words = given.split() if isinstance(given, str) else given
        names = [one for one in words if isinstance(one, str)] if isinstance(words, list) else []
        roles = [self._roles[name] for name in names if name in self._roles]
        return frozenset[Scope]().union(*(ROLES[role] for role in roles))


def trusted(settings: Settings) -> Oidc | None:
    """Trust the issuer that the settings name, if they name one."""
    issuer, audience = settings.oidc_issuer, settings.oidc_audience
    return Oidc(issuer, audience, settings) if issuer and audience else None


async def findings(settings: Settings, url: str) -> list[Finding]:
    """Look whether the issuer's tokens could be checked, and whose people they would be."""
    if settings.oidc_issuer is None:
        return []
    named = settings.oidc_organization
    connection = await connect(url)
    try:
        rows = await connection.fetch(_ORGANIZATION.text, named)
    finally:
        await connection.close()
    about = [await _issuer_finding(settings.oidc_issuer)]
    if _is_clear(rows, named):
        about.append(Finding(f"who comes with a token belongs to {rows[0]['name']}"))
    elif named is not None:
        remedy = "set ONRECORD_OIDC_ORGANIZATION to the id or name of one that is there"
        about.append(Finding(f"there is no organisation {named}, or several", remedy))
    return about


async def _issuer_finding(issuer: str) -> Finding:
    try:
        return Finding(f"OIDC issuer {issuer}, keys: {len(await fetched(issuer))}")
    except IssuerAway as away:
        remedy = "see that it can be reached from here, and is called as it calls itself"
        return Finding(f"OIDC issuer: {away}", remedy)


def _is_clear(found: Sequence[Any], named: str | None) -> bool:
    """Say whether one organisation is meant."""
    return len(found) == 1 or (len(found) > 1 and named is None)


def _meanings(mapped: Mapping[str, str] | None) -> dict[str, Role]:
    """Say which role of ours a word of the issuer's means: our own names, or those mapped alone."""
    words = mapped or {role.value: role.value for role in Role}
    return {word: Role(role) for word, role in words.items()}


def _read(token: str) -> CompactSignature:
    """Take a token apart. Nothing of it is believed yet."""
    if len(token) > LONGEST:
        _refuse("too long")
    try:
        signed = extract_compact(token.encode(), registry=_SIGNATURES)
        header = signed.headers()
        _SIGNATURES.check_header(header)
        kind = str(header.get("typ", "JWT")).lower()
    except _WRONG:
        _refuse("malformed")
    if header["alg"] not in ALGORITHMS or kind not in _TYPES:
        _refuse("algorithm")
    return signed


def _is_signed(signed: CompactSignature, keys: Keys) -> bool:
    """Say whether one of the keys made the signature: the one that the token names, if it does."""
    kid, algorithm = signed.headers().get("kid"), signed.headers()["alg"]
    return any(
        _made(key, signed)
        for key in keys
        if (kid is None or key.kid in {None, kid}) and key.get("alg", algorithm) == algorithm
    )


def _made(key: PublicKey, signed: CompactSignature) -> bool:
    try:
        return validate_compact(signed, key, registry=_SIGNATURES)
    except _WRONG:
        return False


def _subject(claims: Mapping[str, Any]) -> str:
    subject: str = claims["sub"]
    if _line(subject) is None or len(subject) > _LONGEST_SUBJECT:
        _refuse("claims")
    return subject


def _person(claims: Mapping[str, Any]) -> str:
    """Name the person, as people know them where the issuer says that."""
    named = (_line(claims.get(name)) for name in _NAMES)
    return next(name for name in named if name is not None)


def _line(value: object) -> str | None:
    """Give what can be kept and shown as a line of text, without white space around it."""
    try:
        return _LINE.validate_python(value, strict=True).strip()
    except ValidationError:
        return None


def _at(claims: object, path: str) -> object:
    """Find a claim by its name, or by a path of names with dots between; names may have dots."""
    if not isinstance(claims, Mapping):
        return None
    if path in claims:
        return claims[path]
    heads = [at for at, letter in enumerate(path) if letter == "."]
    found = (_at(claims.get(path[:at]), path[at + 1 :]) for at in heads)
    return next((one for one in found if one is not None), None)


def _refuse(reason: str, detail: str = "This token is not good here") -> NoReturn:
    raise Unauthorized(detail, reason=reason, error=INVALID)
