"""An OpenID Connect issuer on this machine, which the tests run, turn, and take away."""

import json
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from httpx2 import ASGITransport, Response
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry, serialize_compact

from app.access.issuer import Issuer
from app.foundation.settings import Settings
from app.main import create_app
from tests.foundation.answers import problem
from tests.making import Client

AUDIENCE = "https://onrecord.example"
DISCOVERY = "/.well-known/openid-configuration"
JWKS = "/keys"
Key = ECKey | OKPKey | RSAKey


def new_key(kid: str) -> ECKey:
    """Make a key that is quickly made."""
    return ECKey.generate_key("P-256", {"kid": kid})


class LocalIssuer:
    """Serves a discovery document and public keys, and signs tokens."""

    def __init__(self) -> None:
        """Begin to serve, with one key."""
        self.keys: list[Any] = [new_key("first")]
        self.asked: list[str] = []
        self.answers: dict[str, Callable[[], tuple[int, bytes]]] = {
            DISCOVERY: lambda: (200, json.dumps(self.discovery()).encode()),
            JWKS: lambda: (200, json.dumps({"keys": self.published()}).encode()),
        }
        self.redirects: dict[str, str] = {}
        self._server: ThreadingHTTPServer | None = None
        self.port = 0
        self.start()

    @property
    def url(self) -> str:
        """Name it as its tokens do."""
        return f"http://127.0.0.1:{self.port}"

    def discovery(self) -> dict[str, Any]:
        """Describe it."""
        return {"issuer": self.url, "jwks_uri": f"{self.url}{JWKS}"}

    def published(self) -> list[dict[str, Any]]:
        """Give its keys, without what is secret in them."""
        return [dict(key.as_dict(private=False)) for key in self.keys]

    def start(self) -> None:
        """Serve, at the same port as before if there was one."""
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked.append(self.path)
                known = issuer.answers.get(self.path)
                status, body = known() if known else (404, b"")
                if self.path in issuer.redirects:
                    status = 302
                self.send_response(status)
                if self.path in issuer.redirects:
                    self.send_header("Location", issuer.redirects[self.path])
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        """Be away."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def claims(self, **given: Any) -> dict[str, Any]:
        """Say what a token says: of an editor, unless said otherwise; None leaves a claim out."""
        now = int(time.time())
        usual = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": "u-1",
            "iat": now,
            "exp": now + 300,
            "name": "Grace Hopper",
            "roles": ["editor"],
        }
        return {name: value for name, value in (usual | given).items() if value is not None}

    def token(
        self, key: Key | None = None, header: dict[str, Any] | None = None, **given: Any
    ) -> str:
        """Sign a token, with the newest key unless another is given; None leaves a header out."""
        return self.signed(json.dumps(self.claims(**given)).encode(), key, header)

    def signed(
        self, body: bytes, key: Key | None = None, header: dict[str, Any] | None = None
    ) -> str:
        """Sign whatever this is."""
        signing = key or self.keys[-1]
        usual = {"alg": "ES256", "kid": signing.kid, "typ": "at+jwt"} | (header or {})
        shown = {name: value for name, value in usual.items() if value is not None}
        registry = JWSRegistry(algorithms=[shown["alg"]], strict_check_header=False)
        return serialize_compact(shown, body, signing, registry=registry)


class Caller(Client):
    """Somebody who calls a service that trusts an issuer."""

    issuer: Issuer


@asynccontextmanager
async def trusting(settings: Settings, issuer: LocalIssuer, **given: Any) -> AsyncIterator[Caller]:
    """Run a service that trusts an issuer, and give somebody who calls it."""
    update = {"oidc_issuer": issuer.url, "oidc_audience": AUDIENCE} | given
    app = create_app(settings.model_copy(update=update))
    async with app.router.lifespan_context(app):
        client = Caller(transport=ASGITransport(app), base_url="http://test")
        client.issuer = app.state.oidc.issuer
        async with client:
            yield client


async def get(client: Client, token: str, path: str = "/v1/statements") -> Response:
    """Read with a token."""
    return await client.get(path, headers={"Authorization": f"Bearer {token}"})


def refused(answer: Response) -> str:
    """See that a token is not taken, and give what is said about it."""
    detail: str = problem(answer, 401, "unauthorized")["detail"]
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="onrecord", error="invalid_token"'
    return detail
