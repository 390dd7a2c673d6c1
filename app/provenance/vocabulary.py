"""The words in which provenance is told: those of W3C PROV, Dublin Core, and our own.

PROV-O: https://www.w3.org/TR/prov-o/. Our own terms are names, not addresses, and the same in every
installation: they are the fields of a statement's appearances.
"""

from typing import Any, Final

OWN: Final = "urn:onrecord:terms:"
_REFERENCE = {"@type": "@id"}
CONTEXT: Final[dict[str, Any]] = {
    "prov": "http://www.w3.org/ns/prov#",
    "dcterms": "http://purl.org/dc/terms/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "onr": OWN,
    "prov:wasAttributedTo": _REFERENCE,
    "prov:wasDerivedFrom": _REFERENCE,
    "prov:wasQuotedFrom": _REFERENCE,
    "prov:hadPrimarySource": _REFERENCE,
    "prov:wasGeneratedBy": _REFERENCE,
    "prov:wasAssociatedWith": _REFERENCE,
    "prov:used": _REFERENCE,
    "prov:generatedAtTime": {"@type": "xsd:dateTime"},
    "dcterms:isPartOf": _REFERENCE,
    "dcterms:subject": _REFERENCE,
    "onr:url": {"@type": "xsd:anyURI"},
    "onr:isFirstKnown": {"@type": "xsd:boolean"},
    "onr:isPrimary": {"@type": "xsd:boolean"},
}
WIKIDATA: Final = "http://www.wikidata.org/entity/"
