"""Which of the media types that an address has a caller gets (RFC 9110 §12.5.1)."""

from collections.abc import Sequence

_ANYTHING = "*/*"


def chosen(accept: str | None, offered: Sequence[str]) -> str | None:
    """Choose what the caller likes best; among equals, what is offered first. None: none of it."""
    if accept is None or not accept.strip() or accept == _ANYTHING:
        return offered[0]
    weights = dict(_weighed(one) for one in accept.lower().split(","))
    liked = [_weight(weights, media) for media in offered]
    best = max(liked)
    return offered[liked.index(best)] if best else None


def _weight(weights: dict[str, float], media: str) -> float:
    """Find the weight of a media type: that of the nearest range in which it lies."""
    ranges = media, f"{media.partition('/')[0]}/*", _ANYTHING
    return next((weights[one] for one in ranges if one in weights), 0.0)


def _weighed(one: str) -> tuple[str, float]:
    """Read a media range and its weight; parameters that tell kinds of it apart count for none."""
    name, *parameters = (part.strip() for part in one.split(";"))
    given = [part[2:] for part in parameters if part.startswith("q=")]
    try:
        return name, float(given[0]) if given else 1.0
    except ValueError:
        return name, 1.0
