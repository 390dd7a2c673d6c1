"""A statement's appearances as a graph of W3C PROV, in JSON-LD.

What was said, and each appearance of it, is an entity. An appearance was derived from the one it
had it from, or from what was said; quoted from it, where it claims to give its words. Who said it
and who published it are agents, and saying and carrying are activities.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from app.provenance.vocabulary import CONTEXT, WIKIDATA
from app.tables.appearance import AppearanceMode
from app.tables.source import OUTLETS, SourceKind
from app.tables.speaker import SpeakerKind

Json = dict[str, Any]
QUOTES: Final = frozenset({AppearanceMode.DIRECT_QUOTE, AppearanceMode.TRANSLATED_QUOTE})
"""The modes in which an appearance claims to give the words of what it had it from."""
_ENTITY, _AGENT, _ACTIVITY = "prov:Entity", "prov:Agent", "prov:Activity"
_PRECISION = {4: "xsd:gYear", 7: "xsd:gYearMonth", 10: "xsd:date"}
_ITEM = re.compile(r"Q[1-9][0-9]*")


class Graph:
    """The graph of one statement, as its document shows it to somebody."""

    def __init__(self, statement: Json, root: str) -> None:
        """Take the document, and the address of the service, with which all names begin."""
        self.statement = statement
        self.root = root
        self.itself = f"{root}/v1/statements/{statement['id']}"

    def document(self) -> Json:
        """Write the graph: a node for each thing, with all that is told of it anywhere."""
        nodes: dict[str, Json] = {}
        for one in self._nodes():
            nodes.setdefault(one["@id"], {}).update(_filled(one))
        return {"@context": CONTEXT, "@graph": list(nodes.values())}

    def _nodes(self) -> Iterator[Json]:
        yield self._bundle()
        yield from self._said()
        for hop in self.statement["appearances"]:
            yield from self._carried(hop)
            yield from self._source(hop["source"])

    def _bundle(self) -> Json:
        return {
            "@id": f"{self.itself}/provenance",
            "@type": [_ENTITY, "prov:Bundle"],
            "prov:generatedAtTime": self.statement["updated_at"],
            "dcterms:subject": self.itself,
        }

    def _said(self) -> Iterator[Json]:
        """Tell what was said, who said it, and that it was said."""
        said, speaker = self.statement, self.statement["speaker"]
        who = self._named("speakers", speaker)
        yield {
            "@id": self.itself,
            "@type": [_ENTITY, "onr:Statement"],
            "rdfs:label": said["summary"],
            "prov:value": _words(said["text"], said["language"]),
            "prov:wasAttributedTo": who,
            "prov:wasGeneratedBy": f"{self.itself}#saying",
            "dcterms:created": _day(said["said_on"]),
            "onr:kind": said["kind"],
            "onr:utterance": said["utterance"],
        }
        place = said["place"] or {}
        yield {
            "@id": f"{self.itself}#saying",
            "@type": [_ACTIVITY, "onr:Saying"],
            "prov:wasAssociatedWith": who,
            "onr:speakerRole": said["speaker_role"],
            "onr:occasion": said["occasion"],
            "onr:place": place.get("name"),
            "onr:country": place.get("country"),
        }
        if speaker:
            yield self._speaker(speaker)

    def _speaker(self, speaker: Json) -> Json:
        kinds = {SpeakerKind.PERSON: "prov:Person", SpeakerKind.ORGANIZATION: "prov:Organization"}
        item = speaker["wikidata_id"]
        known = item is not None and _ITEM.fullmatch(item)
        return {
            "@id": self._named("speakers", speaker),
            "@type": [_AGENT, *([kinds[speaker["kind"]]] if speaker["kind"] in kinds else [])],
            "rdfs:label": speaker["name"],
            "onr:kind": speaker["kind"],
            "onr:country": speaker["country"],
            "owl:sameAs": {"@id": WIKIDATA + item} if known else None,
        }

    def _carried(self, hop: Json) -> Iterator[Json]:
        """Tell of an appearance, and that a source carried it."""
        came_from = self._hop(hop["parent_id"]) if hop["parent_id"] else self.itself
        source = hop["source"]
        publisher, outlet = source["publisher"], source["kind"] in OUTLETS
        agent = self._named("sources", publisher or (source if outlet else None))
        carrying = f"{self.itself}#carrying-{hop['id']}"
        itself = self._named("sources", source)
        yield {
            "@id": self._hop(hop["id"]),
            "@type": [_ENTITY, "onr:Appearance"],
            "prov:value": _words(hop["text"], hop["language"]),
            "prov:wasDerivedFrom": came_from,
            "prov:wasQuotedFrom": came_from if hop["mode"] in QUOTES else None,
            "prov:hadPrimarySource": itself if source["is_primary"] else None,
            "prov:wasAttributedTo": agent,
            "prov:wasGeneratedBy": carrying,
            "dcterms:isPartOf": itself,
            "dcterms:issued": _day(hop["published_on"] or source["published_on"]),
            "dcterms:language": hop["language"],
            **{f"onr:{name}": hop[name] for name in ("key", "role", "mode", "fidelity", "locator")},
            "onr:isFirstKnown": hop["is_first_known"],
            "onr:driftNote": hop["drift_note"],
            "onr:changedFact": [
                _filled({f"onr:{name}": one[name] for name in ("field", "from", "to")})
                for one in hop["changed_facts"]
            ],
        }
        yield {
            "@id": carrying,
            "@type": [_ACTIVITY, "onr:Carrying"],
            "prov:used": came_from,
            "prov:wasAssociatedWith": agent,
        }

    def _source(self, source: Json) -> Iterator[Json]:
        """Tell of a source and of its publisher; an outlet acts, too."""
        publisher = source["publisher"]
        yield {
            "@id": self._named("sources", source),
            "@type": [_ENTITY, *_organization(source)],
            "rdfs:label": source["name"],
            "prov:wasAttributedTo": self._named("sources", publisher),
            "dcterms:issued": _day(source["published_on"]),
            "onr:kind": source["kind"],
            "onr:access": source["access"],
            "onr:isPrimary": source["is_primary"],
            "onr:url": source["url"],
        }
        if publisher:
            yield {
                "@id": self._named("sources", publisher),
                "@type": [_ENTITY, *_organization(publisher)],
                "rdfs:label": publisher["name"],
                "onr:kind": publisher["kind"],
                "onr:country": publisher["country"],
            }

    def _hop(self, appearance_id: str) -> str:
        return f"{self.itself}#appearance-{appearance_id}"

    def _named(self, collection: str, one: Json | None) -> str | None:
        return f"{self.root}/v1/{collection}/{one['id']}" if one else None


def _organization(source: Json) -> list[str]:
    return [_AGENT, "prov:Organization"] if SourceKind(source["kind"]) in OUTLETS else []


def _words(text: str | None, language: str | None) -> Json | str | None:
    """Write a text with its language, where that is known."""
    return text if text is None or language is None else {"@value": text, "@language": language}


def _day(date: str | None) -> Json | None:
    """Write a date as precisely as it is known, and no more so."""
    return None if date is None else {"@value": date, "@type": _PRECISION[len(date)]}


def _filled(node: Json) -> Json:
    """Leave out what is not known: JSON-LD has no word for it."""
    return {name: value for name, value in node.items() if value is not None and value != []}
