"""Cards: what a reader sees, in their language, whatever was written into the fields."""

import base64
import re
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from tests.exchange import scene
from tests.making import Client, Made, Make

EVIL = "</style></title><script>alert(1)</script><img src=x onerror=alert(1)>\"'&\x0b"
ALLOWED = {
    "html", "head", "meta", "title", "link", "style", "body", "article", "header", "section",
    "footer", "div", "h1", "h2", "p", "ul", "li", "a", "blockquote", "cite", "span", "strong",
    "time",
}  # fmt: skip
VOID = {"meta", "link"}


class Page(HTMLParser):
    """A page, read: its elements, and its words."""

    def __init__(self, text: str) -> None:
        """Read it."""
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """See that elements are closed in their order."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note words, and in which element they stand."""
        if data.strip() and self._open:
            self.words.append((self._open[-1], data))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Give the attributes of each element of a kind."""
        return [attributes for name, attributes in self.elements if name == tag]

    def text(self) -> str:
        """Give the words that are seen."""
        return " ".join(words for tag, words in self.words if tag not in {"style", "title"})


async def card_of(client: Client, made: Made) -> Page:
    """Fetch a verdict's card."""
    answer = await client.get(f"{made.path}/embed")
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.text.startswith("<!doctype html>\n")
    return Page(answer.text)


async def test_a_card_shows_who_said_what_and_what_was_found(anonymous: Client, make: Make) -> None:
    card = await card_of(anonymous, await scene.verdict(make))

    for words in ("My newsroom", "One official's number", "Aslan Atalykov", "Mostly false",
                  "Some 98,000 Russians came to Kazakhstan", "2022-09-27",
                  "Gross entries; 64,234 left in the same period."):  # fmt: skip
        assert words in card.text()
    (link,) = card.all("a")
    assert (link["href"], link["target"], link["rel"]) == (scene.ARTICLE, "_blank", "noopener")


async def test_a_card_runs_nothing_loads_nothing_and_says_so(anonymous: Client, make: Make) -> None:
    made = await scene.verdict(make)
    answer = await anonymous.get(f"{made.path}/embed")
    card = Page(answer.text)

    policy = dict(
        part.strip().partition(" ")[::2]
        for part in answer.headers["Content-Security-Policy"].split(";")
    )
    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    assert policy["default-src"] == "'none'"
    assert policy["style-src"] == f"'sha256-{digest}'"
    assert policy["frame-ancestors"] == "*"
    assert (policy["base-uri"], policy["form-action"]) == ("'none'", "'none'")
    assert "allow-scripts" not in policy["sandbox"]
    assert "X-Frame-Options" not in answer.headers
    assert {tag for tag, _ in card.elements} <= ALLOWED
    names = {name for _, attributes in card.elements for name in attributes}
    assert not [name for name in names if name.startswith("on") or name in {"style", "src"}]
    rels = {one["rel"] for one in card.all("link")}
    assert rels <= {"alternate", "canonical"}
    assert "color-scheme: light dark" in style
    assert {"name": "color-scheme", "content": "light dark"} in card.all("meta")


async def test_nothing_that_was_written_becomes_markup(
    anonymous: Client, admin: Client, make: Make
) -> None:
    one_line = EVIL.replace("\x0b", "")
    said = await scene.said(
        make, text=EVIL, summary=None, translations=[], speaker_role=one_line, language="en",
        speaker={"kind": "person", "name": one_line},
    )  # fmt: skip
    scale = await make.scale(
        ratings=[{"key": "odd", "labels": {"en": one_line}, "normalized": "false"}]
    )
    made = await scene.verdict(
        make, statement_id=said.id, headline=one_line, summary=EVIL,
        rating={"scale": scale.body["key"], "key": "odd"},
        url="https://check.example/?a=%22%3E%3Cscript%3E&b='",
    )  # fmt: skip
    made = await scene.corrected(make, made, EVIL)
    whose = f"/v1/organizations/{made.body['organization']['id']}"
    star = {"If-Match": "*"}
    await admin.patch(whose, json={"name": one_line}, headers=star)
    try:
        card = await card_of(anonymous, made)
        await scene.retracted(make, made, EVIL)
        taken_back = await card_of(anonymous, made)
        described = await anonymous.get("/oembed", params={"url": f"http://test{made.path}"})
    finally:
        await admin.patch(whose, json={"name": "My newsroom"}, headers=star)

    for page in (card, taken_back):
        assert {tag for tag, _ in page.elements} <= ALLOWED
        assert len(page.all("style")) == 1
        assert page.text().count("<script>alert(1)</script>") >= 5
    assert card.all("a")[0]["href"] == made.body["url"]
    frame = Page(described.json()["html"])
    assert [tag for tag, _ in frame.elements] == ["iframe"]
    assert frame.all("iframe")[0]["title"] == one_line


@pytest.mark.parametrize(
    ("language", "direction", "claim"),
    [("ar", "rtl", "الادعاء"), ("fa-IR", "rtl", "Claim"), ("he", "rtl", "Claim"),
     ("fr-CA", "ltr", "Affirmation"), ("az-Arab", "rtl", "Claim"), ("ru", "ltr", "Утверждение"),
     ("kk", "ltr", "Claim")],
)  # fmt: skip
async def test_a_card_says_its_language_and_how_that_runs(
    anonymous: Client, make: Make, language: str, direction: str, claim: str
) -> None:
    card = await card_of(anonymous, await scene.verdict(make, language=language))

    (html,) = card.all("html")
    assert (html["lang"], html["dir"]) == (language, direction)
    (heading,) = card.all("h2")
    assert ("h2", claim) in card.words
    assert heading["lang"] == ("en" if claim == "Claim" else language.partition("-")[0])
    assert card.all("h1")[0].keys() == {"id"}
    assert card.all("article")[0]["aria-labelledby"] == "headline"


async def test_a_quotation_says_the_language_that_it_is_in(anonymous: Client, make: Make) -> None:
    said = await scene.said(make, text="نص", language="ar", translations=[])
    card = await card_of(anonymous, await scene.verdict(make, statement_id=said.id))

    (quote,) = card.all("blockquote")
    assert (quote["lang"], quote["dir"]) == ("ar", "rtl")


async def test_a_corrected_card_shows_each_correction(anonymous: Client, make: Make) -> None:
    made = await scene.corrected(make, await scene.verdict(make), "It said 100,000")
    made = await scene.corrected(make, made, "It said 99,000", summary="Better")

    card = await card_of(anonymous, made)

    items = [words for tag, words in card.words if tag == "span" and words.startswith("It said")]
    assert items == ["It said 100,000", "It said 99,000"]
    assert ("h2", "Correction") in card.words
    assert "Better" in card.text()


async def test_a_retracted_card_shows_its_notice_and_no_rating(
    anonymous: Client, make: Make
) -> None:
    made = await scene.verdict(make)
    await scene.retracted(make, made, "We were wrong")

    card = await card_of(anonymous, made)

    assert ("strong", "Retracted") in card.words
    assert "We were wrong" in card.text()
    assert "Mostly false" not in card.text()
    assert "Gross entries" not in card.text()
    assert [one["role"] for one in card.all("div")] == ["note"]


async def test_a_card_without_an_article_or_a_headline_is_a_card(
    anonymous: Client, make: Make
) -> None:
    card = await card_of(anonymous, await scene.verdict(make, url=None, headline=None))

    assert card.all("a") == []
    assert ("h1", scene.SUMMARY) in card.words


async def test_an_anonymous_claimant_is_not_named(anonymous: Client, make: Make) -> None:
    said = await scene.said(make, speaker_is_anonymous=True)

    card = await card_of(anonymous, await scene.verdict(make, statement_id=said.id))

    assert card.all("cite") == []
    assert "Acting chairman" not in card.text()


async def test_a_card_leads_to_its_description_and_its_claim_review(
    anonymous: Client, make: Make
) -> None:
    made = await scene.verdict(make)
    answer = await anonymous.get(f"{made.path}/embed")
    card = Page(answer.text)

    found = {one["type"]: str(one["href"]) for one in card.all("link") if one["rel"] == "alternate"}

    assert found["application/ld+json"] == f"http://test{made.path}/claimreview"
    assert answer.links["alternate"]["url"] == found["application/json+oembed"]
    for media, expected in (("application/json+oembed", "application/json"),
                            ("text/xml+oembed", "text/xml; charset=utf-8")):  # fmt: skip
        described = await anonymous.get(found[media].removeprefix("http://test"))
        assert described.status_code == 200
        assert described.headers["Content-Type"] == expected


async def test_a_card_is_fetched_again_only_when_it_changed(anonymous: Client, make: Make) -> None:
    made = await scene.verdict(make)
    read = await anonymous.get(f"{made.path}/embed")
    known = {"If-None-Match": read.headers["ETag"]}

    same = await anonymous.get(f"{made.path}/embed", headers=known)
    await scene.corrected(make, made, "Wrong")
    changed = await anonymous.get(f"{made.path}/embed", headers=known)

    assert (same.status_code, changed.status_code) == (304, 200)
    assert read.headers["Cache-Control"].startswith("public")
    assert f"verdicts/{made.id}" in read.headers["Surrogate-Key"].split()
