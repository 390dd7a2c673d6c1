"""What comes in about searching."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from app.documents.search import FoundType, SuggestionType
from app.foundation.pages import Whole
from app.foundation.text import Typed
from app.search.facets import Facet
from app.statements.schemas import StatementConditions

LONGEST = 10_000
"""How many characters are searched for at most."""


def listed(text: str, words: type[StrEnum]) -> list[str]:
    """Read `a,b` as a list of words; raise when one of them is none of these."""
    found = list(dict.fromkeys(part.strip() for part in text.split(",")))
    known = [word.value for word in words]
    for one in found:
        if one not in known:
            raise PydanticCustomError(
                "enum", "This takes {known}, separated by commas", {"known": ", ".join(known)}
            )
    return found


def _known(words: type[StrEnum]) -> AfterValidator:
    def check(text: str) -> str:
        return ",".join(listed(text, words))

    return AfterValidator(check)


def _written(words: type[StrEnum]) -> dict[str, Any]:
    """Write down, for schemas, that a text is a list of words."""
    one = "(" + "|".join(words) + ")"
    return {"pattern": f"^{one}(,{one})*$"}


Types = Annotated[str, Field(json_schema_extra=_written(FoundType)), _known(FoundType)]
SuggestionTypes = Annotated[
    str, Field(json_schema_extra=_written(SuggestionType)), _known(SuggestionType)
]
FacetNames = Annotated[str, Field(json_schema_extra=_written(Facet)), _known(Facet)]
Query = Annotated[Typed, Field(max_length=LONGEST)]


class SearchQuery(StatementConditions):
    """What to find, and among what."""

    q: Query = Field(
        description='What to find, as one types it: words, `"phrases"`, `-not`, `or`.',
        examples=["98 000 Russes"],
    )
    types: Types | None = Field(
        default=None,
        description="Of `statement`, `speaker`, `source`, separated by commas. All of them unless"
        " you say so; with a filter only statements, for it is them that filters are about.",
        examples=["statement,speaker"],
    )
    facets: FacetNames | None = Field(
        default=None,
        description="What to count the statements by, separated by commas: `speaker`, `publisher`,"
        " `normalized_rating`, `check_type`, `topic`, `language`, `year`.",
        examples=["speaker,year"],
    )


class SuggestionQuery(BaseModel):
    """What was typed so far."""

    model_config = ConfigDict(extra="forbid")

    q: Annotated[Typed, Field(max_length=200)] = Field(
        description="What was typed so far.", examples=["ata"]
    )
    types: SuggestionTypes | None = Field(
        default=None,
        description="Of `speaker`, `source`, `topic`, `statement`, separated by commas.",
        examples=["speaker,source"],
    )
    limit: Whole = Field(default=10, ge=1, le=50, description="How many suggestions at most.")
