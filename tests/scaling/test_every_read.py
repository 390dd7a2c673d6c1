"""Everything that is read runs on a standby, which knows no transaction ids, locks or sequences."""

import re
from collections.abc import Iterator
from typing import Any

from app.foundation.positions import HEADER
from tests.scaling.conftest import Counted, Service

_OURS = re.compile(r"/v1/([a-z-]+)/\{[a-z_]+\}")
_ASKED = {
    "/v1/search": "q=border&facets=speaker,topic,year",
    "/v1/suggest": "q=kaz",
    "/v1/oembed": "url=http://test/v1/verdicts/{verdicts}",
    "/v1alpha1/claims:search": "query=border",
    "/v1/verdicts/{verdict_id}/diff": "from=1&to=1",
}
_PARTS = {"no": "1", "key": "border_entries", "ref": "none", "other_id": "{statements}"}


def addresses(document: dict[str, Any], ids: dict[str, str]) -> Iterator[str]:
    """Go through the addresses that can be read, with ids of what is there."""
    for template, operations in document["paths"].items():
        if "get" not in operations:
            continue
        found = _OURS.match(template)
        own = ids.get(found[1], "") if found else ""
        filled = template
        for part in re.findall(r"\{[^}]+\}", template):
            filled = filled.replace(part, _PARTS.get(part[1:-1], own), 1)
        asked = f"{filled}?{_ASKED[template]}" if template in _ASKED else filled
        for collection, first in ids.items():
            asked = asked.replace(f"{{{collection}}}", first)
        yield asked


async def first_ids(service: Service, document: dict[str, Any]) -> dict[str, str]:
    """Take the first of each collection."""
    admin, ids = await service.caller("admin"), {}
    for path in document["paths"]:
        if re.fullmatch(r"/v1/[a-z-]+", path) and "get" in document["paths"][path]:
            answer = await admin.get(path)
            is_json = answer.headers["Content-Type"] == "application/json"
            items = answer.json().get("items") if is_json else None
            if items and "id" in items[0]:
                ids[path.removeprefix("/v1/")] = items[0]["id"]
    return ids


async def test_every_address_is_read_from_the_replica(service: Service) -> None:
    admin = await service.caller("admin")
    document = (await admin.get("/openapi.json")).json()
    new = {"kind": "person", "name": "The last"}
    told = {HEADER: (await admin.post("/v1/speakers", json=new)).headers[HEADER]}
    ids = await first_ids(service, document)
    counted, statuses = Counted(), {}

    for path in addresses(document, ids):
        statuses[path] = (await admin.get(path, headers=told)).status_code

    assert {"statements", "verdicts", "speakers", "sources", "webhooks"} - {*ids} <= {"webhooks"}
    assert [path for path, status in statuses.items() if status >= 500] == []
    assert sum(status == 200 for status in statuses.values()) > len(statuses) / 2, statuses
    assert counted.by().keys() == {"replica"}
    assert counted.by()["replica"] > 50


async def test_questions_that_are_posted_are_answered_by_the_replica(service: Service) -> None:
    reader = await service.caller("reader")
    counted = Counted()

    answer = await reader.post("/reconcile", data={"queries": '{"q": {"query": "Tokayev"}}'})

    assert answer.status_code == 200, answer.text
    assert counted.by().keys() == {"replica"}
