"""What a CMS is told about a card: oEmbed 1.0, of the type `rich`."""

from typing import Literal

from pydantic import MISSING, Field

from app.documents.shape import Document


class CardEmbedding(Document):
    """How to embed a verdict's card, as oEmbed 1.0 has it."""

    type: Literal["rich"] = Field("rich", description="What it is, for oEmbed.")
    version: Literal["1.0"] = Field("1.0", description="The version of oEmbed.")
    title: str = Field(description="The verdict's headline, or what it is about.")
    author_name: str = Field(description="Who checked it.", examples=["Example Check"])
    author_url: str | MISSING = Field(
        default=MISSING, description="Their site.", examples=["https://check.example/"]
    )
    provider_name: str = Field(description="What serves it.", examples=["onrecord"])
    provider_url: str = Field(description="Where that is.", examples=["https://facts.example.org"])
    cache_age: int = Field(description="For how many seconds to keep it.", examples=[60])
    html: str = Field(description="A frame with the card.")
    width: int = Field(description="In pixels.", examples=[600])
    height: int = Field(description="In pixels.", examples=[400])
