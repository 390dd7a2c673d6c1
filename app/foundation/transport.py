"""Addresses of other services: whether they can be read, and what comes from them be trusted."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_safe(url: str) -> bool:
    """Say whether nobody on the way can change what an address answers: https, or this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        parts.port  # noqa: B018 - reading it is what validates it.
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(host)
    return parts.scheme == "http" and _is_this_machine(host)


def has_readable_port(url: str) -> bool:
    """Say whether the port that a database's address names is a number, if it names one."""
    hosts = urlsplit(url).netloc.rpartition("@")[2]
    if "," in hosts:
        return True
    try:
        return urlsplit(url).port is not None or True
    except ValueError:
        return False


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
