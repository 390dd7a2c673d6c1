"""How settings are spelled in environment variables, and what they are made of."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_settings import NoDecode


def listed(value: object) -> object:
    """Read `a, b` as a list of two."""
    if isinstance(value, str):
        return tuple(item.strip() for item in value.split(",") if item.strip())
    return value


def lower(value: object) -> object:
    """Read a word in whatever case it is written."""
    return value.lower() if isinstance(value, str) else value


def mapped(value: object) -> object:
    """Read `a=b, c=d` as a mapping of two."""
    if not isinstance(value, str):
        return value
    pairs = [item.rpartition("=") for item in value.split(",") if item.strip()]
    if not all(word.strip() for word, _, _ in pairs):
        raise ValueError("should be pairs such as desk=reviewer, chiefs=editor")
    return {word.strip(): meaning.strip() for word, _, meaning in pairs}


def beginning(value: str) -> str:
    """Refuse what the addresses of a service can't begin with; a slash at the end goes."""
    parts = urlsplit(value)
    known = parts.scheme in {"http", "https"} and parts.hostname and not parts.username
    if not known or parts.query or parts.fragment:
        raise ValueError("should look like https://facts.example.org")
    return value.rstrip("/")


def has_readable_port(url: str) -> bool:
    """Say whether the port of an address, if there is one, is a number."""
    hosts = urlsplit(url).netloc.rpartition("@")[2]
    if "," in hosts:
        return True
    try:
        return urlsplit(url).port is not None or True
    except ValueError:
        return False


Beginning = Annotated[str, AfterValidator(beginning)]
RoleName = Literal["reader", "contributor", "checker", "reviewer", "editor", "admin"]
Between = Annotated[float, Field(ge=0, le=3600)]
PerMinute = Annotated[int, Field(ge=0, le=1_000_000_000)]
Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(listed)]
