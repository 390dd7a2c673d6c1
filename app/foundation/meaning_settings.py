"""What can be set of the model by which statements are found by meaning; a part of all settings."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings

from app.foundation.spelled import Between
from app.foundation.transport import is_safe

BUNDLED: Final = "bundled"
NO_EMBEDDER: Final = "none"


def which(value: str) -> str:
    """Read which embedder is meant: a word, or an address, whose query would not be sent."""
    if value.lower() in {BUNDLED, NO_EMBEDDER}:
        return value.lower()
    if not is_safe(value) or set("?#@") & set(value):
        raise ValueError(
            f"should be {BUNDLED}, {NO_EMBEDDER}, or look like https://models.example.org/v1"
            " (http: this machine only)"
        )
    return value.rstrip("/")


class MeaningSettings(BaseSettings):
    """The settings of what makes vectors of texts, and matches claims."""

    embedder: Annotated[str, AfterValidator(which)] = Field(
        BUNDLED,
        description="What statements are embedded with, to be found by meaning: `bundled`, `none`,"
        " or an address that answers as OpenAI's does, as `https://models.example.org/v1`.",
    )
    embedder_model: str | None = Field(
        None, min_length=1, description="What the model is called at that address."
    )
    embedder_dimensions: int | None = Field(
        None, ge=8, le=4000, description="How many numbers its vectors have, at that address."
    )
    embedder_key: SecretStr | None = Field(
        None, min_length=1, description="The key for that address, if it wants one."
    )
    embed_every: Between = Field(
        1.0, description="Seconds between looks for statements to embed; 0 leaves it to others."
    )
    suggest_every: Between = Field(
        1.0,
        description="Seconds between looks for new statements for which links are to be suggested;"
        " 0 leaves it to others.",
    )
