"""Everything that can be set from outside, by environment variables or a file named .env."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.foundation.exchange_settings import ExchangeSettings
from app.foundation.meaning_settings import MeaningSettings
from app.foundation.refusal import Refusal
from app.foundation.scaling_settings import ScalingSettings
from app.foundation.spelled import (
    Between,
    Hosts,
    Networks,
    Origins,
    Pauses,
    PerMinute,
    RoleName,
    WebRoot,
    lower,
    mapped,
    postgres,
)
from app.foundation.transport import is_safe

PREFIX = "ONRECORD_"
ENV_FILE = Path(".env")


class WrongSetting(Refusal):
    """A setting has a value that can't be used, or a name that doesn't exist."""


class ServiceSettings(BaseSettings):
    """What can be set of the service itself."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
        validate_default=True,
    )

    database_url: SecretStr | None = Field(
        None,
        validation_alias="DATABASE_URL",
        description="A PostgreSQL 15 to 18 to use, as `postgresql://user:password@host/database`."
        " Without it, onrecord runs a Postgres of its own in the data directory.",
    )
    host: str = Field("127.0.0.1", min_length=1, description="The address to listen on.")
    port: int = Field(8000, ge=1, le=65535, description="The TCP port to listen on.")
    public_url: WebRoot | None = Field(
        None,
        description="Where everybody reaches the service, as `https://facts.example.org`, for the"
        " addresses in what goes out. Without it: the address to which each request was sent.",
    )
    workers: int = Field(1, ge=1, le=64, description="How many processes answer requests.")
    data_dir: Path = Field(
        Path(".data"),
        description="Where the Postgres of its own, `admin.key` and `secret` are kept.",
    )
    demo: bool = Field(
        default=False, description="Load the demo at the start when there is no statement yet."
    )
    organization: str = Field(
        "My newsroom",
        min_length=1,
        max_length=200,
        description="The name of the organisation that the first start creates.",
    )
    person: str = Field(
        "Administrator",
        min_length=1,
        max_length=200,
        description="Whose key the first start creates, as it will stand in the change log.",
    )
    log_level: Annotated[Literal["debug", "info", "warning", "error"], BeforeValidator(lower)] = (
        Field("info", description="The least important lines to log.")
    )
    log_format: Annotated[Literal["json", "console"], BeforeValidator(lower)] = Field(
        "json", description="`json` for machines, `console` for reading along."
    )
    cors_origins: Origins = Field(
        (),
        description="Web origins whose pages may call the API, separated by commas,"
        " as `https://example.org`; `*` for all. None: CORS is off.",
    )
    max_body_bytes: int = Field(
        2 * 1024 * 1024,
        ge=1024,
        description="The longest request body accepted, in bytes; a batch may have ten times that.",
    )
    read_pool_size: int = Field(
        4,
        ge=1,
        le=100,
        description="Connections of each worker for reading, and as many for searching.",
    )
    write_pool_size: int = Field(
        8, ge=1, le=100, description="Connections of each worker for writing."
    )
    pool_timeout: float = Field(
        5.0,
        gt=0,
        le=60,
        description="Seconds to wait for a free connection before answering 503.",
    )
    name_dictionary: bool = Field(
        default=False,
        description="Also find names by a dictionary of name parts (`Aleksandr` is `Iskander`);"
        " `make names` installs it, and it takes 270 MB of memory for each worker.",
    )
    search_every: Between = Field(
        1.0,
        description="Seconds between looks for what is to be analysed for searching and wasn't at"
        " once; 0 leaves it to other processes.",
    )
    statement_timeout: float = Field(
        10.0, gt=0, le=600, description="Seconds after which the database gives up a query."
    )
    cache_max_age: int = Field(
        60, ge=0, description="Seconds for which caches may keep a public answer."
    )
    cache_stale_while_revalidate: int = Field(
        300, ge=0, description="Seconds more for which caches may use it while they fetch it anew."
    )
    seal_every: Between = Field(
        1.0,
        description="Seconds between looks for changes that have no place in the feed yet; 0: only"
        " while somebody reads it.",
    )
    publish_every: Between = Field(
        1.0,
        description="Seconds between looks for verdicts that are due to be published; 0: this"
        " process publishes nothing by itself.",
    )
    rate_limit_key: PerMinute = Field(
        300_000,
        description="Requests per minute of one key or person; 0: no limit.",
    )
    rate_limit_address: PerMinute = Field(
        300_000,
        description="Requests per minute without a key from one address; 0: no limit.",
    )
    rate_limit_failures: PerMinute = Field(
        300,
        description="Wrong credentials per minute from one address, beyond which the answer is 429;"
        " 0: no limit.",
    )
    rate_limit_correction_requests: PerMinute = Field(
        10,
        description="Correction requests per minute without a key from one address; 0: no limit.",
    )
    oidc_issuer: str | None = Field(
        None,
        description="The OpenID Connect issuer whose tokens are taken beside API keys, as it"
        " stands in their `iss`: `https://login.example.org/realms/news`.",
    )
    oidc_audience: str | None = Field(
        None,
        min_length=1,
        description="What must stand in a token's `aud`; comes with the issuer.",
    )
    oidc_organization: str | None = Field(
        None,
        min_length=1,
        description="The organisation of those who come with a token, by its id or name."
        " Without it: the first that was made.",
    )
    oidc_role_claim: str = Field(
        "roles",
        min_length=1,
        description="The claim that lists roles; a path with dots for one inside another, as"
        " `realm_access.roles`.",
    )
    oidc_roles: Annotated[dict[str, RoleName] | None, NoDecode, BeforeValidator(mapped)] = Field(
        None,
        description="What the issuer's roles are called here, as `desk=reviewer, chiefs=editor`;"
        " then no other counts. None: they are called as here.",
    )
    webhook_every: Between = Field(
        1.0,
        description="Seconds between looks for what is to be sent to webhooks; 0: this process"
        " sends nothing.",
    )
    webhook_hosts: Hosts = Field(
        (),
        description="Hosts, separated by commas as they stand in addresses (`hooks.internal,"
        " 127.0.0.1`), to which webhooks may lead although they are private, by http and at any"
        " port. None: only public addresses, by https.",
    )
    webhook_timeout: float = Field(
        15.0, gt=0, le=60, description="Seconds that the receiver of a webhook has to answer."
    )
    webhook_retries: Pauses = Field(
        (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400),
        description="Seconds to wait after each attempt that failed, give or take a fifth,"
        " separated by commas; when the one after the last fails, it is given up.",
    )
    webhook_log_days: int = Field(
        30,
        ge=1,
        le=3650,
        description="Days for which the log of a webhook keeps what was delivered or given up.",
    )
    secret: SecretStr | None = Field(
        None,
        min_length=32,
        description="Signs cursors, and encrypts what nobody shall read in the database; 32"
        " characters or more, the same for all processes."
        " Without it, one is made at the first start and kept in `secret` in the data directory.",
    )
    trusted_proxies: Networks = Field(
        (),
        description="Addresses or networks of reverse proxies, separated by commas, whose"
        " `X-Forwarded-For` and `X-Forwarded-Proto` are believed; `*` for all.",
    )

    @field_validator("database_url")
    @classmethod
    def _postgres(cls, value: SecretStr | None) -> SecretStr | None:
        """Take every usual spelling of the scheme, and keep the one that all drivers know."""
        return None if value is None else SecretStr(postgres(value.get_secret_value()))

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer(cls, value: str | None) -> str | None:
        """Refuse an issuer whose documents could be changed on their way."""
        parts = urlsplit(value or "")
        if value is not None and (not is_safe(value) or parts.query or parts.fragment):
            raise ValueError("should look like https://login.example.org (http: this machine only)")
        return value

    @model_validator(mode="after")
    def _issuer_with_audience(self) -> Self:
        if (self.oidc_issuer is None) != (self.oidc_audience is None):
            raise ValueError("ONRECORD_OIDC_ISSUER and ONRECORD_OIDC_AUDIENCE come together")
        return self


class Settings(ScalingSettings, MeaningSettings, ExchangeSettings, ServiceSettings):
    """The settings of one process. `load` makes them."""


def variable(field: str) -> str:
    """Name the environment variable that sets a field."""
    alias = Settings.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else PREFIX + field.upper()


def variables() -> dict[str, str]:
    """Map every environment variable that is a setting to its field."""
    return {variable(field): field for field in Settings.model_fields}


def load(**given: object) -> Settings:
    """Read the settings; what is `given` by name and isn't None goes first.

    Raises `WrongSetting`.
    """
    _refuse_unknown(dotenv_values(ENV_FILE) if ENV_FILE.is_file() else {})
    chosen = {name: value for name, value in given.items() if value is not None}
    read: Callable[..., Settings] = Settings
    try:
        return read(**chosen)
    except ValidationError as wrong:
        raise WrongSetting("; ".join(_lines(wrong.errors(include_url=False)))) from None


def _refuse_unknown(written: Mapping[str, str | None]) -> None:
    known = variables()
    for name in written:
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            raise WrongSetting(f"{name}: there is no such setting (it stands in {ENV_FILE})")


def _lines(errors: list[ErrorDetails]) -> Iterator[str]:
    for error in errors:
        place = str(error["loc"][0]) if error["loc"] else "settings"
        name = variable(place) if place in Settings.model_fields else place
        yield f"{name}: {error['msg'].removeprefix('Value error, ')}"
