"""Topics: what statements are about, as a tree."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.record import Labels, Record


class Topic(Record):
    """A subject, with its labels by language and the broader subject that it belongs to."""

    __tablename__ = "topic"
    __constraints__ = (CheckConstraint("parent_id <> id", name="is_not_its_own_parent"),)

    key: Mapped[str] = mapped_column(unique=True)
    labels: Mapped[Labels]
    description: Mapped[str | None]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("topic.id"), index=True)
