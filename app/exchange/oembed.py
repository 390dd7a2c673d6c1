"""oEmbed 1.0: what a CMS asks when somebody pastes the address of a verdict."""

import re
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Response

from app.access.reading import Reading
from app.documents.oembed import CardEmbedding
from app.documents.published import PUBLISHED, Published
from app.documents.reviewed import card, claimed
from app.documents.showing import keys_of_one
from app.documents.verdict import VERDICT
from app.exchange.schemas import OEmbedQuery
from app.foundation import outside
from app.foundation.markup import add, as_html, as_xml, root
from app.foundation.preconditions import tag_of_bytes
from app.foundation.problems import Gone, NotFound, Problem, Unauthorized
from app.foundation.settings import Settings
from app.verdicts.telling import published

JSON: Final = "application/json"
XML: Final = "text/xml"
_FORMATS = {"json": JSON, "xml": XML}
_WIDEST, _HIGHEST = 600, 400
_ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_PATH = re.compile(rf"/v1/verdicts/({_ID})(?:/embed|/claimreview)?", re.IGNORECASE)
_SANDBOX = "allow-popups allow-popups-to-escape-sandbox"


class FormatNotImplemented(Problem):
    """There is no answer in this format: cards are described in `json` and in `xml`."""

    status = 501


async def embedding(reader: Reading, wanted: OEmbedQuery, accepted: str) -> Response:
    """Tell how to embed a verdict's card.

    Raises `FormatNotImplemented`; `NotFound` for addresses that are no verdict's which the caller
    may know of; and `Unauthorized` for a verdict that only they may see, as oEmbed has it.
    """
    media = accepted if wanted.format is None else _FORMATS.get(wanted.format)
    if media is None:
        raise FormatNotImplemented
    verdict_id = _verdict(wanted.url, outside.root(reader.request), outside.sent_to(reader.request))
    try:
        _, found = await published(reader, verdict_id)
    except NotFound:
        await _see(reader, verdict_id)
        raise Unauthorized("This verdict isn't public, and has no card") from None
    settings: Settings = reader.request.app.state.settings
    made = _described(found, wanted, outside.root(reader.request), settings.cache_max_age)
    body = made.model_dump_json().encode() if media == JSON else _xml(made)
    headers = reader.headers(keys_of_one(PUBLISHED, verdict_id)) | outside.varies(reader.request)
    return reader.unless_known(body, headers | {"ETag": tag_of_bytes(body)}, media)


async def _see(reader: Reading, verdict_id: UUID) -> None:
    """See that the caller knows of a verdict that isn't out. Raises `NotFound`."""
    try:
        await replace(reader, through=None).see(VERDICT, verdict_id)
    except Gone:
        raise NotFound from None


def _verdict(url: str, *roots: str) -> UUID:
    """Read which verdict an address of ours is about. Raises `NotFound`."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise NotFound("This is no address") from None
    hosts = {urlsplit(one).netloc.lower() for one in roots}
    path = _PATH.fullmatch(parts.path)
    if path is None or parts.netloc.lower() not in hosts:
        raise NotFound("This is no verdict's address here")
    return UUID(path[1])


def _described(found: Published, wanted: OEmbedQuery, base: str, age: int) -> CardEmbedding:
    width = min(wanted.maxwidth or _WIDEST, _WIDEST)
    height = min(wanted.maxheight or _HIGHEST, _HIGHEST)
    title = found.headline or claimed(found)
    made = CardEmbedding(
        title=title,
        author_name=found.organization.name,
        provider_name="onrecord",
        provider_url=base,
        cache_age=age,
        html=_frame(card(found, base), title, width, height),
        width=width,
        height=height,
    )
    if found.organization.url is not None:
        made.author_url = found.organization.url
    return made


def _frame(address: str, title: str, width: int, height: int) -> str:
    """Write the frame in which the card is shown; its title is what screen readers say."""
    frame = root("iframe", {
        "src": address, "title": title, "width": str(width), "height": str(height),
        "sandbox": _SANDBOX, "loading": "lazy", "style": "border:0;max-width:100%",
    })  # fmt: skip
    frame.text = ""
    return as_html(frame).decode().partition("\n")[2]


def _xml(made: CardEmbedding) -> bytes:
    tree = root("oembed")
    for name, value in made.model_dump().items():
        add(tree, name, str(value))
    return as_xml(tree)
