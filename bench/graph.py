"""What PostGraphile is asked for: a statement with its parts, but for verdicts.

By a key that has a second column, it doesn't get from a statement to its verdicts.
"""

import json
from collections.abc import Iterator
from itertools import cycle
from uuid import UUID

from bench import generate
from bench.load import Request

QUERY = """
query ($id: UUID!) {
  statementByRowId(rowId: $id) {
    rowId ref version text language summary kind utterance speakerIsAnonymous speakerRole saidOn
    occasion placeName placeCountry checkabilityState checkabilityReason state visibility origin
    revision createdAt updatedAt
    speakerBySpeakerId { rowId kind name }
    translationsByStatementId { nodes { language text translator translatorName } }
    quantitiesByStatementId { nodes { rowId value low high comparator unit verbatim } }
    appearancesByStatementId { nodes {
      rowId key parentId role mode text language publishedOn locator isFirstKnown fidelity
      sourceBySourceId {
        rowId kind name url access isPrimary publishedOn
        sourceByPublisherId { rowId kind name }
      }
    } }
    statementTopicsByStatementId { nodes { topicByTopicId { rowId key labels } } }
  }
}
"""
_HEADERS = {"Content-Type": "application/json"}


def asked(numbers: list[int]) -> Iterator[Request]:
    """Ask for statements by their numbers, over and over."""
    return cycle([_request(generate.statement_id(number)) for number in numbers])


def _request(statement_id: UUID) -> Request:
    body = {"query": QUERY, "variables": {"id": str(statement_id)}}
    return Request("/graphql", "POST", _HEADERS, json.dumps(body).encode())
