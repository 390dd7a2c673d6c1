"""How settings are spelled in environment variables, and what they are made of."""

from ipaddress import ip_network
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


def postgres(given: str) -> str:
    """Read every usual spelling of a database's address, and write the one that all drivers know.

    Raises `ValueError`.
    """
    scheme, _, rest = given.partition("://")
    if scheme not in ("postgresql", "postgres", "postgresql+asyncpg") or not rest:
        raise ValueError("should look like postgresql://user:password@host/database")
    url = f"postgresql://{rest}"
    if not _has_readable_port(url):
        raise ValueError("has a port that isn't a number (escape : / @ # in a password)")
    return url


def _has_readable_port(url: str) -> bool:
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


def origins(given: tuple[str, ...]) -> tuple[str, ...]:
    """Read origins as browsers send them. Raises `ValueError`."""
    for origin in given:
        parts = urlsplit(origin)
        if origin not in {"*", f"{parts.scheme}://{parts.netloc}"}:
            raise ValueError("should be origins such as https://example.org, with no path")
    return given


def hosts(given: tuple[str, ...]) -> tuple[str, ...]:
    """Read hosts as they stand in addresses: in any case, and those of IPv6 in brackets or not."""
    return tuple(host.lower().strip("[]") for host in given)


def networks(given: tuple[str, ...]) -> tuple[str, ...]:
    """Read addresses and networks, or `*` for all. Raises `ValueError`."""
    for address in given:
        if address != "*":
            ip_network(address, strict=False)
    return given


RoleName = Literal["reader", "contributor", "checker", "reviewer", "editor", "admin"]
Between = Annotated[float, Field(ge=0, le=3600)]
PerMinute = Annotated[int, Field(ge=0, le=1_000_000_000)]
WebRoot = Annotated[str, AfterValidator(root)]
Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(listed)]
Hosts = Annotated[Listed, AfterValidator(hosts)]
Pauses = Annotated[
    tuple[Annotated[float, Field(gt=0, le=7 * 24 * 3600)], ...],
    NoDecode,
    BeforeValidator(listed),
    Field(min_length=1, max_length=50),
]
Origins = Annotated[tuple[str, ...], NoDecode, BeforeValidator(listed), AfterValidator(origins)]
Networks = Annotated[tuple[str, ...], NoDecode, BeforeValidator(listed), AfterValidator(networks)]
