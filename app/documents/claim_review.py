"""ClaimReview, as schema.org has it and as Google documents it.

What isn't known is left out, and nothing is null: that is how readers of JSON-LD expect it.
"""

from enum import StrEnum
from typing import Final, Literal

from pydantic import MISSING, BaseModel, ConfigDict, Field

CONTEXT: Final = "https://schema.org"


class Node(BaseModel):
    """A thing of schema.org."""

    model_config = ConfigDict(
        extra="forbid", serialize_by_alias=True, validate_by_alias=True, validate_by_name=True
    )

    def written(self) -> bytes:
        """Write it as JSON that may also stand inside of a script element of HTML as it is."""
        text = self.model_dump_json()
        return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").encode()


class AgentType(StrEnum):
    """Who can assert and publish."""

    ORGANIZATION = "Organization"
    PERSON = "Person"


class WorkType(StrEnum):
    """In what a claim can appear, and what can be cited."""

    CREATIVE_WORK = "CreativeWork"
    ARTICLE = "Article"
    AUDIO = "AudioObject"
    DATASET = "Dataset"
    IMAGE = "ImageObject"
    LEGISLATION = "Legislation"
    NEWS_ARTICLE = "NewsArticle"
    REPORT = "Report"
    SOCIAL_POST = "SocialMediaPosting"
    VIDEO = "VideoObject"
    WEB_PAGE = "WebPage"


class ReviewAuthor(Node):
    """Who checked it, or published something."""

    type_: Literal["Organization"] = Field("Organization", alias="@type", description="Its type.")
    name: str = Field(examples=["Example Check"])
    url: str | MISSING = Field(default=MISSING, examples=["https://check.example/"])


class Claimant(Node):
    """Who made the claim."""

    type_: AgentType = Field(alias="@type")
    name: str = Field(examples=["Aslan Atalykov"])
    job_title: str | MISSING = Field(
        default=MISSING, alias="jobTitle", description="A person's role, as it was that day."
    )
    image: str | MISSING = Field(default=MISSING, description="The address of a picture.")
    same_as: str | MISSING = Field(
        default=MISSING, alias="sameAs", description="The same in a register, such as Wikidata."
    )


class RelatedWork(Node):
    """Another work, by its name in the same document."""

    id_: str = Field(alias="@id", description="The `@id` of that work.")


class ReviewedWork(Node):
    """Something in which the claim appeared, or which the check cites."""

    type_: WorkType = Field(alias="@type")
    id_: str | MISSING = Field(
        default=MISSING, alias="@id", description="Its name, for `isBasedOn` of others."
    )
    name: str | MISSING = Field(default=MISSING, description="Its title.")
    url: str | MISSING = Field(default=MISSING)
    publisher: ReviewAuthor | MISSING = Field(default=MISSING)
    date_published: str | MISSING = Field(
        default=MISSING, alias="datePublished", description="As precisely as it is known."
    )
    in_language: str | MISSING = Field(
        default=MISSING, alias="inLanguage", description="A language as BCP 47 names it."
    )
    is_based_on: RelatedWork | MISSING = Field(
        default=MISSING, alias="isBasedOn", description="Where it had the claim from."
    )


class ReviewedClaim(Node):
    """What was claimed, by whom, and where."""

    type_: Literal["Claim"] = Field("Claim", alias="@type", description="Its type.")
    id_: str = Field(alias="@id", description="The address of the statement.")
    text: str = Field(description="The statement, verbatim.")
    in_language: str = Field(alias="inLanguage", description="The language of its words.")
    date_published: str | MISSING = Field(
        default=MISSING, alias="datePublished", description="The day that it was said."
    )
    author: Claimant | MISSING = Field(
        default=MISSING, description="Left out where the claimant is anonymous."
    )
    first_appearance: ReviewedWork | MISSING = Field(
        default=MISSING, alias="firstAppearance", description="The first that is known."
    )
    appearance: list[ReviewedWork] | MISSING = Field(
        default=MISSING, description="The others, in the order of their tree."
    )


class ReviewRating(Node):
    """What was found. It has three numbers, or none: none where it isn't on the scale's axis."""

    type_: Literal["Rating"] = Field("Rating", alias="@type", description="Its type.")
    alternate_name: str = Field(
        alias="alternateName",
        description="The rating in words; that it was retracted, for what was.",
        examples=["Missing context"],
    )
    rating_explanation: str | MISSING = Field(
        default=MISSING, alias="ratingExplanation", description="The finding in a few sentences."
    )
    rating_value: int | MISSING = Field(
        default=MISSING, alias="ratingValue", description="The nearer to the best, the truer."
    )
    worst_rating: int | MISSING = Field(
        default=MISSING, alias="worstRating", ge=1, description="The least of the scale."
    )
    best_rating: int | MISSING = Field(
        default=MISSING, alias="bestRating", description="The greatest of the scale."
    )


class CorrectionComment(Node):
    """A correction or retraction, as readers were told of it."""

    type_: Literal["CorrectionComment"] = Field(
        "CorrectionComment", alias="@type", description="Its type."
    )
    text: str
    date_published: str = Field(alias="datePublished", description="When readers were told.")


class ClaimReview(Node):
    """A published verdict as a ClaimReview of schema.org, in JSON-LD."""

    context: Literal["https://schema.org"] = Field(
        CONTEXT, alias="@context", description="The vocabulary."
    )
    type_: Literal["ClaimReview"] = Field("ClaimReview", alias="@type", description="Its type.")
    id_: str = Field(alias="@id", description="Its name; it stays.")
    url: str = Field(description="The public article, or else the verdict's card.")
    date_published: str = Field(alias="datePublished", description="When it first came out.")
    date_modified: str = Field(alias="dateModified", description="When it last changed.")
    version: int = Field(description="The number of the version that is out.")
    in_language: str = Field(alias="inLanguage", description="A language as BCP 47 names it.")
    creative_work_status: Literal["Retracted"] | MISSING = Field(
        default=MISSING, alias="creativeWorkStatus", description="Only where it was taken back."
    )
    headline: str | MISSING = Field(default=MISSING)
    claim_reviewed: str = Field(
        alias="claimReviewed",
        description="The claim in short: the statement's summary, or its words in the verdict's"
        " language. Of a verdict on attribution, that those words are somebody's.",
    )
    author: ReviewAuthor
    review_rating: ReviewRating = Field(alias="reviewRating")
    item_reviewed: ReviewedClaim = Field(alias="itemReviewed")
    citation: list[ReviewedWork] | MISSING = Field(
        default=MISSING, description="The evidence, but for what is confidential."
    )
    correction: list[CorrectionComment] | MISSING = Field(
        default=MISSING, description="What was corrected, the first first."
    )


class DataFeedItem(Node):
    """A published verdict in the feed."""

    type_: Literal["DataFeedItem"] = Field("DataFeedItem", alias="@type", description="Its type.")
    date_created: str = Field(alias="dateCreated", description="When it first came out.")
    date_modified: str = Field(alias="dateModified", description="When it last changed.")
    date_deleted: str | MISSING = Field(
        default=MISSING, alias="dateDeleted", description="When it was retracted, if it was."
    )
    item: list[ClaimReview] = Field(description="The ClaimReview, alone.")


class DataFeed(Node):
    """A page of published verdicts, those that changed last first."""

    context: Literal["https://schema.org"] = Field(
        CONTEXT, alias="@context", description="The vocabulary."
    )
    type_: Literal["DataFeed"] = Field("DataFeed", alias="@type", description="Its type.")
    url: str = Field(description="The address of this page.")
    date_modified: str | MISSING = Field(
        default=MISSING, alias="dateModified", description="When the newest of them changed."
    )
    data_feed_element: list[DataFeedItem] = Field(
        alias="dataFeedElement", description="The verdicts, the newest change first."
    )
