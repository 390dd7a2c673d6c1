"""How comments are listed."""

from sqlalchemy import Boolean

from app.documents.comment import COMMENT
from app.documents.listing import Filter, Listing, same_id, standard_orders
from app.tables.comment import Comment

COMMENTS = Listing(
    COMMENT,
    {
        "statement_id": same_id(Comment.statement_id),
        "verdict_id": same_id(Comment.verdict_id),
        "is_resolved": Filter(
            Boolean(), lambda value, _: Comment.resolved_at.is_not(None) == value
        ),
    },
    standard_orders(COMMENT),
)
