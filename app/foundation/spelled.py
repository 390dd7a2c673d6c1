"""How settings are spelled in environment variables, and what they are made of."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

from app.foundation.transport import is_safe

BUNDLED = "bundled"
NO_EMBEDDER = "none"


def listed(value: object) -> object:
    """Read `a, b` as a list of two."""
    if isinstance(value, str):
        return tuple(item.strip() for item in value.split(",") if item.strip())
    return value


def lower(value: object) -> object:
    """Read a word in whatever case it is written."""
    return value.lower() if isinstance(value, str) else value


def mapped(value: object) -> object:
    """Read `a=b, c=d` as a mapping of two."""
    if not isinstance(value, str):
        return value
    pairs = [item.rpartition("=") for item in value.split(",") if item.strip()]
    if not all(word.strip() for word, _, _ in pairs):
        raise ValueError("should be pairs such as desk=reviewer, chiefs=editor")
    return {word.strip(): meaning.strip() for word, _, meaning in pairs}


def embedder(value: str) -> str:
    """Read which embedder is meant: a word, or an address, whose query would not be sent."""
    if value.lower() in {BUNDLED, NO_EMBEDDER}:
        return value.lower()
    if not is_safe(value) or set("?#@") & set(value):
        raise ValueError(
            f"should be {BUNDLED}, {NO_EMBEDDER}, or look like https://models.example.org/v1"
            " (http: this machine only)"
        )
    return value.rstrip("/")


RoleName = Literal["reader", "contributor", "checker", "reviewer", "editor", "admin"]
Between = Annotated[float, Field(ge=0, le=3600)]
PerMinute = Annotated[int, Field(ge=0, le=1_000_000_000)]
Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(listed)]
EmbedderName = Annotated[
    str,
    AfterValidator(embedder),
    Field(
        description="What statements are embedded with, to be found by meaning: `bundled`, `none`,"
        " or an address that answers as OpenAI's does, as `https://models.example.org/v1`."
    ),
]
EmbedderModel = Annotated[
    str | None, Field(min_length=1, description="What the model is called at that address.")
]
EmbedderDimensions = Annotated[
    int | None,
    Field(ge=8, le=4000, description="How many numbers its vectors have, at that address."),
]
EmbedderKey = Annotated[
    SecretStr | None, Field(min_length=1, description="The key for that address, if it wants one.")
]
EmbedEvery = Annotated[
    Between,
    Field(description="Seconds between looks for statements to embed; 0 leaves it to others."),
]
