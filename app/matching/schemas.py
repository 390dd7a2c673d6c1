"""What comes in to be matched."""

from typing import Annotated

from pydantic import Field

from app.foundation.dates import PartialDate
from app.foundation.merging import Input
from app.foundation.text import Language, Line, LongText, Paragraph

MOST_QUERIES = 100
MOST_SENTENCES = 400
Limit = Annotated[
    int, Field(strict=True, ge=1, le=100, description="How many statements for each, at most.")
]
MinScore = Annotated[
    float, Field(strict=True, ge=0, le=1, description="From which score on statements are shown.")
]


class MatchQuery(Input):
    """A text, and what is known of it: what it claims is looked for."""

    text: Paragraph = Field(
        description="The claim, in whatever words. Of long posts, the first 600 characters count.",
        examples=["200,000 Russians have fled to Kazakhstan"],
    )
    language: Language | None = Field(
        default=None, description="Its language, where it is known.", examples=["en"]
    )
    said_on: PartialDate | None = Field(
        default=None, description="When it was said.", examples=["2022-09-27"]
    )
    speaker: Line | None = Field(
        default=None,
        description="Who said it: a name in any script, or a speaker's id.",
        examples=["Tokayev"],
    )


class NewMatch(Input):
    """Texts for which statements that claim the same are looked for."""

    queries: list[MatchQuery] = Field(min_length=1, max_length=MOST_QUERIES)
    limit: Limit = 5
    min_score: MinScore = 0.0


class NewDocumentMatch(Input):
    """An article, in whose sentences claims are looked for that were checked before."""

    text: LongText = Field(
        description=f"The article, as plain text, of at most {MOST_SENTENCES} sentences.",
        examples=["Tokayev spoke in Astana. Some 98,000 Russians had entered Kazakhstan, he said."],
    )
    language: Language | None = Field(
        default=None, description="Its language, where it is known.", examples=["en"]
    )
    said_on: PartialDate | None = Field(
        default=None, description="When it was written.", examples=["2022-09-27"]
    )
    speaker: Line | None = Field(
        default=None, description="Who speaks in it, where that is one.", examples=["Tokayev"]
    )
    limit: Limit = 3
    min_score: MinScore = 0.05
