"""The caller: a person of an organisation, or the public."""

from dataclasses import dataclass, field
from unicodedata import category, normalize
from uuid import UUID

from app.documents.shape import View
from app.foundation.problems import Forbidden
from app.tables.api_key import Scope

_NOBODY = "public"


def name_mark(person: str) -> str:
    """Write down the name of a person so that it compares equal however it is typed."""
    seen = "".join(one for one in normalize("NFKC", person) if category(one) != "Cf")
    return f"person:{' '.join(seen.casefold().split())}"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, for which organisation, with which key, and what they may do.

    `identity` names the caller among all callers, for whatever is kept or counted per caller: a
    key keeps it when it is rotated, a person of another issuer when the token is renewed.
    """

    person: str | None = None
    organization_id: UUID | None = None
    key_id: UUID | None = None
    scopes: frozenset[Scope] = field(default_factory=frozenset)
    identity: str = _NOBODY

    @property
    def marks(self) -> frozenset[str]:
        """What this person is recognised by, whichever key or token they come with.

        Two callers who share a mark are taken for one person: the same key or subject under another
        name, and the same name with another key. Names are compared without case and by
        what they look like (NFKC, white space, nothing unseen), since people are known by nothing
        else here.
        """
        known = {self.identity} if self.identity != _NOBODY else set[str]()
        return frozenset(known | ({name_mark(self.person)} if self.person else set()))

    @property
    def is_public(self) -> bool:
        """Say whether nobody in particular calls."""
        return self.organization_id is None

    @property
    def view(self) -> View:
        """Through whose eyes the caller reads."""
        return View.EDITORIAL if Scope.READ in self.scopes else View.PUBLIC

    def need(self, scope: Scope) -> None:
        """Raise `Forbidden` when the caller lacks a scope."""
        if scope not in self.scopes:
            told = f'Bearer realm="onrecord", error="insufficient_scope", scope="{scope.value}"'
            detail = f"This needs a key with the scope '{scope.value}'"
            raise Forbidden(detail, headers={"WWW-Authenticate": told})


PUBLIC = Caller()
