"""Looking at Atom feeds: what RFC 4287 demands, and what a reader makes of them."""

import re
from typing import Any
from xml.etree import ElementTree as ET

import feedparser  # type: ignore[import-untyped]

ATOM = "{http://www.w3.org/2005/Atom}"
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_ONCE = {"feed": {"id", "title", "updated", "generator", "subtitle"},
         "entry": {"id", "title", "updated", "published", "summary", "content"}}  # fmt: skip
_ALLOWED = {"feed": _ONCE["feed"] | {"link", "entry", "author", "category"},
            "entry": _ONCE["entry"] | {"link", "author", "category"}}  # fmt: skip


def read(body: bytes) -> Any:
    """Read a feed as a feed reader does; see that it is well-formed and as RFC 4287 wants it."""
    assert invalid(body) == []
    found = feedparser.parse(body)
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    return found


def invalid(body: bytes) -> list[str]:
    """Say what is not as RFC 4287 wants it."""
    feed = ET.fromstring(body)  # noqa: S314 - our own answer.
    assert feed.tag == f"{ATOM}feed"
    wrong = _container(feed, "feed")
    entries = feed.findall(f"{ATOM}entry")
    ids = [one.findtext(f"{ATOM}id") for one in entries]
    if len(ids) != len(set(ids)):
        wrong.append("two entries have one id")
    for one in entries:
        wrong += _container(one, "entry")
        if one.find(f"{ATOM}author") is None and feed.find(f"{ATOM}author") is None:
            wrong.append("an entry has no author (§4.1.2)")
    return wrong


def _container(element: ET.Element, kind: str) -> list[str]:
    names = [child.tag.removeprefix(ATOM) for child in element]
    wrong = [f"{kind}: {name} is not allowed" for name in set(names) - _ALLOWED[kind]]
    wrong += [f"{kind} needs {name}" for name in ("id", "title", "updated") if name not in names]
    wrong += [f"{kind} has {name} twice" for name in _ONCE[kind] if names.count(name) > 1]
    for name in ("updated", "published"):
        moment = element.findtext(f"{ATOM}{name}")
        if moment is not None and not _INSTANT.fullmatch(moment):
            wrong.append(f"{kind}: {name} is no instant of RFC 3339")
    if not re.match(r"urn:uuid:[0-9a-f-]{36}$", element.findtext(f"{ATOM}id") or ""):
        wrong.append(f"{kind}: the id is no IRI that stays")
    for author in element.findall(f"{ATOM}author"):
        if not author.findtext(f"{ATOM}name"):
            wrong.append("a person has no name (§3.2.1)")
    return wrong + _links(element, kind)


def _links(element: ET.Element, kind: str) -> list[str]:
    links = element.findall(f"{ATOM}link")
    wrong = [f"{kind}: a link has no href" for one in links if not one.get("href")]
    rels = [one.get("rel") for one in links]
    alternates = [(one.get("type"), one.get("hreflang")) for one in links
                  if one.get("rel", "alternate") == "alternate"]  # fmt: skip
    if len(alternates) != len(set(alternates)):
        wrong.append(f"{kind}: two alternates of one type (§4.1.1)")
    if kind == "feed" and rels.count("self") != 1:
        wrong.append("the feed doesn't say where it is (§4.1.1)")
    if kind == "entry" and element.find(f"{ATOM}content") is None and not alternates:
        wrong.append("an entry has neither content nor an alternate (§4.1.2)")
    return wrong
