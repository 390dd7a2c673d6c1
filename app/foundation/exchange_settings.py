"""What can be set of exports and imports; a part of all settings."""

from pydantic import Field
from pydantic_settings import BaseSettings

from app.foundation.spelled import Between


class ExchangeSettings(BaseSettings):
    """The settings of what goes out and comes in by the thousand."""

    export_connections: int = Field(
        2, ge=1, le=100, description="Exports that each worker sends at once; more are 503."
    )
    export_patience: float = Field(
        60.0,
        gt=0,
        le=3600,
        description="Seconds for which an export waits for who reads it to take some more.",
    )
    export_seconds: float = Field(
        3600.0,
        gt=0,
        le=86_400,
        description="Seconds that an export takes at most; who needs longer goes on with `after`.",
    )
    import_every: Between = Field(
        1.0,
        description="Seconds between looks for imports that wait to be carried out; 0 leaves them"
        " to other processes.",
    )
    import_dry_run_seconds: float = Field(
        300.0,
        gt=0,
        le=86_400,
        description="Seconds that a dry run takes at most: it is one transaction, for which others"
        " wait that write the same.",
    )
    import_max_bytes: int = Field(
        256 * 1024 * 1024, ge=1024, description="The longest file that can be imported, in bytes."
    )
    import_open: int = Field(
        20, ge=1, le=1000, description="Imports of an organisation that wait or are worked on."
    )
    import_whole_bytes: int = Field(
        32 * 1024 * 1024,
        ge=1024,
        description="The longest one that has to be read as a whole: ClaimReview as JSON or HTML.",
    )
