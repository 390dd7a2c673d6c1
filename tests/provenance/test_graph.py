"""Provenance as W3C PROV: what JSON-LD reads out of the answer, triple by triple."""

import warnings
from typing import Any

from fastapi import FastAPI
from httpx2 import ASGITransport
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, PROV, RDF, RDFS, XSD, Namespace

from app.foundation.settings import Settings
from app.main import create_app
from tests.making import Client, Make, archive, change, wrong
from tests.provenance.conftest import Travelled

OURS = Namespace("urn:onrecord:terms:")
LINKED = "application/ld+json"


async def graph(client: Client, path: str, **parameters: Any) -> Graph:
    """Read a graph as a program does that knows JSON-LD."""
    answer = await client.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == LINKED
    return read(answer.text)


def read(text: str) -> Graph:
    """Read JSON-LD; rdflib 7 warns of the ways in which it does that itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return Graph().parse(data=text, format="json-ld")


async def test_each_appearance_is_derived_from_what_it_had_it_from(
    travelled: Travelled, anonymous: Client
) -> None:
    found = await graph(anonymous, travelled.path)

    derived = {(str(one), str(of)) for one, of in found.subject_objects(PROV.wasDerivedFrom)}
    quoted = {(str(one), str(of)) for one, of in found.subject_objects(PROV.wasQuotedFrom)}
    ria, paper, again, leak = map(travelled.named, ("ria", "paper", "quoted", "leak"))
    said = travelled.itself
    assert derived == {(ria, said), (paper, ria), (again, ria), (leak, said)}
    assert quoted == {(ria, said), (again, ria)}


async def test_what_was_said_is_attributed_to_who_said_it(
    travelled: Travelled, anonymous: Client
) -> None:
    found = await graph(anonymous, travelled.path)

    said = URIRef(travelled.itself)
    speaker = URIRef(f"http://test/v1/speakers/{travelled.made.body['speaker_id']}")
    saying = found.value(said, PROV.wasGeneratedBy)
    assert found.value(said, PROV.value) == Literal("environ 98.000 Russes", lang="fr")
    assert found.value(said, PROV.wasAttributedTo) == speaker
    assert found.value(saying, PROV.wasAssociatedWith) == speaker
    assert found.value(saying, OURS.speakerRole) == Literal("deputy")
    assert {PROV.Agent, PROV.Person} == set(found.objects(speaker, RDF.type))
    assert found.value(speaker, RDFS.label) == Literal("Aslan Atalykov")
    assert found.value(speaker, OWL.sameAs) == URIRef("http://www.wikidata.org/entity/Q7747")
    assert found.value(said, DCTERMS.created) == Literal("2022-09-27", datatype=XSD.date)


async def test_an_appearance_says_by_whom_in_which_way_and_how_it_strayed(
    travelled: Travelled, anonymous: Client
) -> None:
    found = await graph(anonymous, travelled.path)

    paper, ria = URIRef(travelled.named("paper")), URIRef(travelled.named("ria"))
    source = travelled.hop("paper")["source"]
    article = URIRef(f"http://test/v1/sources/{source['id']}")
    outlet = URIRef(f"http://test/v1/sources/{source['publisher']['id']}")
    fact = found.value(paper, OURS.changedFact)
    assert found.value(paper, PROV.wasAttributedTo) == outlet
    assert found.value(paper, PROV.hadPrimarySource) == article
    assert found.value(paper, OURS.role) == Literal("outlet")
    assert found.value(paper, OURS.mode) == Literal("headline")
    assert found.value(paper, OURS.fidelity) == Literal("altered")
    assert found.value(paper, OURS.driftNote) == Literal("Rounded")
    assert found.value(fact, OURS.field) == Literal("value")
    assert found.value(fact, OURS["from"]) == Literal("98000")
    assert found.value(fact, OURS.to) == Literal("100000")
    assert PROV.Organization in set(found.objects(outlet, RDF.type))
    assert found.value(article, PROV.wasAttributedTo) == outlet
    assert found.value(ria, OURS.isFirstKnown) == Literal(True)  # noqa: FBT003 - an RDF literal.
    month = found.value(ria, DCTERMS.issued)
    assert (str(month), month.datatype) == ("2022-09", XSD.gYearMonth)  # type: ignore[union-attr]


async def test_an_outlet_that_also_carried_it_itself_is_told_wholly(
    make: Make, anonymous: Client
) -> None:
    paper = await make.source(
        kind="newspaper", name="L'Indépendant", country="FR", url="https://paper.example/"
    )
    article = await make.source(publisher_id=paper.id)
    hops = [
        {"source_id": one, "role": "outlet", "mode": "summary"} for one in (article.id, paper.id)
    ]

    for order in (hops, hops[::-1]):
        said = await make.statement(appearances=order)
        found = await graph(anonymous, f"{said.path}/provenance")
        outlet = URIRef(f"http://test/v1/sources/{paper.id}")
        assert found.value(outlet, OURS.country) == Literal("FR")
        assert found.value(outlet, OURS.access) == Literal("open")
        address = Literal("https://paper.example/", datatype=XSD.anyURI)
        assert found.value(outlet, OURS.url) == address


async def test_everything_is_an_entity_an_agent_or_an_activity(
    travelled: Travelled, anonymous: Client
) -> None:
    found = await graph(anonymous, travelled.path)

    classes = {PROV.Entity, PROV.Agent, PROV.Activity}
    for node in set(found.subjects()):
        if isinstance(node, URIRef):
            assert classes & set(found.objects(node, RDF.type)), node
    for relation in (PROV.wasDerivedFrom, PROV.wasAttributedTo, PROV.wasGeneratedBy, PROV.used):
        for known in found.objects(None, relation):
            assert set(found.objects(known, RDF.type)), known
    bundle = URIRef(f"{travelled.itself}/provenance")
    recorded = Literal(travelled.made.body["updated_at"], datatype=XSD.dateTime)
    assert found.value(bundle, PROV.generatedAtTime) == recorded


async def test_a_confidential_source_is_told_to_its_own_people_alone(
    travelled: Travelled, anonymous: Client, reader: Client, stranger: Client
) -> None:
    source = URIRef(f"http://test/v1/sources/{travelled.hop('leak')['source']['id']}")

    for outsider in (anonymous, stranger):
        found = await graph(outsider, travelled.path)
        assert found.value(source, RDFS.label) is None
        assert found.value(source, OURS.access) == Literal("confidential")
        assert "wife" not in (await outsider.get(travelled.path)).text
        assert "wife" not in (await outsider.get(f"{travelled.path}?format=svg")).text
    assert (await graph(reader, travelled.path)).value(source, RDFS.label) is not None
    assert "wife" in (await reader.get(f"{travelled.path}?format=svg")).text


async def test_an_anonymous_speaker_is_nobody(make: Make, anonymous: Client) -> None:
    said = await make.statement(speaker_is_anonymous=True)

    found = await graph(anonymous, f"{said.path}/provenance")

    assert list(found.objects(None, PROV.wasAttributedTo)) == []
    assert list(found.objects(None, PROV.wasAssociatedWith)) == []
    assert set(found.subjects(RDF.type, PROV.Agent)) == set()


async def test_what_is_hidden_is_404_and_what_was_archived_410(
    make: Make, anonymous: Client, admin: Client
) -> None:
    internal = await make.statement(visibility="internal")
    gone = await make.statement()
    await archive(admin, gone)

    assert (await anonymous.get(f"{internal.path}/provenance")).status_code == 404
    assert (await admin.get(f"{internal.path}/provenance")).status_code == 200
    assert (await anonymous.get(f"{gone.path}/provenance")).status_code == 410
    assert (await anonymous.get("/v1/statements/none/provenance")).status_code == 422


async def test_it_is_cached_as_the_statement_is(
    travelled: Travelled, anonymous: Client, reader: Client
) -> None:
    first = await anonymous.get(travelled.path)
    drawn = await anonymous.get(travelled.path, headers={"Accept": "image/svg+xml"})

    again = await anonymous.get(travelled.path, headers={"If-None-Match": first.headers["ETag"]})
    other = await anonymous.get(
        travelled.path,
        headers={"Accept": "image/svg+xml", "If-None-Match": first.headers["ETag"]},
    )

    statement = await anonymous.get(travelled.made.path)
    for answer in (first, drawn, again):
        assert answer.headers["Vary"] == "Accept, Authorization, Host"
        for name in ("Cache-Control", "Surrogate-Key"):
            assert answer.headers[name] == statement.headers[name]
    assert (again.status_code, again.content) == (304, b"")
    assert other.status_code == 200
    assert (await reader.get(travelled.path)).headers["Cache-Control"].startswith("private")
    assert (await anonymous.head(travelled.path)).headers["ETag"] == first.headers["ETag"]


async def test_a_correction_shows_in_another_etag(
    travelled: Travelled, anonymous: Client, admin: Client
) -> None:
    before = (await anonymous.get(travelled.path)).headers["ETag"]

    await admin.patch(
        f"/v1/speakers/{travelled.made.body['speaker_id']}",
        json={"name": "Aslan Atalykow"},
        headers={"If-Match": "*"},
    )

    after = await anonymous.get(travelled.path, headers={"If-None-Match": before})
    assert (after.status_code, "Atalykow" in after.text) == (200, True)


async def test_the_past_is_told_as_the_public_saw_it(
    travelled: Travelled, anonymous: Client, admin: Client
) -> None:
    then = travelled.made.body["updated_at"]
    await change(admin, travelled.made, appearances=[], text="autre chose")

    now, past = [await graph(anonymous, travelled.path, **given) for given in ({}, {"as_of": then})]

    assert list(now.subject_objects(PROV.wasDerivedFrom)) == []
    assert len(list(past.subject_objects(PROV.wasDerivedFrom))) == 4
    for client in (anonymous, admin):
        shown = await client.get(travelled.path, params={"as_of": then})
        statement = await client.get(travelled.made.path, params={"as_of": then})
        for name in ("Cache-Control", "Surrogate-Key"):
            assert shown.headers.get(name) == statement.headers.get(name)
    future = await anonymous.get(travelled.path, params={"as_of": "2999-01-01T00:00:00Z"})
    assert wrong(future) == (422, {("as_of", "future")})


async def test_names_begin_with_the_public_address_where_one_is_set(
    travelled: Travelled, settings: Settings
) -> None:
    app: FastAPI = create_app(settings.model_copy(update={"public_url": "https://facts.example"}))
    async with (
        app.router.lifespan_context(app),
        Client(transport=ASGITransport(app), base_url="http://inside") as client,
    ):
        answer = await client.get(travelled.path)

    found = read(answer.text)
    said = URIRef(f"https://facts.example{travelled.made.path}")
    assert found.value(said, PROV.value) is not None
    assert "http://inside" not in answer.text
    assert answer.headers["Vary"] == "Accept, Authorization"


async def test_the_form_is_what_the_address_or_else_accept_says(
    travelled: Travelled, anonymous: Client
) -> None:
    asked = {
        "image/svg+xml": "image/svg+xml",
        "image/*": "image/svg+xml",
        "application/ld+json;q=0.5, image/svg+xml": "image/svg+xml",
        "application/ld+json, image/svg+xml;q=0.5": LINKED,
        "application/json": "application/json",
        "text/html, */*;q=0.8": LINKED,
        "": LINKED,
    }
    for accept, media in asked.items():
        answer = await anonymous.get(travelled.path, headers={"Accept": accept})
        assert answer.headers["Content-Type"] == media, accept
        drawn = await anonymous.get(
            travelled.path, params={"format": "svg"}, headers={"Accept": accept}
        )
        assert drawn.headers["Content-Type"] == "image/svg+xml"
    none = await anonymous.get(travelled.path, headers={"Accept": "text/turtle"})
    assert none.status_code == 406
    assert wrong(await anonymous.get(travelled.path, params={"format": "png"})) == (
        422,
        {("format", "enum")},
    )
