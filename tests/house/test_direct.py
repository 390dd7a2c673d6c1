"""Which addresses are answered directly, without FastAPI's solving of dependencies."""

from fastapi.routing import APIRoute

from app.foundation.strict import StrictRoute
from app.main import create_app

DIRECT = {
    "/v1/comments/{comment_id}",
    "/v1/contacts/{contact_id}",
    "/v1/correction-requests/{correction_request_id}",
    "/v1/measures/{measure_id}",
    "/v1/organizations/{organization_id}",
    "/v1/rating-maps/{map_id}",
    "/v1/rating-scales/{scale_id}",
    "/v1/sources/{source_id}",
    "/v1/speakers/{speaker_id}",
    "/v1/speakers/{speaker_id}/stats",
    "/v1/statements/{statement_id}",
    "/v1/statements/{statement_id}/links/{link_id}",
    "/v1/statements/{statement_id}/provenance",
    "/v1/topics/{topic_id}",
    "/v1/verdicts/{verdict_id}",
    "/v1/verdicts/{verdict_id}/claimreview",
    "/v1/verdicts/{verdict_id}/embed",
}
ASKED = {
    "/oembed",
    "/v1/changes",
    "/v1/comments/{comment_id}/history",
    "/v1/contacts",
    "/v1/contacts/{contact_id}/history",
    "/v1/correction-requests",
    "/v1/correction-requests/{correction_request_id}/history",
    "/v1/corrections",
    "/v1/export",
    "/v1/feeds/claimreview.json",
    "/v1/feeds/corrections.atom",
    "/v1/feeds/verdicts.atom",
    "/v1/measures",
    "/v1/measures/{measure_id}/history",
    "/v1/organizations",
    "/v1/organizations/{organization_id}/history",
    "/v1/quantities",
    "/v1/rating-maps",
    "/v1/rating-maps/{map_id}/history",
    "/v1/rating-scales",
    "/v1/rating-scales/{scale_id}/history",
    "/v1/search",
    "/v1/sources",
    "/v1/sources/{source_id}/history",
    "/v1/speakers",
    "/v1/speakers/{speaker_id}/history",
    "/v1/statements",
    "/v1/statements/{statement_id}/comments",
    "/v1/statements/{statement_id}/history",
    "/v1/statements/{statement_id}/links",
    "/v1/suggest",
    "/v1/topics",
    "/v1/topics/{topic_id}/history",
    "/v1/verdicts",
    "/v1/verdicts/{verdict_id}/comments",
    "/v1/verdicts/{verdict_id}/diff",
    "/v1/verdicts/{verdict_id}/history",
    "/v1/verdicts/{verdict_id}/versions",
}
"""They take a query, too."""


def test_these_are_answered_directly() -> None:
    routes = create_app().routes

    direct = {
        one.path_format: one.direct.query is not None
        for one in routes
        if isinstance(one, StrictRoute) and one.direct
    }
    assert direct == dict.fromkeys(DIRECT, False) | dict.fromkeys(ASKED, True)


def test_no_router_is_included_with_dependencies_that_would_be_passed_by() -> None:
    assert {type(one).__name__ for one in create_app().routes if not isinstance(one, APIRoute)} == {
        "Route"
    }
