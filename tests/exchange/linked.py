"""Looking at JSON-LD as its readers do: by shape, and as a graph, with schema.org's terms."""

import json
import warnings
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator
from rdflib import Graph, Literal, Namespace, URIRef

HERE = Path(__file__).parent
SCHEMA = Namespace("https://schema.org/")
CONTEXT = json.loads((HERE / "context.jsonld").read_text("utf-8"))
"""The terms that are used, as schema.org's own context defines them: tests have no network."""
_SHAPES = Draft202012Validator(
    json.loads((HERE / "shapes.json").read_text("utf-8")), validate_formats=True
)


def misshapen(review: Any) -> list[str]:
    """Say what is not as Google's documentation has it."""
    wrong = [f"{one.instance_path}: {one.message}" for one in _SHAPES.iter_errors(review)]
    rating = review["reviewRating"]
    if "ratingValue" in rating and not (
        rating["worstRating"] <= rating["ratingValue"] <= rating["bestRating"]
        and rating["worstRating"] < rating["bestRating"]
    ):
        wrong.append("the numbers of the rating are out of order")
    return wrong


def unknown(document: Any) -> set[str]:
    """List the words of a document that are none of schema.org's."""
    if isinstance(document, list):
        return {word for one in document for word in unknown(one)}
    if not isinstance(document, dict):
        return set()
    words: set[str] = {name for name in document if not name.startswith("@")}
    words |= {document["@type"]} if "@type" in document else set()
    below: set[str] = {word for one in document.values() for word in unknown(one)}
    return (words - set(CONTEXT)) | below


def graph(document: Any) -> Graph:
    """Read a document as a graph."""
    with warnings.catch_warnings():
        # rdflib's own reader of JSON-LD uses a class that rdflib has deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        return Graph().parse(data=json.dumps(_with_context(document)), format="json-ld")


def values(found: Graph, subject: str, *path: str) -> set[str]:
    """Follow properties from a subject; give the values at the end as texts."""
    at: set[Any] = {URIRef(subject)}
    for name in path:
        at = {value for one in at for value in found.objects(one, SCHEMA[name])}
    assert all(isinstance(one, Literal | URIRef) for one in at)
    return {str(one) for one in at}


def _with_context(document: Any) -> Any:
    if isinstance(document, list):
        return [_with_context(one) for one in document]
    if not isinstance(document, dict):
        return document
    made = {name: _with_context(one) for name, one in document.items()}
    if "@context" in made:
        assert made["@context"] == "https://schema.org"
        made["@context"] = CONTEXT
    return made
