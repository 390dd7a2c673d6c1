"""What every stored thing has in common, and the words in which columns are typed."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Enum,
    ForeignKey,
    Index,
    MetaData,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, DOMAIN, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.schema import SchemaItem
from sqlalchemy.sql.operators import OperatorClass

from app.foundation.ids import new_id

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Domain(DOMAIN):
    """A domain over text, which compares as text does."""

    operator_classes = OperatorClass.STRING


PARTIAL_DATE = Domain(
    "partial_date",
    Text(),
    check="VALUE ~ '^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$'"
    " AND (VALUE IS NULL OR partial_date_first(VALUE) IS NOT NULL)",
    create_type=False,
)
LANGUAGE_TAG = Domain(
    "language_tag",
    Text(),
    check="VALUE ~ '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$'",
    create_type=False,
)
COUNTRY_CODE = Domain("country_code", Text(), check="VALUE ~ '^[A-Z]{2}$'", create_type=False)

PartialDate = Annotated[str, mapped_column(PARTIAL_DATE)]
LanguageTag = Annotated[str, mapped_column(LANGUAGE_TAG)]
CountryCode = Annotated[str, mapped_column(COUNTRY_CODE)]
Strings = Annotated[list[str], mapped_column(ARRAY(Text()), server_default=text("'{}'"))]
Labels = Annotated[dict[str, str], mapped_column(JSONB)]


def values(words: type[StrEnum]) -> list[str]:
    """The values of an enumeration, in their order."""
    return [word.value for word in words]


class Base(DeclarativeBase):
    """The root of all tables."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        UUID: Uuid(),
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB(),
        list[dict[str, Any]]: JSONB(),
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            create_constraint=True,
            length=32,
            values_callable=values,
        ),
    }


def core(table: type[Base]) -> Any:  # noqa: ANN401 - a Table, which mypy takes for less.
    """Give the table itself, which is written to without going through objects."""
    return table.__table__


class Record(Base):
    """A resource as stored: who owns it, which version it is, and when it came and went."""

    __abstract__ = True
    __constraints__: ClassVar[tuple[SchemaItem, ...]] = ()

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    ref: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    created_by: Mapped[str | None]
    archived_at: Mapped[datetime | None]

    @declared_attr
    def organization_id(cls) -> Mapped[UUID | None]:  # noqa: N805 - declared_attr passes the class.
        """The organisation whose caller made it; null for what came with the installation."""
        return mapped_column(ForeignKey("organization.id"))

    @declared_attr.directive
    def __table_args__(cls) -> tuple[SchemaItem, ...]:  # noqa: N805 - as above.
        """Every resource's constraints: a ref is unique in its organisation and resource."""
        name = cls.__tablename__
        return (
            UniqueConstraint("organization_id", "ref", name=f"uq_{name}_ref"),
            Index(f"ix_{name}_updated_at", "updated_at", "id"),
            *cls.__constraints__,
        )


class Part(Base):
    """A row that belongs to a record and is written with it, in the record's order."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    position: Mapped[int]
