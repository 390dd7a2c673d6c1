"""Measures: what quantities count, and which way."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.record import Labels, Record


class Flow(StrEnum):
    """Which way a measure counts; net = in - out within one family."""

    IN = "in"
    OUT = "out"
    NET = "net"
    STOCK = "stock"


class Dimension(StrEnum):
    """What a measure measures."""

    COUNT = "count"
    SHARE = "share"
    MONEY = "money"
    LENGTH = "length"
    AREA = "area"
    VOLUME = "volume"
    MASS = "mass"
    DURATION = "duration"
    TEMPERATURE = "temperature"
    ENERGY = "energy"
    POWER = "power"
    SPEED = "speed"
    OTHER = "other"


class Measure(Record):
    """Something that can be counted or measured; net = in - out within one family."""

    __tablename__ = "measure"
    __constraints__ = (
        CheckConstraint(
            "family IS NOT NULL OR flow IS NULL OR flow = 'stock'", name="flows_in_a_family"
        ),
        Index(
            "uq_measure_family_flow",
            "family",
            "flow",
            unique=True,
            postgresql_where=text("archived_at IS NULL"),
        ),
    )

    key: Mapped[str] = mapped_column(unique=True)
    labels: Mapped[Labels]
    description: Mapped[str | None]
    dimension: Mapped[Dimension]
    flow: Mapped[Flow | None]
    family: Mapped[str | None]
    unit: Mapped[str | None]
