"""A statement's provenance, as shown: a graph of W3C PROV in JSON-LD."""

from typing import Any

from pydantic import ConfigDict, Field

from app.documents.shape import Document


class Provenance(Document):
    """How a statement travelled, in the words of W3C PROV (PROV-O), as JSON-LD 1.1."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    context: dict[str, Any] = Field(
        alias="@context",
        description="What the words mean. It is whole: nothing has to be loaded.",
        examples=[{"prov": "http://www.w3.org/ns/prov#"}],
    )
    graph: list[dict[str, Any]] = Field(
        alias="@graph",
        description="What was said, its appearances, their sources, who spoke and who published.",
        examples=[
            [
                {
                    "@id": "https://facts.example/v1/statements/01a20470-f7d1-7338-b238-e2669ef3aa40",
                    "@type": ["prov:Entity", "onr:Statement"],
                    "prov:value": {"@value": "environ 98.000 Russes", "@language": "fr"},
                }
            ]
        ],
    )
