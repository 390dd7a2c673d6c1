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


def has_readable_port(url: str) -> bool:
    """Say whether the port of an address, if there is one, is a number."""
    hosts = urlsplit(url).netloc.rpartition("@")[2]
    if "," in hosts:
        return True
    try:
        return urlsplit(url).port is not None or True
    except ValueError:
        return False


def root(value: str) -> str:
    """Take the root of a website, without a path of its own, and without the slash."""
    parts = urlsplit(value)
    shown = f"{parts.scheme}://{parts.netloc}"
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise ValueError("should look like https://facts.example.org, with no path")
    if value.rstrip("/") != shown:
        raise ValueError("should look like https://facts.example.org, with no path")
    return shown


RoleName = Literal["reader", "contributor", "checker", "reviewer", "editor", "admin"]
Between = Annotated[float, Field(ge=0, le=3600)]
PerMinute = Annotated[int, Field(ge=0, le=1_000_000_000)]
WebRoot = Annotated[str, AfterValidator(root)]
Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(listed)]
