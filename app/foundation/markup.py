"""Trees of elements that become XML or HTML: what is put into them is escaped, whatever it is."""

import re
from base64 import b64encode
from hashlib import sha256
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REPLACEMENT = "\ufffd"


def legal(text: str, instead: str = _REPLACEMENT) -> str:
    """Put U+FFFD in place of characters that XML can't have, not even escaped (XML 1.0 §2.2)."""
    return _ILLEGAL.sub(instead, text)


def in_one_line(value: object) -> str:
    """Write a value in one line, without what XML can't have."""
    return " ".join(legal(str(value), "").split())


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


def as_fragment(*trees: Element) -> str:
    """Write trees as a piece of HTML, to be put into a page of somebody else's."""
    return "".join(tostring(one, "unicode", method="html") for one in trees)


def policy(style: str) -> str:
    """Give the Content-Security-Policy of a page that is framed by others.

    Nothing runs or is loaded, only this style counts, and links open outside.
    """
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none';"
        " frame-ancestors *; sandbox allow-popups allow-popups-to-escape-sandbox"
    )


def is_web(address: str | None) -> bool:
    """Say whether an address may stand in a link: only those of the web do."""
    return address is not None and urlsplit(address).scheme.lower() in {"http", "https"}


def _cleaned(attributes: dict[str, str]) -> dict[str, str]:
    return {name: legal(value) for name, value in attributes.items()}
