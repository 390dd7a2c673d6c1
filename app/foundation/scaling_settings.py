"""What can be set of how it grows beyond one machine; a part of all settings."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

from app.foundation.spelled import lower, postgres


class ScalingSettings(BaseSettings):
    """The settings of replicas of the database, and of poolers before it."""

    replica_url: SecretStr | None = Field(
        None,
        description="A streaming replica of the database, or several, that answers reads; spelled"
        " as `DATABASE_URL`. Without it, the primary answers them.",
    )
    replica_wait: float = Field(
        0.25,
        ge=0,
        le=30,
        description="Seconds that a read which must see a write waits for the replica to have it,"
        " before the primary answers.",
    )
    replica_max_lag: float = Field(
        10.0,
        gt=0,
        le=86_400,
        description="Seconds by which the replica may be behind; beyond, the primary answers.",
    )
    pooler: Annotated[Literal["none", "prepared", "unprepared"], BeforeValidator(lower)] = Field(
        "none",
        description="Whether `DATABASE_URL` and `ONRECORD_REPLICA_URL` lead through a pooler in"
        " transaction mode: `prepared`, one that carries prepared statements (PgBouncer from 1.21"
        " on); `unprepared`, one that doesn't.",
    )
    direct_url: SecretStr | None = Field(
        None,
        description="The same database as `DATABASE_URL`, past the pooler, for the start and for"
        " all commands but `serve`; needed with one.",
    )

    @field_validator("replica_url", "direct_url")
    @classmethod
    def _replica(cls, value: SecretStr | None) -> SecretStr | None:
        """Take every usual spelling of the scheme, and keep the one that all drivers know."""
        return None if value is None else SecretStr(postgres(value.get_secret_value()))

    @model_validator(mode="after")
    def _way_past_the_pooler(self) -> Self:
        if self.pooler != "none" and self.direct_url is None:
            raise ValueError("ONRECORD_POOLER needs ONRECORD_DIRECT_URL, a way past the pooler")
        return self
