"""API keys, as shown: everything but the secret."""

from datetime import datetime
from uuid import UUID

from pydantic import Field
from sqlalchemy import func

from app.documents.shape import (
    Column,
    Kind,
    Resource,
    View,
    head_fields,
    instant,
    json_object,
    owned,
    record_fields,
)
from app.tables import api_key as stored
from app.tables.api_key import Role, Scope


class ApiKey(Resource):
    """Who calls, and what they may do."""

    organization_id: UUID
    name: str = Field(examples=["CMS"])
    person: str = Field(description="Whose acts they are.", examples=["Ada Lovelace"])
    prefix: str = Field(description="How the key begins.", examples=["onr_Zm9vYmFy"])
    previous_prefix: str | None = Field(
        description="How the key before the last rotation begins.", examples=["onr_YmF6cXV4"]
    )
    previous_expires_at: datetime | None = Field(
        description="When the key before the last rotation stops working, or stopped."
    )
    role: Role | None
    scopes: list[Scope]
    expires_at: datetime | None
    last_used_at: datetime | None = Field(description="To the minute.")
    revoked_at: datetime | None


class NewlyMadeApiKey(ApiKey):
    """An API key with its new secret, which is shown this once."""

    key: str = Field(description="The secret.", examples=["onr_Zm9vYmFyYmF6cXV4…"])


_TABLE = stored.ApiKey


def document(view: View) -> Column:
    """Build the whole document."""
    return json_object(
        **head_fields(_TABLE),
        organization_id=_TABLE.organization_id,
        name=_TABLE.name,
        person=_TABLE.person,
        prefix=_TABLE.prefix,
        previous_prefix=_TABLE.previous_prefix,
        previous_expires_at=instant(_TABLE.previous_expires_at),
        role=_TABLE.role,
        scopes=func.to_json(_TABLE.scopes),
        expires_at=instant(_TABLE.expires_at),
        last_used_at=instant(_TABLE.last_used_at),
        revoked_at=instant(_TABLE.archived_at),
        **record_fields(_TABLE, view),
    )


def visible(view: View) -> Column:
    """Show a key to its own organisation."""
    return owned(_TABLE, view)


API_KEY = Kind("API key", "api-keys", _TABLE, document, visible)
