"""What can be done with texts: look for what they claim, one by one, or sentence by sentence."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from typing import Final
from uuid import UUID

from app.access.naming import documents
from app.access.reading import Reading
from app.documents.match import MatchedQuery, MatchLeg
from app.documents.statement import STATEMENT
from app.foundation.problems import invalid
from app.matching import sentences
from app.matching.found import Asked, Found
from app.matching.matching import AT_ONCE, Answers, Matcher
from app.matching.schemas import MOST_SENTENCES, MatchQuery, NewDocumentMatch, NewMatch
from app.matching.sentences import Sentence
from app.matching.weighing import MATCH
from app.speakers.queries import SPEAKERS

ALIKE: Final = 0.75
"""From which likeness of names on a speaker may be who is meant."""
MOST_SPEAKERS: Final = 20


def matcher(reader: Reading) -> Matcher:
    """Give who knows how to find what was claimed before."""
    found: Matcher = reader.request.app.state.matcher
    return found


async def matched(reader: Reading, wanted: NewMatch) -> bytes:
    """Look for what each of some texts claims."""
    named: dict[str, frozenset[UUID]] = {}
    asked = [await _asked(reader, one, named) for one in wanted.queries]
    answers = await _answers(reader, asked, wanted.limit, wanted.min_score)
    shown = await _shown(reader, answers)
    results = [
        b'{"query": %s, "matches": %s}' % (_query(query), found)
        for query, found in zip(wanted.queries, shown, strict=True)
    ]
    return b'{"results": [%s], %s}' % (b", ".join(results), _how(answers.legs, answers.model))


async def read_document(reader: Reading, wanted: NewDocumentMatch) -> AsyncIterator[bytes]:
    """Look for what each sentence of an article claims; each is given as soon as it is known.

    Raises `InvalidInput` when there are too many.
    """
    found = sentences.split(wanted.text, wanted.language)
    if len(found) > MOST_SENTENCES:
        detail = f"This has {len(found)} sentences; {MOST_SENTENCES} are read at most"
        raise invalid("/text", "too_long", detail)
    return _read(reader, wanted, found)


async def _read(
    reader: Reading, wanted: NewDocumentMatch, found: Sequence[Sentence]
) -> AsyncIterator[bytes]:
    """Give what is known of each sentence, and at last by what it was looked for."""
    speakers = await _speakers(reader, wanted.speaker)
    legs, model = [MatchLeg.LEXICAL], None
    for at in range(0, len(found), AT_ONCE):
        some = found[at : at + AT_ONCE]
        asked = [
            Asked(one.text, wanted.language, wanted.said_on, speakers)
            for one in some
            if one.skipped is None
        ]
        answers = await _answers(reader, asked, wanted.limit, wanted.min_score)
        if asked:
            legs, model = answers.legs, answers.model
        shown = iter(await _shown(reader, answers))
        for one in some:
            yield _sentence(one, b"[]" if one.skipped else next(shown))
    yield b"{%s}" % _how(legs, model)


async def whole(parts: AsyncIterator[bytes]) -> bytes:
    """Put what is known of a document together."""
    *found, how = [part async for part in parts]
    return b'{"sentences": [%s], %s' % (b", ".join(found), how[1:])


async def lines(parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Write each part on a line of its own."""
    async for part in parts:
        yield part + b"\n"


async def _answers(
    reader: Reading, asked: Sequence[Asked], limit: int, min_score: float
) -> Answers:
    viewer = reader.caller.organization_id
    found = await matcher(reader).answers(asked, reader.view, viewer, most=limit)
    kept = [[one for one in some if one.score >= min_score][:limit] for some in found.found]
    return Answers(kept, found.model)


async def _asked(reader: Reading, query: MatchQuery, named: dict[str, frozenset[UUID]]) -> Asked:
    name = str(query.speaker)
    if name not in named:
        named[name] = await _speakers(reader, query.speaker)
    return Asked(query.text, query.language, query.said_on, named[name])


async def _speakers(reader: Reading, meant: str | None) -> frozenset[UUID]:
    """Give who may be meant by a name, or an id."""
    if meant is None:
        return frozenset()
    with suppress(ValueError):
        return frozenset({UUID(meant)})
    values = {"viewer": reader.caller.organization_id}
    found, _ = await reader.finder.names(meant, SPEAKERS, reader.view, values, most=MOST_SPEAKERS)
    return frozenset(one.id for one in found if one.likeness >= ALIKE)


async def _shown(reader: Reading, answers: Answers) -> list[bytes]:
    """Write what was found for each text; what was hidden meanwhile is left out."""
    ids = list({one.id for some in answers.found for one in some})
    by_id = await documents(reader, STATEMENT, ids)
    shown = []
    for some in answers.found:
        matches = [_match(one, by_id[one.id]) for one in some if one.id in by_id]
        shown.append(b"[%s]" % b", ".join(matches))
        await asyncio.sleep(0)
    return shown


def _match(found: Found, document: bytes) -> bytes:
    reasons = b", ".join(one.model_dump_json().encode() for one in found.reasons)
    return b'{"statement": %s, "verdicts": %s, "score": %s, "match": %s, "reasons": [%s]}' % (
        document,
        _verdicts(document),
        repr(round(found.score, 4)).encode(),
        b"true" if found.is_match else b"false",
        reasons,
    )


def _verdicts(document: bytes) -> bytes:
    """Write the verdicts that count for a statement: its own, and what it inherits."""
    read = json.loads(document)
    own = [one | {"statement_id": read["id"]} for one in read["verdicts"]]
    return json.dumps(own + read["inherited_verdicts"], ensure_ascii=False).encode()


def _query(query: MatchQuery) -> bytes:
    said = MatchedQuery(
        text=query.text,
        language=query.language,
        said_on=query.said_on,
        speaker=query.speaker,
    )
    return said.model_dump_json().encode()


def _sentence(one: Sentence, matches: bytes) -> bytes:
    return b'{"start": %d, "end": %d, "text": %s, "skipped": %s, "matches": %s}' % (
        one.start,
        one.end,
        json.dumps(one.text, ensure_ascii=False).encode(),
        json.dumps(one.skipped).encode(),
        matches,
    )


def _how(legs: Sequence[MatchLeg], model: str | None) -> bytes:
    return b'"legs": %s, "model": %s, "threshold": %s' % (
        json.dumps(legs).encode(),
        json.dumps(model).encode(),
        repr(MATCH).encode(),
    )
