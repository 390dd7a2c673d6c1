"""oEmbed 1.0: what a CMS learns of an address, and what it is refused."""

from xml.etree import ElementTree as ET

import pytest
from httpx2 import Response

from tests.exchange import scene
from tests.exchange.conftest import OUTSIDE
from tests.exchange.test_cards import Page
from tests.foundation.answers import problem
from tests.making import Client, Make

NOBODYS = "01900000-0000-7000-8000-000000000000"
REQUIRED = {"type", "version", "html", "width", "height"}


async def ask(client: Client, url: str, **parameters: object) -> Response:
    """Ask about an address."""
    given = {name: str(value) for name, value in parameters.items()}
    return await client.get("/oembed", params={"url": url} | given)


@pytest.mark.parametrize("part", ["", "/embed", "/claimreview", "/embed?x=1#top"])
async def test_an_address_of_a_verdict_is_described_as_its_card(
    anonymous: Client, make: Make, part: str
) -> None:
    made = await scene.verdict(make)

    answer = await ask(anonymous, f"http://test{made.path}{part}", format="json")

    assert answer.headers["Content-Type"] == "application/json"
    found = answer.json()
    assert found.keys() >= REQUIRED
    assert (found["type"], found["version"]) == ("rich", "1.0")
    assert (found["title"], found["author_name"]) == ("One official's number", "My newsroom")
    assert (found["provider_name"], found["cache_age"]) == ("onrecord", 60)
    (frame,) = Page(found["html"]).all("iframe")
    assert frame["src"] == f"http://test{made.path}/embed"
    assert frame["title"] == found["title"]
    assert (frame["width"], frame["height"]) == (str(found["width"]), str(found["height"]))
    assert "allow-scripts" not in str(frame["sandbox"])


async def test_the_same_in_xml(anonymous: Client, make: Make) -> None:
    made = await scene.verdict(make, headline="<b> & \ufffe")
    url = f"http://test{made.path}"

    answer = await ask(anonymous, url, format="xml")
    by_accept = await anonymous.get("/oembed", params={"url": url}, headers={"Accept": "text/xml"})

    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert by_accept.content == answer.content
    tree = ET.fromstring(answer.content)  # noqa: S314 - our own answer.
    read = {one.tag: one.text for one in tree}
    plain = (await ask(anonymous, url)).json()
    assert tree.tag == "oembed"
    assert read.pop("title") == "<b> & \ufffd"
    assert plain.pop("title") == "<b> & \ufffe"
    assert {name: str(value) for name, value in plain.items() if name != "html"} == {
        name: value for name, value in read.items() if name != "html"
    }


@pytest.mark.parametrize(
    ("asked", "expected"),
    [({}, (600, 400)), ({"maxwidth": 320}, (320, 400)), ({"maxheight": 100}, (600, 100)),
     ({"maxwidth": 5000, "maxheight": 5000}, (600, 400)), ({"maxwidth": 1}, (1, 400))],
)  # fmt: skip
async def test_a_card_is_never_larger_than_asked(
    anonymous: Client, make: Make, asked: dict[str, int], expected: tuple[int, int]
) -> None:
    made = await scene.verdict(make)

    found = (await ask(anonymous, f"http://test{made.path}", **asked)).json()

    assert (found["width"], found["height"]) == expected


async def test_what_a_cms_sends_besides_is_passed_over(anonymous: Client, make: Make) -> None:
    made = await scene.verdict(make)

    answer = await ask(anonymous, f"http://test{made.path}", dnt=1, autoplay="true")

    assert answer.status_code == 200


@pytest.mark.parametrize("kind", ["yaml", "JSON", "", "json2"])
async def test_another_format_is_not_implemented(anonymous: Client, make: Make, kind: str) -> None:
    made = await scene.verdict(make)

    problem(await ask(anonymous, f"http://test{made.path}", format=kind), 501,
            "format-not-implemented")  # fmt: skip


@pytest.mark.parametrize(
    "url",
    [f"http://test/v1/verdicts/{NOBODYS}", f"http://elsewhere.example/v1/verdicts/{NOBODYS}",
     "http://test/v1/statements", "http://test/", "nonsense", "", "http://[::1", "\x00",
     "http://test/v1/verdicts/1", "javascript:alert(1)"],
)  # fmt: skip
async def test_what_is_no_verdicts_address_is_not_found(anonymous: Client, url: str) -> None:
    problem(await ask(anonymous, url), 404, "not-found")


async def test_a_verdict_elsewhere_is_not_ours_though_its_id_is(
    anonymous: Client, make: Make
) -> None:
    made = await scene.verdict(make)

    problem(await ask(anonymous, f"http://elsewhere.example{made.path}"), 404, "not-found")


async def test_a_draft_is_private_to_who_sees_it_and_not_there_for_others(
    anonymous: Client, admin: Client, stranger: Client, make: Make
) -> None:
    url = f"http://test{(await make.verdict()).path}"

    for client in (anonymous, stranger):
        problem(await ask(client, url), 404, "not-found")
    refused = await ask(admin, url)
    problem(refused, 401, "unauthorized")
    assert "WWW-Authenticate" in refused.headers


@pytest.mark.parametrize("size", ["0", "-1", "x", "1.5"])
async def test_a_size_is_a_number_of_pixels(anonymous: Client, size: str) -> None:
    problem(await ask(anonymous, "http://test/", maxwidth=size), 422, "invalid-input")


async def test_an_address_is_needed(anonymous: Client) -> None:
    problem(await anonymous.get("/oembed"), 422, "invalid-input")


async def test_behind_a_public_address_both_that_and_the_one_asked_are_known(
    outside: Client, make: Make
) -> None:
    made = await scene.verdict(make)

    for host in (OUTSIDE, OUTSIDE.upper().replace("HTTPS", "https"), "http://10.0.0.7:8000"):
        found = (await ask(outside, f"{host}{made.path}")).json()
        assert f'src="{OUTSIDE}{made.path}/embed"' in found["html"]
        assert found["provider_url"] == OUTSIDE
