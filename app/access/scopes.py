"""Roles: named sets of scopes, each holding what the one before holds."""

from collections.abc import Mapping

from app.tables.api_key import Role, Scope

ROLES: Mapping[Role, frozenset[Scope]] = {
    Role.READER: frozenset({Scope.READ}),
    Role.CONTRIBUTOR: frozenset({Scope.READ, Scope.WRITE}),
    Role.CHECKER: frozenset({Scope.READ, Scope.WRITE}),
    Role.REVIEWER: frozenset({Scope.READ, Scope.WRITE, Scope.REVIEW}),
    Role.EDITOR: frozenset({Scope.READ, Scope.WRITE, Scope.REVIEW, Scope.PUBLISH}),
    Role.ADMIN: frozenset(Scope),
}
