"""What comes in with a statement: translations, quantities, appearances, topics."""

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from app.foundation.dates import PartialDate, is_after
from app.foundation.merging import Input, listed
from app.foundation.numbers import DecimalText
from app.foundation.text import Country, Key, Language, Line, Paragraph
from app.sources.schemas import NewSource
from app.tables.appearance import AppearanceMode, AppearanceRole, Fidelity
from app.tables.quantity import Comparator
from app.tables.statement import CheckabilityReason, CheckabilityState
from app.tables.translation import Translator
from app.topics.schemas import NewTopic

Yes = Annotated[bool, Field(strict=True)]
AppearanceKey = Annotated[
    str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
]


def id_as_text(value: Any) -> Any:  # noqa: ANN401 - a before-validator gets whatever came.
    """Write a stored id as it comes in."""
    return str(value) if isinstance(value, UUID) else value


class NewPlace(Input):
    """Where a statement was made."""

    name: Line | None = Field(default=None, examples=["Turkistan Region"])
    country: Country | None = Field(default=None, examples=["KZ"])

    @model_validator(mode="after")
    def _is_somewhere(self) -> "NewPlace":
        if self.name is None and self.country is None:
            raise PydanticCustomError("one_of", "Give a name, a country, or both")
        return self


class NewCheckability(Input):
    """Whether a statement can be checked, and why not."""

    state: CheckabilityState = CheckabilityState.UNDECIDED
    reason: CheckabilityReason | None = Field(
        default=None, description="Only where it is not checkable."
    )

    @model_validator(mode="after")
    def _gives_a_reason_where_it_needs_one(self) -> "NewCheckability":
        if self.reason is not None and self.state is not CheckabilityState.NOT_CHECKABLE:
            raise PydanticCustomError("reason", "A reason goes with 'not_checkable' only")
        return self


class NewTranslation(Input):
    """A statement's words in another language."""

    language: Language = Field(examples=["en"])
    text: Paragraph
    translator: Translator
    translator_name: Line | None = None


class NewQuantity(Input):
    """A number that a statement asserts."""

    id: UUID | None = Field(default=None, description="To keep one that is there already.")
    measure: Key = Field(description="The key of a measure.", examples=["border_entries"])
    value: DecimalText | None = None
    low: DecimalText | None = None
    high: DecimalText | None = None
    comparator: Comparator = Comparator.EQ
    unit: Line | None = Field(default=None, examples=["person"])
    population: Line | None = Field(default=None, examples=["Russian citizens"])
    place: Line | None = Field(
        default=None, description="A place's name or country code.", examples=["KZ"]
    )
    counterpart_place: Line | None = Field(default=None, examples=["RU"])
    period_start: PartialDate | None = None
    period_end: PartialDate | None = None
    as_of: PartialDate | None = None
    verbatim: Line | None = Field(default=None, examples=["environ 98.000"])
    is_estimate: Yes = False

    @model_validator(mode="after")
    def _has_its_numbers(self) -> "NewQuantity":
        if self.comparator is Comparator.BETWEEN:
            if self.low is None or self.high is None or self.value is not None:
                raise PydanticCustomError("numbers", "'between' takes low and high, and no value")
        elif self.value is None:
            raise PydanticCustomError("numbers", "This comparator takes a value")
        if (
            self.low is not None
            and self.high is not None
            and Decimal(self.low) > Decimal(self.high)
        ):
            raise PydanticCustomError("numbers", "'low' is above 'high'")
        if self.period_start and self.period_end and is_after(self.period_start, self.period_end):
            raise PydanticCustomError("period", "The period ends before it starts")
        return self


class NewChangedFact(Input):
    """A fact that an appearance carries otherwise than what it carries has it."""

    model_config = ConfigDict(validate_by_name=True, serialize_by_alias=True)

    field: Line = Field(examples=["value"])
    from_: Line | None = Field(default=None, alias="from", examples=["98000"])
    to: Line | None = Field(default=None, examples=["100000"])


class NewAppearance(Input):
    """One hop by which a statement travelled.

    Its parent, where it had it from, is another appearance of the same statement: name it by
    `parent_key`, or in `parent_id` by id or key.
    """

    id: UUID | None = Field(default=None, description="To keep one that is there already.")
    key: AppearanceKey | None = Field(
        default=None, description="What the others call it; made up if not given.", examples=["ria"]
    )
    parent_id: Annotated[str, Field(max_length=64), BeforeValidator(id_as_text)] | None = Field(
        default=None, description="The parent, by its id or key.", examples=["ria"]
    )
    parent_key: AppearanceKey | None = Field(
        default=None, description="The parent, by its key.", examples=[None]
    )
    source_id: UUID | None = Field(default=None, description="The source that carried it.")
    source: NewSource | None = Field(
        default=None, description="A source to record with it, instead of `source_id`."
    )
    role: AppearanceRole
    mode: AppearanceMode
    text: Paragraph | None = Field(default=None, description="As carried.")
    language: Language | None = None
    published_on: PartialDate | None = None
    locator: Line | None = None
    is_first_known: Yes = False
    fidelity: Fidelity = Fidelity.UNKNOWN
    drift_note: Paragraph | None = None
    changed_facts: list[NewChangedFact] = listed(max_length=50)

    @model_validator(mode="after")
    def _has_one_source_and_parent(self) -> "NewAppearance":
        if (self.source_id is None) == (self.source is None):
            raise PydanticCustomError("one_of", "Give either source_id or source")
        if self.parent_id is not None and self.parent_key is not None:
            raise PydanticCustomError("one_of", "Give either parent_id or parent_key")
        return self


def _named_or_new(value: object) -> str:
    return "<named>" if isinstance(value, str) else "<new>"


TopicName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=64,
        pattern=r"^[a-z0-9][a-z0-9_-]*$",
        description="A topic's id or key.",
    ),
]
TopicChoice = Annotated[
    Annotated[TopicName, Tag("<named>")] | Annotated[NewTopic, Tag("<new>")],
    Discriminator(_named_or_new),
]
