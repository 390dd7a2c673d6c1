"""What PostGraphile is asked for: what a statement shows.

What it inherits by links of its links is left out, and so is what only some may see.
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
    speakerBySpeakerId {
      rowId kind name country
      speakerExternalIdsBySpeakerId(condition: { scheme: "wikidata" }, first: 1) {
        nodes { value }
      }
    }
    translationsByStatementId { nodes { language text translator translatorName } }
    quantitiesByStatementId { nodes {
      rowId value low high comparator unit population place counterpartPlace periodStart periodEnd
      asOf verbatim isEstimate measureByMeasureId { key }
    } }
    appearancesByStatementId { nodes {
      rowId key parentId role mode text language publishedOn locator isFirstKnown fidelity driftNote
      changedFacts
      sourceBySourceId {
        rowId kind name url access isPrimary publishedOn
        sourceByPublisherId { rowId kind name country }
      }
    } }
    statementTopicsByStatementId { nodes { topicByTopicId { rowId key labels } } }
    verdictsByStatementId(condition: { archivedAt: null }) { nodes {
      rowId checkType state publishedAt retracted
      organizationByOrganizationId { rowId name url }
      verdictVersionByRowIdAndPublicId {
        headline summary language url
        ratingByRatingId { key labels normalized ordinal ratingScaleByScaleId { key } }
      }
    } }
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
