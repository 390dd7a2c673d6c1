"""Answers of the W3C Reconciliation Service API 0.2, as shown."""

from uuid import UUID

from pydantic import MISSING, Field, RootModel

from app.documents.shape import Document

_ID = "01a20470-f7d1-7338-b238-e2669ef3aa40"


class EntityTypeName(Document):
    """A type, by its name."""

    id: str = Field(description="Its id.", examples=["speaker.person"])
    name: str = Field(examples=["Person"])


class EntityType(EntityTypeName):
    """A type of what can be matched."""

    description: str = Field(examples=["A kind of speaker."])
    broader: list[EntityTypeName] = Field(
        description="The type right above it, where there is one."
    )


class EntityProperty(Document):
    """A property of what can be matched."""

    id: str = Field(description="Its id.", examples=["country"])
    name: str = Field(examples=["country"])
    description: str = Field(examples=["As ISO 3166-1 alpha-2 names it."])


class ServicePath(Document):
    """An address in two parts."""

    service_url: str = Field(
        description="How it begins.", examples=["https://facts.example/reconcile"]
    )
    service_path: str = Field(description="How it goes on.", examples=["/properties"])


class SuggestService(ServicePath):
    """Where suggestions are, and a few words about each."""

    flyout_service_url: str = Field(
        description="How it begins.", examples=["https://facts.example/reconcile"]
    )
    flyout_service_path: str = Field(
        description="How it goes on; `${id}` is the id.", examples=["/entities/${id}/flyout"]
    )


class SuggestServices(Document):
    """Where one is helped while typing."""

    entity: SuggestService
    property: SuggestService
    type: SuggestService


class ViewTemplate(Document):
    """An address in which `{{id}}` is the id."""

    url: str = Field(
        description="The address.", examples=["https://facts.example/reconcile/entities/{{id}}"]
    )


class PreviewTemplate(ViewTemplate):
    """Where a small page about an entity is, and how large its frame should be."""

    width: int = Field(description="In pixels.", examples=[400])
    height: int = Field(description="In pixels.", examples=[240])


class PropertySetting(Document):
    """How a property can be fetched."""

    name: str = Field(examples=["limit"])
    label: str = Field(description="What to show.", examples=["Limit"])
    type: str = Field(description="What it takes.", examples=["number"])
    default: int = Field(description="What holds if nothing is said.", examples=[0])
    help_text: str = Field(description="What it means.", examples=["How many values at most."])


class ExtendService(Document):
    """What can be fetched."""

    propose_properties: ServicePath
    property_settings: list[PropertySetting] = Field(description="How it can be fetched.")


class ReconciliationManifest(Document):
    """What the service can do (W3C Reconciliation Service API 0.2)."""

    versions: list[str] = Field(
        description="Which versions of the specification it keeps to.", examples=[["0.2"]]
    )
    name: str = Field(examples=["onrecord: speakers and sources"])
    identifierSpace: str = Field(  # noqa: N815 - the specification's name.
        description="What ids of entities are prefixed with.",
        examples=["https://facts.example/reconcile/entities/"],
    )
    schemaSpace: str = Field(  # noqa: N815 - as above.
        description="What ids of types are prefixed with.",
        examples=["https://facts.example/reconcile/types/"],
    )
    documentation: str = Field(
        description="Where people read about it.", examples=["https://facts.example/docs"]
    )
    serviceVersion: str = Field(  # noqa: N815 - as above.
        description="The version of the software.", examples=["0.1.0"]
    )
    batchSize: int = Field(  # noqa: N815 - as above.
        description="How many queries a batch may have.", examples=[50]
    )
    defaultTypes: list[EntityTypeName] = Field(  # noqa: N815 - as above.
        description="What to match with, where one doesn't know better."
    )
    view: ViewTemplate
    preview: PreviewTemplate
    suggest: SuggestServices
    extend: ExtendService


class MatchingFeature(Document):
    """Something that speaks for a candidate, or against it."""

    id: str = Field(
        description="`name_likeness` (0 to 1), `same_name`, `identifier`, or a property.",
        examples=["name_likeness"],
    )
    value: bool | float = Field(description="Whether it is so, or how much.", examples=[0.97])


class ReconciliationCandidate(Document):
    """What a query may stand for."""

    id: UUID = Field(description="The id of the speaker or source.", examples=[_ID])
    name: str = Field(examples=["Aslan Atalykov"])
    description: str = Field(description="What tells it from others.", examples=["Person · KZ"])
    type: list[EntityTypeName] = Field(description="Its types, the narrowest first.")
    score: float = Field(ge=0, le=100, description="How well it matches.", examples=[97.0])
    match: bool = Field(description="Whether it may be taken without anybody's looking.")
    features: list[MatchingFeature] = Field(description="What the score is made of.")


class ReconciliationResult(Document):
    """What one query may stand for."""

    result: list[ReconciliationCandidate] = Field(description="The likeliest first.")


class ReconciliationResults(RootModel[dict[str, ReconciliationResult]]):
    """What each query of a batch may stand for, by the names of the queries."""


class ExtendedProperty(Document):
    """A property that was fetched."""

    id: str = Field(description="Its id.", examples=["country"])
    name: str = Field(examples=["country"])
    type: EntityTypeName | MISSING = Field(
        default=MISSING, description="Of which type its values are, where they are entities."
    )


class ExtendedValue(RootModel[dict[str, str | int]]):
    """A value: `str`, `int`, `date`, or an entity with `id` and `name`."""


class ExtendedData(Document):
    """Properties of entities."""

    meta: list[ExtendedProperty] = Field(description="Which properties, in the order asked.")
    rows: dict[str, dict[str, list[ExtendedValue]]] = Field(
        description="The values, by entity and property.",
        examples=[{_ID: {"country": [{"str": "KZ"}]}}],
    )


class SuggestedEntity(Document):
    """A speaker or source that may be meant."""

    id: UUID = Field(description="The id of the speaker or source.", examples=[_ID])
    name: str = Field(examples=["Aslan Atalykov"])
    description: str = Field(description="What tells it from others.", examples=["Person · KZ"])
    notable: list[EntityTypeName] = Field(description="Its types, the narrowest first.")


class SuggestedEntities(Document):
    """Speakers and sources that may be meant."""

    result: list[SuggestedEntity] = Field(description="The likeliest first.")


class SuggestedTypes(Document):
    """Types that may be meant."""

    result: list[EntityType] = Field(description="The broadest first.")


class SuggestedProperties(Document):
    """Properties that may be meant."""

    result: list[EntityProperty] = Field(description="Those that may be meant.")


class ProposedProperties(Document):
    """Properties that can be fetched."""

    properties: list[EntityProperty] = Field(description="The commonest first.")
    type: str | MISSING = Field(default=MISSING, description="Of which type, as asked.")
    limit: int = Field(description="How many at most.", examples=[100])


class Flyout(Document):
    """A few words about something."""

    id: str = Field(description="Of what.", examples=[_ID])
    html: str = Field(
        description="HTML without scripts; all that is from outside is escaped.",
        examples=["<p><b>Aslan Atalykov</b> (Person, KZ)</p>"],
    )


class ReconciliationAnswer(
    RootModel[ReconciliationManifest | ReconciliationResults | ExtendedData]
):
    """What the service can do; or with `queries` or `extend`, what was asked for."""


class ReconciliationData(RootModel[ReconciliationResults | ExtendedData]):
    """What each query may stand for, or the properties that were asked for."""
