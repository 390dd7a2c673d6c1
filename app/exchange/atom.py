"""Atom feeds (RFC 4287), in pages (RFC 5005 §3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID
from xml.etree.ElementTree import Element

from app.foundation.markup import add, as_xml, is_web, root

MEDIA: Final = "application/atom+xml"
NAMESPACE: Final = "http://www.w3.org/2005/Atom"
NEVER: Final = "1970-01-01T00:00:00Z"
"""When a feed changed in which there is nothing."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where else to look: the relation, the media type and the address."""

    rel: str
    media: str
    href: str


@dataclass(frozen=True, slots=True)
class Category:
    """A word by which entries are sorted, for programs and for people."""

    scheme: str
    term: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. Its id stays as it is, whatever changes."""

    id: UUID
    title: str
    language: str
    published: str
    updated: str
    author: str
    author_url: str | None
    summary: str | None
    links: Sequence[Link]
    categories: Sequence[Category]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a feed: where it is, where the first one is, and the next if there is one."""

    id: UUID
    title: str
    here: str
    first: str
    next: str | None
    entries: Sequence[Entry]


def written(page: Page) -> bytes:
    """Write a page of a feed; the newest entry stands first, and says when the feed changed."""
    feed = root("feed", {"xmlns": NAMESPACE, "xml:lang": "en"})
    add(feed, "id", page.id.urn)
    add(feed, "title", page.title)
    add(feed, "updated", page.entries[0].updated if page.entries else NEVER)
    add(feed, "generator", "onrecord")
    _link(feed, Link("self", MEDIA, page.here))
    _link(feed, Link("first", MEDIA, page.first))
    if page.next is not None:
        _link(feed, Link("next", MEDIA, page.next))
    for one in page.entries:
        _entry(feed, one)
    return as_xml(feed)


def _entry(feed: Element, one: Entry) -> None:
    entry = add(feed, "entry", None, {"xml:lang": one.language})
    add(entry, "id", one.id.urn)
    add(entry, "title", one.title)
    add(entry, "published", one.published)
    add(entry, "updated", one.updated)
    author = add(entry, "author")
    add(author, "name", one.author)
    if one.author_url is not None and is_web(one.author_url):
        add(author, "uri", one.author_url)
    for link in one.links:
        _link(entry, link)
    for category in one.categories:
        named = {"label": category.label} if category.label else {}
        add(entry, "category", None, {"scheme": category.scheme, "term": category.term, **named})
    if one.summary:
        add(entry, "summary", one.summary, {"type": "text"})


def _link(parent: Element, link: Link) -> None:
    add(parent, "link", None, {"rel": link.rel, "type": link.media, "href": link.href})
