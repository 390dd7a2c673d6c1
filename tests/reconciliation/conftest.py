"""A service that others match their names with, asked as they ask it."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from httpx2 import Response

from tests.making import Client, Json, Made, Make
from tests.reconciliation.specified import check

PATH = "/reconcile"


@dataclass(frozen=True)
class Service:
    """Asks the service in plain HTTP, as OpenRefine does."""

    client: Client

    async def post(self, field: str, value: Any) -> Response:
        """Send a field of a form, whose value is JSON."""
        return await self.client.post(PATH, data={field: json.dumps(value)})

    async def match(self, **query: Any) -> list[Json]:
        """Ask one query, and give its candidates."""
        answer = await self.post("queries", {"q0": query})
        assert answer.status_code == 200, answer.text
        check("reconciliation-result-batch", answer.json())
        found: list[Json] = answer.json()["q0"]["result"]
        return found

    async def extend(self, ids: list[str], *properties: Any) -> Json:
        """Fetch properties, each named or with its settings."""
        asked = [{"id": one} if isinstance(one, str) else one for one in properties]
        answer = await self.post("extend", {"ids": ids, "properties": asked})
        assert answer.status_code == 200, answer.text
        check("data-extension-response", answer.json())
        found: Json = answer.json()
        return found

    async def get(self, path: str, **parameters: Any) -> Json:
        """Read an address below the service's."""
        answer = await self.client.get(f"{PATH}{path}", params=parameters)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found


@pytest.fixture
def service(anonymous: Client) -> Service:
    """Have the service."""
    return Service(anonymous)


@pytest.fixture
async def known(make: Make) -> dict[str, Made]:
    """Have some speakers and sources, by short names."""
    tokayev = await make.speaker(
        name="Kassym-Jomart Tokayev", country="KZ", description="President",
        names=[{"name": "Tokaïev", "kind": "transliteration"},
               {"name": "Tokajew", "kind": "misspelling"}],
        external_ids=[{"scheme": "wikidata", "value": "Q23530"}],
    )  # fmt: skip
    akorda = await make.speaker(kind="office", name="Akorda", country="KZ")
    ria = await make.source(
        kind="news_agency", name="RIA Novosti", country="RU",
        external_ids=[{"scheme": "wikidata", "value": "Q1153459"}],
    )  # fmt: skip
    paper = await make.source(kind="newspaper", name="L'Indépendant", country="FR")
    article = await make.source(
        name="L'hémorragie se confirme", publisher_id=paper.id, language="fr",
        url="https://news.example/hemorragie", published_on="2022-09-27", authors=["Ada Lovelace"],
    )  # fmt: skip
    return {
        "tokayev": tokayev, "akorda": akorda, "ria": ria, "paper": paper, "article": article,
    }  # fmt: skip
