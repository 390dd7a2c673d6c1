"""What comes in about API keys."""

from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.foundation.dates import Instant
from app.foundation.merging import Input, MergePatch
from app.foundation.pages import PageQuery
from app.foundation.text import Line, Ref
from app.tables.api_key import Role, Scope

_DAY = 24 * 60 * 60


class NewApiKey(Input):
    """An API key to make. Give a role, or the scopes one by one."""

    ref: Ref | None = None
    name: Line = Field(description="What the key is for.", examples=["CMS"])
    person: Line | None = Field(
        default=None, description="Whose acts they are; the name, if not given."
    )
    role: Role | None = Field(default=None, examples=["editor"])
    scopes: list[Scope] = Field(default=[], max_length=5, examples=[[]])
    expires_at: Instant | None = Field(default=None, examples=["2999-12-31T00:00:00Z"])

    @model_validator(mode="after")
    def _may_do_something(self) -> "NewApiKey":
        if (self.role is None) == (not self.scopes):
            raise PydanticCustomError("one_of", "Give either a role or scopes")
        if len(set(self.scopes)) < len(self.scopes):
            raise PydanticCustomError("repeated", "The same scope is there twice")
        return self

    def is_over(self) -> bool:
        """Say whether it would have expired already."""
        return self.expires_at is not None and self.expires_at <= datetime.now(UTC)


class ApiKeyPatch(MergePatch):
    """What to change of a key: what is absent stays, null removes."""

    of: ClassVar = NewApiKey
    excludes: ClassVar = {"role": ("scopes",), "scopes": ("role",)}


class KeyRotation(Input):
    """How to give a key a new secret."""

    overlap_seconds: Annotated[int, Field(strict=True, ge=0, le=30 * _DAY)] = Field(
        default=_DAY,
        description="How long the secret before goes on working beside the new one: up to 30 days;"
        " 0 ends it at once.",
        examples=[_DAY],
    )


class ApiKeyFilter(PageQuery):
    """Which API keys to list."""

    updated_since: Instant | None = Field(
        default=None, description="Only those that changed at or after this instant."
    )
    sort: Literal["name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"] = (
        "-created_at"
    )
