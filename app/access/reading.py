"""Reading for a caller: one round trip from the question to the bytes that answer it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from asyncpg import Record
from fastapi import Request, Response

from app.access.caller import Caller
from app.access.gathering import Gathered, end, native
from app.access.looking import named, presence, single, there, where
from app.access.remembering import Known, Remembered, unless_known
from app.access.routing import finder_of, kept, points_of, reads_of
from app.documents.listing import Choice, Filter, Listing, count, page
from app.documents.shape import Kind, View
from app.documents.showing import keys_of_moved, keys_of_one, keys_of_page
from app.finding.asking import Finder, Understood
from app.foundation.answers import moved
from app.foundation.pages import Cursors, Paged, PageQuery, Position, next_link
from app.foundation.positions import Position as Written
from app.foundation.preconditions import tag, unchanged
from app.foundation.problems import Gone, NotFound
from app.foundation.reads import Reads
from app.foundation.strict import vary
from app.foundation.together import Point, Points

_JSON = "application/json"
Dress = Callable[[list[bytes]], Awaitable[list[bytes]]]
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Reading:
    """A caller who reads, and who may say how far was written what they must see."""

    caller: Caller
    request: Request
    through: View | None = None
    must_see: Written | None = None

    @property
    def view(self) -> View:
        """Through whose eyes it is read: the caller's own, unless something else was said."""
        return self.through or self.caller.view

    @property
    def as_public(self) -> "Reading":
        """The same caller, who sees no more than everybody."""
        return replace(self, through=View.PUBLIC)

    @property
    def finder(self) -> Finder:
        """Who knows how to find by words and names."""
        return finder_of(self.request, self.caller, self.must_see)

    @property
    def reads(self) -> Reads:
        """What answers: the primary, or a replica that has what the caller must see."""
        return reads_of(self.request, self.caller, self.must_see)

    @property
    def points(self) -> Points:
        """What answers reads by an id: those of several callers are asked together."""
        return points_of(self.request, self.caller, self.must_see)

    def headers(self, keys: str = "") -> dict[str, str]:
        """Say who may keep the answer; `keys` are those by which shared caches purge it."""
        for_all = self.caller.is_public and self.must_see is None
        headers = {"Cache-Control": kept(self.request, for_all=for_all), "Vary": vary(self.request)}
        return headers | {"Surrogate-Key": keys} if keys and for_all else headers

    async def one(
        self,
        kind: Kind[Any],
        resource_id: UUID,
        *,
        view: View | None = None,
        within: tuple[Filter, UUID] | None = None,
        part: str = "",
    ) -> Response:
        """Answer one resource, or 304 when the reader has it already.

        `within` is a filter, with its value, that it must satisfy too. `part` is what follows the
        id in the address. What was merged into another is 308, with the other's address. Raises
        `NotFound`, or `Gone` when it was archived.
        """
        scope, owner = within or (None, None)
        through = view or self.view
        seen = self.request.headers.get("if-none-match")
        if seen is None or not kind.lasts:
            found = single(kind, through, scope)
            return self._one(kind, await self.row_of(kind, found, resource_id, within=owner), part)
        found = unless_known(kind, through, scope)
        return await self._unless_known(kind, seen, found, resource_id, owner, part)

    async def _unless_known(
        self,
        kind: Kind[Any],
        seen: str,
        query: Point,
        resource_id: UUID,
        owner: UUID | None,
        part: str,
    ) -> Response:
        """Answer as `one` does, without the document where nothing was written since a 304."""
        remembered: Remembered = self.request.app.state.remembered
        what = query, resource_id, owner, self.caller.organization_id
        known = remembered.of(what)
        state = known.state if known.state and unchanged(seen, known.tag) else None
        row = await self.row_of(kind, query, resource_id, within=owner, known=state)
        if row["document"] is None and row["survivor"] is None:
            headers = self.headers(keys_of_one(kind, resource_id)) | {"ETag": known.tag}
            return Response(status_code=304, headers=headers)
        answer = self._one(kind, row, part)
        if answer.status_code == HTTPStatus.NOT_MODIFIED:
            remembered.keep(what, Known(row["state"], answer.headers["ETag"]))
        return answer

    async def by_ref(self, kind: Kind[Any], ref: str, *, view: View | None = None) -> Response:
        """Answer what the caller's organisation calls by a reference, as `one` does by id.

        Other organisations, and so the public, don't find it: theirs may be called the same.
        """
        values = {"ref": ref, "viewer": self.caller.organization_id}
        row = await self.reads.row(named(kind, view or self.view), values)
        return self._one(kind, there(kind, row), by_ref=True)

    async def row_of(self, kind: Kind[Any], query: Point, at: UUID, **values: Any) -> Record:  # noqa: ANN401 - SQL values.
        """Read one resource with a SELECT of `looking`. Raises `NotFound` or `Gone`."""
        values["viewer"] = self.caller.organization_id
        return there(kind, await self.points.point(query, at, values))

    async def only(
        self, kind: Kind[Any], resource_id: UUID, **wanted: tuple[Filter, Any]
    ) -> Response:
        """Answer the part of a resource to which filters lead, each with its value.

        It is cached, and purged, as the resource is whose part it is. Raises `NotFound`.
        """
        row = await self.part(kind, **wanted)
        if row is None:
            raise NotFound(f"There is no such {kind.noun}, or none that you may see")
        return self.answer(kind, resource_id, row[1], row[2])

    async def part(self, kind: Kind[Any], **wanted: tuple[Filter, Any]) -> Record | None:
        """Read the part of a resource to which filters lead: id, version, document, its end."""
        filters = tuple((name, one) for name, (one, _) in wanted.items())
        values = {name: value for name, (_, value) in wanted.items()}
        query = where(kind, self.view, filters)
        return await self.reads.row(query, values | {"viewer": self.caller.organization_id})

    def _one(
        self, kind: Kind[Any], row: Record, part: str = "", *, by_ref: bool = False
    ) -> Response:
        resource_id, version, body, _, survivor, *_ = row
        if survivor is not None:
            moved_headers = self.headers(keys_of_moved(kind, resource_id))
            return moved(f"/v1/{kind.collection}/{survivor}{part}", moved_headers)
        location = f"/v1/{kind.collection}/{resource_id}"
        headers = {"Content-Location": location} if by_ref else {}
        return self.answer(kind, resource_id, version, body, headers)

    def answer(
        self,
        kind: Kind[Any],
        resource_id: UUID,
        version: int,
        body: bytes,
        more: Mapping[str, str] = NO_HEADERS,
        media: str = _JSON,
    ) -> Response:
        """Answer what is shown of a resource, or 304 when the reader has it already."""
        headers = self.headers(keys_of_one(kind, resource_id)) | {"ETag": tag(version, body)}
        return self.unless_known(body, {**headers, **more}, media)

    def unless_known(self, body: bytes, headers: Mapping[str, str], media: str) -> Response:
        """Answer with a body that has an ETag, or 304 when the reader has it already."""
        seen = self.request.headers.get("if-none-match")
        if seen is not None and unchanged(seen, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return Response(body, 200, headers, media)

    async def see(self, kind: Kind[Any], resource_id: UUID) -> None:
        """See that a resource is there. Raises `NotFound` or `Gone`."""
        values = {"id": resource_id, "viewer": self.caller.organization_id}
        row = await self.reads.row(presence(kind, self.view), values)
        if row is None:
            raise NotFound(f"There is no such {kind.noun}, or none that you may see")
        if row["archived_at"] is not None:
            raise Gone(f"This {kind.noun} was archived")

    async def page(
        self,
        listing: Listing,
        wanted: PageQuery,
        sort: str,
        dress: Dress | None = None,
        understood: Understood | None = None,
        **fixed: Any,  # noqa: ANN401 - SQL values.
    ) -> Response:
        """Answer a page of a list; what `dress` makes of its documents, if given.

        `understood` stands for what was typed as `q`. Raises `InvalidCursor`.
        """
        found = await self.gathered(
            listing, wanted, sort, counted=wanted.count, understood=understood, **fixed
        )
        rows, asked = found.rows, found.asked
        headers = self.headers(keys_of_page(listing.like or listing))
        items = [row for row in rows if row["document"] is not None]
        documents = [row["document"] for row in items[: wanted.limit]]
        shown = documents if dress is None else await dress(documents)
        count_ = rows[0]["found"] if wanted.count else None
        return self.paged(items, shown, count_, wanted, asked, headers)

    async def gathered(
        self,
        listing: Listing,
        wanted: Paged,
        sort: str,
        *,
        counted: bool = False,
        understood: Understood | None = None,
        **fixed: Any,  # noqa: ANN401 - SQL values.
    ) -> Gathered:
        """Read the rows of a page of a list, and one more where there is one.

        Raises `InvalidCursor`.
        """
        conditions = wanted.conditions() | fixed
        asked = self.asked(conditions, sort if understood is None else understood.order(sort))
        after = self.after(asked, wanted)
        if understood is not None:
            del conditions["q"]
            conditions |= understood.conditions
        choice = Choice(self.view, frozenset(conditions), sort, after is not None, counted)
        values = conditions | {"viewer": self.caller.organization_id, "limit": wanted.limit + 1}
        if after is not None:
            order = listing.orders[sort.removeprefix("-")]
            values |= {"after_key": native(after[0], order.type.python_type)}
            values |= {"after_id": UUID(after[1])}
        return Gathered(await self.reads.rows(page(listing, choice), values), asked)

    def after(self, asked: str, wanted: Paged) -> Position | None:
        """Read where to go on, if anywhere. Raises `InvalidCursor`."""
        cursors: Cursors = self.request.app.state.cursors
        return cursors.read(asked, wanted.cursor) if wanted.cursor is not None else None

    def asked(self, conditions: dict[str, Any], sort: str) -> str:
        """Write down what was asked, and through whose eyes, for a cursor to be tied to."""
        shown = sorted((name, str(value)) for name, value in conditions.items())
        view, whose = self.view, self.caller.organization_id
        seen_by = view.value if view is View.PUBLIC else f"{view.value} {whose}"
        asked = urlencode([*shown, ("sort", sort), ("view", seen_by)])
        return f"{self.request.url.path}?{asked}"

    def paged(
        self,
        items: list[Any],
        shown: list[bytes],
        found: int | None,
        wanted: PageQuery,
        asked: str,
        headers: dict[str, str],
        *,
        exact: bool = True,
    ) -> Response:
        """Answer a page. Items have a `key` and an `id`; one too many says that another follows."""
        position = end(items, wanted.limit)
        following = self.going_on(asked, position, headers)
        body = [b'{"items": [', b", ".join(shown), b'], "next": ', following]
        body += [b"" if found is None else count(found, exact=exact), b"}"]
        return Response(b"".join(body), 200, headers, _JSON)

    def going_on(self, asked: str, position: Position | None, headers: dict[str, str]) -> bytes:
        """Write the cursor of the next page, and its link among the headers; null on the last."""
        if position is None:
            return b"null"
        cursor = self.cursor(asked, position)
        query = self.request.query_params.multi_items()
        headers["Link"] = next_link(self.request.url.path, query, cursor)
        return b'"%s"' % cursor.encode()

    def cursor(self, asked: str, position: Position) -> str:
        """Write the cursor that goes on from a position."""
        cursors: Cursors = self.request.app.state.cursors
        return cursors.write(asked, position)
