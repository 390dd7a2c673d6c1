"""Small pages about entities, types and properties, to be shown inside of other programs.

Everything from outside is escaped, and nothing in them runs or loads anything; the policy that goes
with a page says the same to the browser.
"""

from typing import Any, Final
from xml.etree.ElementTree import Element

from app.foundation import markup
from app.foundation.markup import add, as_fragment, as_html, in_one_line
from app.reconciliation.entities import Entity, of_field
from app.reconciliation.properties import Property
from app.reconciliation.types import EntityType, type_of

WIDTH: Final = 400
HEIGHT: Final = 240
MOST: Final = 5
"""How many names, or identifiers, are shown."""
_STYLE: Final = (
    "body{font:14px/1.4 system-ui,sans-serif;margin:12px;color:#15191e;background:#fff}"
    "h1{font-size:16px;margin:0}p,dl{margin:4px 0}dt{float:left;clear:left;color:#414b56;"
    "margin-right:6px}dd{margin:0}a{color:#1f5fa8}"
    "@media (prefers-color-scheme:dark){body{color:#f2f4f6;background:#15191e}"
    "dt{color:#c3ccd6}a{color:#7fb2ec}}"
)


def policy() -> str:
    """Give the Content-Security-Policy of a page: its own style, and links that open elsewhere."""
    return markup.policy(_STYLE)


def written(entity: Entity, root: str) -> bytes:
    """Write the page of an entity, to be read by itself or in a frame."""
    html = markup.root("html", {"lang": "en"})
    head = add(html, "head")
    add(head, "meta", None, {"charset": "utf-8"})
    add(head, "title", entity.name)
    add(head, "style", _STYLE)
    body = add(html, "body")
    add(body, "h1", entity.name, {"dir": "auto"})
    add(body, "p", _kind(entity))
    body.append(_listed(entity))
    address = f"{root}{entity.path}"
    link = {"href": address, "target": "_blank", "rel": "noopener noreferrer"}
    add(add(body, "p"), "a", address, link)
    return as_html(html)


def card(entity: Entity) -> str:
    """Write an entity in a few words of HTML, to be shown beside its name."""
    named = markup.root("p")
    add(named, "b", entity.name).tail = f" ({_kind(entity)})"
    return as_fragment(named, _listed(entity))


def note(one: EntityType | Property) -> str:
    """Write a type or a property in a few words of HTML."""
    named, told = markup.root("p"), markup.root("p")
    add(named, "b", one.name)
    told.text = one.description
    return as_fragment(named, told)


def _kind(entity: Entity) -> str:
    kind = type_of(*entity.kind).name
    country = entity.document["country"]
    return f"{kind}, {country}" if country else kind


def _listed(entity: Entity) -> Element:
    """List what tells an entity from others: a word, and a few of its values."""
    listed = markup.root("dl")
    for word, values in _facts(entity).items():
        if values:
            add(listed, "dt", word)
            line = add(listed, "dd")
            shown = [add(line, "bdi", in_one_line(one)) for one in values[:MOST]]
            for one in shown[:-1]:
                one.tail = ", "
            more = len(values) - MOST
            shown[-1].tail = f" and {more} more" if more > 0 else None
    return listed


def _facts(entity: Entity) -> dict[str, list[Any]]:
    one = entity.document
    return {
        "About": of_field(one, "description"),
        "Also": entity.names()[1:],
        "Published by": of_field(one.get("publisher") or {}, "name"),
        "Published on": of_field(one, "published_on"),
        "Address": of_field(one, "url"),
        "Known as": entity.external_ids(),
        "Public statements": of_field(one, "statements"),
        "Published verdicts": of_field(one, "verdicts"),
    }
