"""What comes in: batches of queries, and what to fetch, as JSON in one field of a form."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeVar
from urllib.parse import parse_qsl

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError

from app.foundation.problems import (
    BodyTooLarge,
    InputError,
    InvalidInput,
    MalformedRequest,
    UnsupportedMediaType,
)
from app.foundation.strict import read_json
from app.foundation.text import Typed, searchable, storable
from app.foundation.validation import input_errors
from app.reconciliation.properties import known
from app.reconciliation.types import TYPES

BATCH: Final = 50
"""How many queries a batch may have."""
VALUES: Final = 1000
"""How many values of properties a batch may have in all."""
ROWS: Final = 200
"""Of how many entities one may fetch properties at once."""
FORM: Final = "application/x-www-form-urlencoded"
FIELDS: Final = ("queries", "extend")
LONGEST_VALUE: Final = 2000
"""How many characters a value has at most."""
_MOST_FIELDS: Final = 20
_COUNT: Final = re.compile("[0-9]{1,9}")
"""Nothing has more values than that: a longer number is as good as none."""
M = TypeVar("M", bound=BaseModel)


def _whole(value: Any) -> Any:  # noqa: ANN401 - a before-validator gets whatever came.
    """Take a whole number, however JSON writes it; nothing that merely looks like one."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise PydanticCustomError("int_type", "This is no whole number")
    return int(value)


def known_type(value: str) -> str:
    """Refuse what is none of our types."""
    if value not in TYPES:
        raise PydanticCustomError("type", "There is no such type: /reconcile/suggest/type has all")
    return value


def known_property(value: str) -> str:
    """Refuse what is none of our properties."""
    if known(value) is None:
        raise PydanticCustomError(
            "property", "There is no such property: /reconcile/properties has all"
        )
    return value


def _as_list(value: Any) -> Any:  # noqa: ANN401 - as above.
    return value if isinstance(value, list) else [value]


def _texts(value: Any) -> list[str]:  # noqa: ANN401 - as above.
    """Read a value: a text, a number, a boolean, or an entity with its `id` and `name`."""
    if isinstance(value, bool | int | float):
        return [str(value).lower()]
    parts = [value] if isinstance(value, str) else []
    if isinstance(value, dict) and isinstance(value.get("id"), str):
        parts = [part for part in (value["id"], value.get("name")) if part is not None]
    if not parts or not all(isinstance(part, str) for part in parts):
        raise PydanticCustomError(
            "value", "This is neither a text nor a number, a boolean or an object with an id"
        )
    if max(map(len, parts)) > LONGEST_VALUE:
        raise PydanticCustomError("too_long", "This has more than 2000 characters")
    return [searchable(part) for part in parts]


Name = Annotated[str, Field(max_length=200), AfterValidator(storable)]


class GivenProperty(BaseModel):
    """What is known besides the name; any of several values will do."""

    pid: Annotated[str, Field(max_length=100), AfterValidator(known_property)]
    v: Annotated[
        list[Annotated[Any, AfterValidator(_texts)]],
        Field(max_length=50),
        BeforeValidator(_as_list),
    ]

    def texts(self) -> list[str]:
        """Give the values as texts: of an entity, its id and its name."""
        return [plain for texts in self.v for text in texts if (plain := text.strip())]


class ReconciliationQuery(BaseModel):
    """One thing to match."""

    model_config = ConfigDict(extra="forbid")

    query: Annotated[Typed, Field(max_length=1000)] | None = None
    type: Annotated[
        list[Annotated[str, AfterValidator(known_type)]],
        Field(max_length=50),
        BeforeValidator(_as_list),
    ] = []
    type_strict: Literal["any", "should", "all"] = "any"
    limit: Annotated[int, BeforeValidator(_whole), Field(ge=1, le=100)] = 10
    properties: list[GivenProperty] = Field(default=[], max_length=50)

    @model_validator(mode="after")
    def _asks_something(self) -> "ReconciliationQuery":
        if not (self.query and self.query.strip()) and not self.properties:
            raise PydanticCustomError("missing", "Give a query, or properties")
        return self

    def name(self) -> str:
        """Give the name to look for: the query, or the first that is given as a property."""
        named = [text for one in self.properties if one.pid == "name" for text in one.texts()]
        return (self.query or "").strip() or next(iter(named), "")

    def besides(self) -> list[GivenProperty]:
        """Give the properties that tell more than the name to look for."""
        is_named = bool((self.query or "").strip())
        return [one for one in self.properties if is_named or one.pid != "name"]


class Queries(RootModel[dict[Name, ReconciliationQuery]]):
    """A batch, by the names that the client gave its queries."""

    @model_validator(mode="after")
    def _is_bounded(self) -> "Queries":
        """Refuse what would take long: each value is compared with every candidate."""
        if sum(len(one.v) for query in self.root.values() for one in query.properties) > VALUES:
            told = f"A batch has at most {VALUES:,} values of properties, in all of its queries"
            raise PydanticCustomError("too_long", told)
        return self


class FetchedProperty(BaseModel):
    """A property to fetch, and how."""

    id: Annotated[str, Field(max_length=100), AfterValidator(known_property)]
    settings: dict[str, Any] = {}

    def limit(self) -> int | None:
        """Give the most values that are wanted; none: all of them. Clients send texts, too."""
        given = str(self.settings.get("limit") or "0").strip()
        return int(given) or None if _COUNT.fullmatch(given) else None


class ExtensionQuery(BaseModel):
    """Of which entities to fetch which properties."""

    ids: list[Name] = Field(max_length=ROWS)
    properties: list[FetchedProperty] = Field(max_length=50)


def read(model: type[M], field: str, text: str) -> M:
    """Read the JSON of a field. Raises `MalformedRequest`, `BodyTooLarge` or `InvalidInput`."""
    try:
        given = read_json(text.encode(errors="surrogatepass"))
    except MalformedRequest as wrong:
        detail = f"'{field}': {wrong.detail.replace('The body', 'this')}"
        error = InputError(parameter=field, code="json", detail=detail)
        raise MalformedRequest(detail, errors=[error]) from None
    if model is Queries and isinstance(given, dict) and len(given) > BATCH:
        detail = f"A batch has at most {BATCH} queries"
        error = InputError(parameter=field, code="too_long", detail=detail)
        raise BodyTooLarge(detail, errors=[error])
    try:
        return model.model_validate(given)
    except ValidationError as wrong:
        errors = input_errors(wrong.errors(include_url=False), in_body=True)
        raise InvalidInput(
            errors=[one.model_copy(update={"parameter": field}) for one in errors]
        ) from None


async def form(request: Request) -> dict[str, str]:
    """Read the body as a form.

    Raises `UnsupportedMediaType`, `MalformedRequest` or `InvalidInput`.
    """
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != FORM:
        raise UnsupportedMediaType(f"Send {FORM}")
    try:
        pairs = await run_in_threadpool(_pairs, await request.body())
    except ValueError:
        raise MalformedRequest("The body is no form in UTF-8") from None
    given = [name for name, _ in pairs]
    repeated = [name for name in FIELDS if given.count(name) > 1]
    if repeated:
        raise InvalidInput(errors=[_wrong(name, "repeated", "Given twice") for name in repeated])
    return dict(pairs)


def _pairs(body: bytes) -> list[tuple[str, str]]:
    return parse_qsl(
        body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
    )


def one_of(given: Mapping[str, str | None]) -> tuple[str, str]:
    """Tell which of the fields is given, and what it has. Raises `InvalidInput`."""
    found = [(name, text) for name in FIELDS if (text := given.get(name)) is not None]
    if len(found) != 1:
        raise InvalidInput(
            errors=[_wrong(name, "one_of", "Give either queries or extend") for name in FIELDS]
        )
    return found[0]


def _wrong(field: str, code: str, detail: str) -> InputError:
    return InputError(parameter=field, code=code, detail=detail)
