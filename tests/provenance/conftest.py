"""A statement that travelled."""

from dataclasses import dataclass

import pytest

from tests.making import Json, Made, Make


@dataclass(frozen=True)
class Travelled:
    """A statement, and the addresses of its appearances by their keys."""

    made: Made

    @property
    def path(self) -> str:
        """Where its provenance is."""
        return f"{self.made.path}/provenance"

    @property
    def itself(self) -> str:
        """What the graph calls it."""
        return f"http://test{self.made.path}"

    def hop(self, key: str) -> Json:
        """Give an appearance by its key."""
        hop: Json = next(one for one in self.made.body["appearances"] if one["key"] == key)
        return hop

    def named(self, key: str) -> str:
        """What the graph calls an appearance."""
        return f"{self.itself}#appearance-{self.hop(key)['id']}"


@pytest.fixture
async def travelled(make: Make) -> Travelled:
    """Have a statement that an agency quoted, a newspaper rounded, and a blog took over."""
    agency = await make.source(kind="news_agency", name="RIA Novosti")
    paper = {"kind": "newspaper", "name": "L'Indépendant", "country": "FR"}
    article = {"kind": "article", "name": "L'hémorragie", "publisher": paper, "is_primary": True}
    hidden = await make.source(kind="leak", name="The deputy's wife", access="confidential")
    hops = [
        {"key": "ria", "source_id": agency.id, "role": "agency", "mode": "direct_quote",
         "text": "98 000", "language": "ru", "is_first_known": True, "published_on": "2022-09"},
        {"key": "paper", "parent_id": "ria", "source": article, "role": "outlet",
         "mode": "headline", "fidelity": "altered", "drift_note": "Rounded", "text": "100.000",
         "changed_facts": [{"field": "value", "from": "98000", "to": "100000"}]},
        {"key": "quoted", "parent_id": "ria", "source_id": agency.id, "role": "republisher",
         "mode": "translated_quote", "published_on": "2022-09-28"},
        {"key": "leak", "source_id": hidden.id, "role": "origin", "mode": "summary"},
    ]  # fmt: skip
    speaker = {
        "kind": "person", "name": "Aslan Atalykov", "country": "KZ",
        "external_ids": [{"scheme": "wikidata", "value": "Q7747"}],
    }  # fmt: skip
    return Travelled(
        await make.statement(
            text="environ 98.000 Russes", language="fr", summary="About 98,000 Russians",
            speaker=speaker, speaker_role="deputy", said_on="2022-09-27", appearances=hops,
            place={"name": "Turkistan", "country": "KZ"},
        )
    )  # fmt: skip
