"""Google's `fields`: which parts of an answer are wanted, as `claims(text,claimReview/url)`."""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

Tree: TypeAlias = Mapping[str, "Tree"]
_LEAF: Tree = {}
_ENDS: Final = "/.,()"


class UnknownField(ValueError):
    """A mask can't be read, or names a field that there isn't."""


class Mask:
    """Reads a mask along a tree of the fields that there are."""

    def __init__(self, text: str, known: Tree) -> None:
        """Read it. Raises `UnknownField`."""
        self._rest = text.strip()
        self.wanted = self._several(known)
        if self._rest:
            raise UnknownField(self._rest)

    def _several(self, known: Tree) -> Tree:
        wanted: dict[str, Tree] = {}
        while True:
            for name, below in self._one(known).items():
                wanted[name] = _joined(wanted[name], below) if name in wanted else below
            if not self._took(","):
                return wanted

    def _one(self, known: Tree) -> Tree:
        end = next((at for at, one in enumerate(self._rest) if one in _ENDS), len(self._rest))
        name, self._rest = self._rest[:end].strip(), self._rest[end:]
        if name == "*":
            return known
        if name not in known:
            raise UnknownField(name)
        if self._took("/") or self._took("."):
            return {name: self._one(known[name])}
        if self._took("("):
            inside = self._several(known[name])
            if not self._took(")"):
                raise UnknownField(name)
            return {name: inside}
        return {name: known[name]}

    def _took(self, character: str) -> bool:
        if not self._rest.startswith(character):
            return False
        self._rest = self._rest[1:].lstrip()
        return True

    def of(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Take of an answer what is wanted."""
        shown: dict[str, Any] = _masked(answer, self.wanted)
        return shown


def tree(**fields: Tree) -> Tree:
    """Write a tree of fields."""
    return fields


def leaves(*names: str) -> dict[str, Tree]:
    """Write fields that have none below them."""
    return dict.fromkeys(names, _LEAF)


def _joined(one: Tree, other: Tree) -> Tree:
    return {
        name: _joined(one.get(name, _LEAF), other.get(name, _LEAF)) for name in {**one, **other}
    }


def _masked(value: Any, wanted: Tree) -> Any:  # noqa: ANN401 - it is whatever JSON is.
    if not wanted:
        return value
    if isinstance(value, list):
        return [_masked(one, wanted) for one in value]
    return {name: _masked(value[name], wanted[name]) for name in value if name in wanted}
