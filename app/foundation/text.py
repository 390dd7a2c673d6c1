"""Words and addresses as they come in: types that let nothing through that can't be kept."""

import re
from typing import Annotated
from urllib.parse import urlsplit

import iso3166
import langcodes
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError
from typing_extensions import TypeAliasType
from url_normalize import url_normalize

_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_IN_LINE = r"[^\u0000-\u001f\u007f-\u009f\u2028\u2029]"
_IN_TEXT = r"[^\u0000]"
_WORD = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9]+(-+[A-Za-z0-9]+)*"
_OWN_COUNTRIES = {"XK"}  # Kosovo: user-assigned, and used by everybody.


def storable(value: str) -> str:
    """Refuse what PostgreSQL can't keep: NUL and lone surrogates."""
    if "\x00" in value:
        raise PydanticCustomError("nul", "NUL characters can't be stored")
    if _SURROGATE.search(value):
        raise PydanticCustomError("surrogate", "Lone surrogates are not Unicode text")
    return value


def searchable(value: str) -> str:
    """Take NUL and lone surrogates for gaps: nothing that is stored has them, and none is found."""
    return _SURROGATE.sub(" ", value.replace("\x00", " "))


def not_blank(value: str) -> str:
    """Refuse what has nothing but white space in it."""
    if not value.strip():
        raise PydanticCustomError("blank", "There is nothing but white space in it")
    return value


def one_line(value: str) -> str:
    """Refuse line breaks and other control characters."""
    if _CONTROL.search(value):
        raise PydanticCustomError("control_character", "Line breaks and control characters are out")
    return value


def known_language(value: str) -> str:
    """Refuse what is no valid BCP 47 tag."""
    if not langcodes.tag_is_valid(value):
        raise PydanticCustomError("language", "This is not a valid BCP 47 language tag")
    return value


def known_country(value: str) -> str:
    """Refuse what is no code of ISO 3166-1."""
    if value not in iso3166.countries_by_alpha2 and value not in _OWN_COUNTRIES:
        raise PydanticCustomError("country", "This is not an ISO 3166-1 alpha-2 code")
    return value


def web_address(value: str) -> str:
    """Refuse what is no absolute http or https address with a host, or carries credentials."""
    try:
        parts = urlsplit(value)
        host, user = parts.hostname, parts.username
        parts.port  # noqa: B018 - reading it is what validates it.
    except ValueError:
        host, user, parts = None, None, urlsplit("")
    if parts.scheme.lower() not in {"http", "https"} or not host or re.search(r"\s", value):
        raise PydanticCustomError("url", "This is not an absolute http or https address")
    if user is not None:
        raise PydanticCustomError("url_credentials", "An address must not carry credentials")
    return value


def normalized_address(value: str) -> str:
    """Bring an address to the form in which the same page has the same address (RFC 3986 §6).

    Case of scheme and host, default ports, dot segments and escapes are unified; the query and
    the fragment stay, since both may tell pages apart.
    """
    try:
        return url_normalize(value) or value
    except (ValueError, UnicodeError) as error:
        raise PydanticCustomError("url", "This is not an absolute http or https address") from error


def _documented(character: str) -> dict[str, str]:
    """Write down, for schemas, that a text is made of such characters, and isn't blank."""
    visible = character.replace("[^", r"[^\s")
    return {"pattern": f"^{character}*{visible}{character}*$"}


Typed = Annotated[str, AfterValidator(searchable)]
Line = Annotated[
    str,
    Field(min_length=1, max_length=500, pattern=r"\S", json_schema_extra=_documented(_IN_LINE)),
    AfterValidator(storable),
    AfterValidator(one_line),
    AfterValidator(not_blank),
]
Paragraph = Annotated[
    str,
    Field(min_length=1, max_length=5000, pattern=r"\S", json_schema_extra=_documented(_IN_TEXT)),
    AfterValidator(storable),
    AfterValidator(not_blank),
]
LongText = Annotated[
    str,
    Field(min_length=1, max_length=100_000, pattern=r"\S", json_schema_extra=_documented(_IN_TEXT)),
    AfterValidator(storable),
    AfterValidator(not_blank),
]
Key = Annotated[
    str,
    Field(
        min_length=1,
        max_length=64,
        pattern=r"^[a-z0-9][a-z0-9_-]*$",
        description="A short name for programs: lower-case letters, digits, `_` and `-`.",
    ),
]
Ref = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        pattern=r"^[!-.0-~][!-~]*$",
        description="The caller's own reference, unique in the organisation and resource: "
        "visible ASCII.",
    ),
]
Language = Annotated[
    str,
    Field(
        max_length=35,
        pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$",
        description="A language as BCP 47 names it.",
        json_schema_extra={"format": "bcp47"},
    ),
    AfterValidator(known_language),
]
Country = Annotated[
    str,
    Field(
        pattern=r"^[A-Z]{2}$",
        description="A country as ISO 3166-1 alpha-2 names it.",
        json_schema_extra={"format": "iso3166"},
    ),
    AfterValidator(known_country),
]
Script = Annotated[
    str, Field(pattern=r"^[A-Z][a-z]{3}$", description="A script as ISO 15924 names it.")
]
Url = Annotated[
    str,
    Field(max_length=2000, json_schema_extra={"format": "uri"}),
    AfterValidator(storable),
    AfterValidator(web_address),
]
Email = Annotated[
    str,
    Field(
        max_length=254,
        pattern=rf"^{_WORD}(\.{_WORD})*@{_LABEL}(\.{_LABEL})+$",
        description="An address of mail, in ASCII.",
        examples=["reader@example.org"],
    ),
]
PageUrl = Annotated[Url, AfterValidator(normalized_address)]
Labels = TypeAliasType(
    "Labels",
    Annotated[
        dict[Language, Line],
        Field(min_length=1, max_length=100, description="What it is called, by language."),
    ],
)
