"""What became of a batch: of each of its items, in their order."""

from uuid import UUID

from pydantic import Field

from app.documents.shape import Document
from app.documents.source import Source
from app.documents.speaker import Speaker
from app.documents.statement import Statement
from app.foundation.problems import ProblemDetails


class BatchResult(Document):
    """What became of one item of a batch."""

    status: int = Field(
        description="201, or the status of the problem: what a POST of the item alone answers.",
        examples=[201],
    )
    id: UUID | None = Field(description="Null for an item that was refused.")
    location: str | None = Field(
        description="Its address.",
        examples=["/v1/statements/0192a4c0-7e7b-7cc1-9d5b-6f2f1f6e0a11"],
    )
    etag: str | None = Field(examples=['"1-6f1ed002ab559585"'])
    problem: ProblemDetails | None = Field(
        description="Why it was refused; its pointers begin in the item."
    )


class BatchReport(Document):
    """What became of a batch."""

    recorded: int = Field(description="How many items were recorded.", examples=[1])
    refused: int = Field(description="How many items were refused.", examples=[0])


class SourceBatchResult(BatchResult):
    """What became of one source of a batch."""

    document: Source | None


class SourceBatch(BatchReport):
    """What became of the sources of a batch, in their order."""

    results: list[SourceBatchResult]


class SpeakerBatchResult(BatchResult):
    """What became of one speaker of a batch."""

    document: Speaker | None


class SpeakerBatch(BatchReport):
    """What became of the speakers of a batch, in their order."""

    results: list[SpeakerBatchResult]


class StatementBatchResult(BatchResult):
    """What became of one statement of a batch."""

    document: Statement | None


class StatementBatch(BatchReport):
    """What became of the statements of a batch, in their order."""

    results: list[StatementBatchResult]
