"""Where webhooks may lead: never where only this service could go."""

import pytest

from app.foundation.outgoing import why_not
from app.foundation.settings import Settings
from app.main import create_app
from app.webhooks.sending import Sender
from tests.conftest import SECRET
from tests.foundation.answers import problem
from tests.making import Client, Make, change
from tests.webhooks.receiving import Receiver, Reply, deliveries

ELSEWHERE = "https://receiver.example/hooks"


@pytest.mark.parametrize(
    "url",
    [
        "http://receiver.example/", "ftp://receiver.example/", "https:///hooks",
        "//receiver.example",
        "https://me:word@receiver.example/", "https://receiver.example:22/",
        "https://receiver.example:80/", "https://receiver.example:99999/", "https://10.0.0.1/",
        "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/",
        "https://169.254.169.254/latest/meta-data", "https://receiver.example/#part",
        "https://receiver.example:0/", "http://10.0.0.1:8080/",
    ],
)  # fmt: skip
async def test_an_address_that_is_never_asked_is_refused_at_once(
    make: Make, admin: Client, url: str
) -> None:
    webhook = await make.webhook()

    made = await admin.post("/v1/webhooks", json={"url": url})
    changed = await change(admin, webhook, url=url)

    for answer in (made, changed):
        (error,) = problem(answer, 422, "invalid-input")["errors"]
        assert error["pointer"] == "/url"
    assert len((await admin.get("/v1/webhooks")).json()["items"]) == 1


@pytest.mark.parametrize(
    "url",
    [ELSEWHERE, "https://receiver.example:8443/?a=b", "https://8.8.8.8/", "http://127.0.0.1:80/",
     "https://[2606:4700:4700::1111]:443/", "http://LOCALHOST:1/", "https://bücher.example/"],
)  # fmt: skip
async def test_other_addresses_are_taken(admin: Client, url: str, clean: None) -> None:
    answer = await admin.post("/v1/webhooks", json={"url": url})

    assert (answer.status_code, answer.json()["url"]) == (201, url)


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("[::1]", "http://[::1]:80/"),
        ("::1", "http://[::1]/"),
        ("Hooks.Internal", "http://hooks.internal/"),
    ],
)
async def test_hosts_are_named_as_they_stand_in_addresses(given: str, url: str) -> None:
    hosts = Settings(_env_file=None, webhook_hosts=f"{given}, another").webhook_hosts  # type: ignore[arg-type]

    assert why_not(url, hosts) is None
    assert why_not(url, ()) is not None


async def test_a_redirection_is_not_followed(
    make: Make, admin: Client, receiver: Receiver, sender: Sender
) -> None:
    webhook = await make.webhook(url=receiver.url)
    there = ("Location", f"http://127.0.0.1:{receiver.port}/elsewhere")
    receiver.answers = lambda _, __: Reply(307, headers=(there,))
    await make.speaker()

    await sender.look()

    (delivery,) = await deliveries(admin, webhook)
    assert [one.path for one in receiver.got] == ["/hooks"]
    assert (delivery["state"], delivery["attempts"][0]["status"]) == ("pending", 307)


async def test_a_host_that_is_trusted_no_more_is_not_asked_any_more(
    make: Make, admin: Client, receiver: Receiver, settings: Settings
) -> None:
    webhook = await make.webhook(url=receiver.url)
    await make.speaker()
    app = create_app(settings.model_copy(update={"webhook_hosts": ()}))

    async with app.router.lifespan_context(app):
        await app.state.sender.look()

    (delivery,) = await deliveries(admin, webhook)
    assert receiver.got == []
    assert delivery["attempts"][0]["error"] == "This must be an https address"


async def test_proxies_of_the_environment_are_not_used(
    make: Make, receiver: Receiver, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    await make.webhook(url=receiver.url)
    await make.speaker()
    app = create_app(settings)

    async with app.router.lifespan_context(app):
        await app.state.sender.look()

    assert len(receiver.got) == 1
    assert settings.secret is not None
    assert settings.secret.get_secret_value() == SECRET
