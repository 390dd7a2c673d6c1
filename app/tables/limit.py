"""How often a caller may ask: what is granted of each minute's budget."""

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.tables.record import Base


class Allowance(Base):
    """How much of its budget one caller, or one address, was granted in one window of time.

    Processes lease it in parts (`lease` is the last of them) and spend these on their own.
    `subject` is a digest of who it is. Nothing here needs to be kept: the table is unlogged.
    """

    __tablename__ = "allowance"
    __table_args__ = (
        CheckConstraint("granted >= lease AND lease >= 0", name="leases_what_it_grants"),
        {"prefixes": ["UNLOGGED"]},
    )

    subject: Mapped[bytes] = mapped_column(LargeBinary(), primary_key=True)
    began_at: Mapped[datetime] = mapped_column(index=True)
    granted: Mapped[int]
    lease: Mapped[int]
