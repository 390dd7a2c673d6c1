"""A verdict's card: a small page to be framed by others, without scripts and without loads."""

from functools import cache
from typing import Final
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

from app.documents.phrases import Phrase, direction, phrase
from app.documents.published import Published
from app.documents.reviewed import card, claimed, label, page, words
from app.foundation import markup
from app.foundation.markup import add, as_html, is_web, root
from app.tables.version import ChangeKind
from app.verdicts.telling import LD_JSON

MEDIA: Final = "text/html"
_DAY: Final = len("2022-09-27")
_STYLE: Final = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; background: Canvas; color: CanvasText; overflow-wrap: anywhere; }
article { padding: 1rem; border: 1px solid GrayText; border-radius: .5rem; }
h1 { margin: .25rem 0; font-size: 1.25rem; }
h2 { margin: .75rem 0 .25rem; font-size: 1rem; }
p, ul { margin: .25rem 0; }
blockquote { margin: .5rem 0; padding-inline-start: .75rem; border-inline-start: .25rem solid; }
a { color: LinkText; }
a:focus-visible { outline: .2rem solid; outline-offset: .1rem; }
.rating { display: inline-block; padding: 0 .5rem; border: 2px solid; border-radius: .25rem;
  font-weight: bold; }
.notice { padding: .5rem; border: 2px solid; }
"""


@cache
def policy() -> str:
    """Give the Content-Security-Policy of a card."""
    return markup.policy(_STYLE)


def embedding(found: Published, base: str, kind: str) -> str:
    """Give the address that tells a CMS how to embed a card; `kind` is `json` or `xml`."""
    return f"{base}/oembed?{urlencode({'url': card(found, base), 'format': kind})}"


def written(found: Published, base: str) -> bytes:
    """Write the card of what is out; `base` is where the service stands."""
    html = root("html", {"lang": found.language, "dir": direction(found.language)})
    _head(html, found, base)
    article = add(add(html, "body"), "article", None, {"aria-labelledby": "headline"})
    header = add(article, "header")
    add(header, "p", found.organization.name, {"dir": "auto"})
    add(header, "h1", found.headline or claimed(found), {"id": "headline"})
    _claim(article, found)
    _finding(article, found)
    _changes(article, found)
    _footer(article, found)
    return as_html(html)


def _head(html: Element, found: Published, base: str) -> None:
    head = add(html, "head")
    add(head, "meta", None, {"charset": "utf-8"})
    add(head, "meta", None, {"name": "viewport", "content": "width=device-width"})
    add(head, "meta", None, {"name": "color-scheme", "content": "light dark"})
    add(head, "title", found.headline or claimed(found))
    add(head, "link", None, {"rel": "canonical", "href": page(found, base)})
    review = f"{base}/v1/verdicts/{found.id}/claimreview"
    add(head, "link", None, {"rel": "alternate", "type": LD_JSON, "href": review})
    for media, kind in (("application/json+oembed", "json"), ("text/xml+oembed", "xml")):
        address = embedding(found, base, kind)
        add(head, "link", None, {"rel": "alternate", "type": media, "href": address})
    add(head, "style", _STYLE)


def _claim(article: Element, found: Published) -> None:
    statement = found.statement
    text, language = words(statement, found.language)
    section = add(article, "section", None, {"aria-labelledby": "claim"})
    _heading(section, Phrase.CLAIM, found.language, "claim")
    quote = add(section, "blockquote", None, {"lang": language, "dir": direction(language)})
    add(quote, "p", text)
    by = add(section, "p")
    if statement.claimant is not None:
        add(by, "cite", statement.claimant.name, {"dir": "auto"}).tail = " "
        if statement.speaker_role:
            add(by, "span", f"({statement.speaker_role})", {"dir": "auto"}).tail = " "
    if statement.said_on:
        add(by, "time", statement.said_on, {"datetime": statement.said_on})


def _finding(article: Element, found: Published) -> None:
    """Show the rating with its reasons; of what was retracted, only that it was, and why."""
    said, language = label(found)
    if not found.retracted:
        add(article, "p", said, {"class": "rating"})
        if found.summary:
            add(article, "p", found.summary)
        return
    box = add(article, "div", None, {"class": "notice", "role": "note"})
    add(add(box, "p"), "strong", said, _in(language)).tail = " "
    _moment(box[0], found.updated_at)
    add(box, "p", found.notice)


def _changes(article: Element, found: Published) -> None:
    told = [one for one in found.corrections if one.kind is ChangeKind.CORRECTION]
    if not told:
        return
    section = add(article, "section", None, {"aria-labelledby": "corrections"})
    _heading(section, Phrase.CORRECTION, found.language, "corrections")
    listed = add(section, "ul")
    for one in told:
        item = add(listed, "li")
        _moment(item, one.published_at)
        add(item, "span", one.notice)


def _footer(article: Element, found: Published) -> None:
    footer = add(add(article, "footer"), "p")
    if found.url is not None and is_web(found.url):
        words_, language = phrase(Phrase.READ_MORE, found.language)
        link = {"href": found.url, "target": "_blank", "rel": "noopener"}
        add(footer, "a", words_, link | _in(language)).tail = " "
    _moment(footer, found.published_at)


def _heading(parent: Element, said: Phrase, wanted: str, name: str) -> None:
    text, language = phrase(said, wanted)
    add(parent, "h2", text, {"id": name} | _in(language))


def _moment(parent: Element, instant: str) -> None:
    add(parent, "time", instant[:_DAY], {"datetime": instant}).tail = " "


def _in(language: str) -> dict[str, str]:
    return {"lang": language, "dir": direction(language)}
