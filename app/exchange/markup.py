"""Trees of elements that become XML or HTML: what is put into them is escaped, whatever it is."""

import re
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REPLACEMENT = "\ufffd"


def legal(text: str) -> str:
    """Put U+FFFD in place of characters that XML can't have, not even escaped (XML 1.0 §2.2)."""
    return _ILLEGAL.sub(_REPLACEMENT, text)


def root(tag: str, attributes: dict[str, str] | None = None) -> Element:
    """Begin a tree."""
    return Element(tag, _cleaned(attributes or {}))


def add(
    parent: Element, tag: str, text: str | None = None, attributes: dict[str, str] | None = None
) -> Element:
    """Add an element, with its text."""
    made = SubElement(parent, tag, _cleaned(attributes or {}))
    made.text = None if text is None else legal(text)
    return made


def as_xml(tree: Element) -> bytes:
    """Write a tree as an XML document in UTF-8."""
    written: bytes = tostring(tree, "utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + written


def as_html(tree: Element) -> bytes:
    """Write a tree as an HTML document in UTF-8."""
    written: bytes = tostring(tree, "utf-8", method="html")
    return b"<!doctype html>\n" + written


def is_web(address: str | None) -> bool:
    """Say whether an address may stand in a link: only those of the web do."""
    return address is not None and urlsplit(address).scheme.lower() in {"http", "https"}


def _cleaned(attributes: dict[str, str]) -> dict[str, str]:
    return {name: legal(value) for name, value in attributes.items()}
