"""Small pages about entities, types and properties, to be shown inside of other programs.

Everything from outside is escaped, and nothing in them runs or loads anything; the policy that goes
with a page says the same to the browser.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from html import escape
from typing import Final

from app.reconciliation.entities import Entity
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
    digest = b64encode(sha256(_STYLE.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none';"
        " frame-ancestors *; sandbox allow-popups allow-popups-to-escape-sandbox"
    )


def written(entity: Entity, root: str) -> str:
    """Write the page of an entity, to be read by itself or in a frame."""
    name = escape(entity.name)
    rows = "".join(f"<dt>{escape(word)}</dt><dd>{value}</dd>" for word, value in _facts(entity))
    address = escape(f"{root}{entity.path}")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>'
        f'<style>{_STYLE}</style></head><body><h1 dir="auto">{name}</h1>'
        f"<p>{escape(_kind(entity))}</p><dl>{rows}</dl>"
        f'<p><a href="{address}" target="_blank" rel="noopener noreferrer">{address}</a></p>'
        "</body></html>\n"
    )


def card(entity: Entity) -> str:
    """Write an entity in a few words of HTML, to be shown beside its name."""
    rows = "".join(f"<dt>{escape(word)}</dt><dd>{value}</dd>" for word, value in _facts(entity))
    return f"<p><b>{escape(entity.name)}</b> ({escape(_kind(entity))})</p><dl>{rows}</dl>"


def note(one: EntityType | Property) -> str:
    """Write a type or a property in a few words of HTML."""
    return f"<p><b>{escape(one.name)}</b></p><p>{escape(one.description)}</p>"


def _kind(entity: Entity) -> str:
    kind = type_of(*entity.kind).name
    country = entity.document["country"]
    return f"{kind}, {country}" if country else kind


def _facts(entity: Entity) -> Iterator[tuple[str, str]]:
    """Give what tells an entity from others: a word, and a line of HTML."""
    one = entity.document
    publisher = (one.get("publisher") or {}).get("name")
    told = {
        "About": [one["description"]] if one.get("description") else [],
        "Also": entity.names()[1:],
        "Published by": [publisher] if publisher else [],
        "Published on": [one["published_on"]] if one.get("published_on") else [],
        "Address": [one["url"]] if one.get("url") else [],
        "Known as": entity.external_ids(),
        "Public statements": [one["statements"]] if "statements" in one else [],
        "Published verdicts": [one["verdicts"]] if one.get("verdicts") is not None else [],
    }
    for word, values in told.items():
        if values:
            yield word, _line(values)


def _line(values: Iterable[object]) -> str:
    listed = [f"<bdi>{escape(' '.join(str(one).split()))}</bdi>" for one in values]
    more = len(listed) - MOST
    return ", ".join(listed[:MOST]) + (f" and {more} more" if more > 0 else "")
