"""What is stored: one file per noun, and here the metadata that knows them all."""

from app.tables import (
    answer,
    api_key,
    change,
    comment,
    contact,
    correction_request,
    finding,
    limit,
    link,
    meaning,
    measure,
    merge,
    organization,
    rating,
    source,
    speaker,
    statement,
    topic,
    verdict,
    version,
)
from app.tables.record import Base

MODULES = (
    answer,
    api_key,
    change,
    correction_request,
    comment,
    contact,
    finding,
    limit,
    link,
    meaning,
    measure,
    merge,
    organization,
    rating,
    source,
    speaker,
    statement,
    topic,
    verdict,
    version,
)
metadata = Base.metadata
