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


def test_these_are_answered_directly() -> None:
    routes = create_app().routes

    direct = {one.path_format for one in routes if isinstance(one, StrictRoute) and one.direct}
    assert direct == DIRECT


def test_no_router_is_included_with_dependencies_that_would_be_passed_by() -> None:
    assert {type(one).__name__ for one in create_app().routes if not isinstance(one, APIRoute)} == {
        "Route"
    }
