"""A newsroom's system talks to onrecord, by the Python client that was generated for it.

ONRECORD_URL=http://localhost:8000 ONRECORD_KEY=onr_… python story.py
"""

import os
from http import HTTPStatus
from typing import TypeVar
from uuid import uuid4

from httpx import Timeout
from onrecord_client import AuthenticatedClient
from onrecord_client.api.statements import (
    archive_statement,
    change_statement,
    create_statement,
    get_statement,
    list_statements,
)
from onrecord_client.models import (
    AppearanceMode,
    AppearanceRole,
    NewAppearance,
    NewSource,
    NewSpeaker,
    NewStatement,
    ProblemDetails,
    SourceKind,
    SpeakerKind,
    Statement,
    StatementPage,
    StatementPatch,
    StatementSort,
)
from onrecord_client.types import UNSET, Response, Unset

T = TypeVar("T")
client = AuthenticatedClient(
    base_url=os.environ["ONRECORD_URL"], token=os.environ["ONRECORD_KEY"], timeout=Timeout(30)
)


def told(answer: Response[T], expected: type[Statement]) -> Statement:
    """Take the statement out of an answer, or stop with the problem."""
    if not isinstance(answer.parsed, expected):
        raise SystemExit(f"{answer.status_code}: {answer.parsed}")
    return answer.parsed


def refused(answer: Response[T], status: HTTPStatus) -> ProblemDetails:
    """Take the problem out of an answer that should be one."""
    if answer.status_code != status or not isinstance(answer.parsed, ProblemDetails):
        raise SystemExit(f"{answer.status_code} instead of {status}: {answer.parsed}")
    return answer.parsed


# A statement, with its speaker and where it stood. The key makes it safe to send again.
new = NewStatement(
    ref=f"cms-{uuid4()}",
    text="À ce jour, environ 98.000 Russes sont entrés au Kazakhstan depuis le 21 septembre",
    language="fr",
    said_on="2022-09-27",
    speaker=NewSpeaker(name="Aslan Atalykov", kind=SpeakerKind.PERSON, country="KZ"),
    appearances=[
        NewAppearance(
            role=AppearanceRole.AGENCY,
            mode=AppearanceMode.DIRECT_QUOTE,
            source=NewSource(kind=SourceKind.NEWS_AGENCY, name="RIA Novosti"),
        )
    ],
)
key = str(uuid4())
created = create_statement.sync_detailed(client=client, body=new, idempotency_key=key)
statement = told(created, Statement)
print(created.status_code.value, "recorded", created.headers["Location"])

# The answer was lost? Send it again: nothing is recorded twice.
again = create_statement.sync_detailed(client=client, body=new, idempotency_key=key)
assert told(again, Statement).id == statement.id
assert again.headers["Idempotent-Replayed"] == "true"
print(again.status_code.value, "the first answer, given again")

# Another request under the same key is a mistake, and so is a reference that is taken.
other = NewStatement(text="Another one.", language="en", speaker_is_anonymous=True)
problem = refused(
    create_statement.sync_detailed(client=client, body=other, idempotency_key=key),
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
print(problem.status, problem.type_)
problem = refused(create_statement.sync_detailed(client=client, body=new), HTTPStatus.CONFLICT)
print(problem.status, problem.type_, problem.errors[0].pointer)

# Two editors read the same version. The second one is told, looks again, and tries again.
etag = created.headers["ETag"]
first = StatementPatch(summary="About 98,000 Russians have entered Kazakhstan")
second = StatementPatch(occasion="A press conference")
told(
    change_statement.sync_detailed(statement.id, client=client, body=first, if_match=etag),
    Statement,
)
problem = refused(
    change_statement.sync_detailed(statement.id, client=client, body=second, if_match=etag),
    HTTPStatus.PRECONDITION_FAILED,
)
print(problem.status, problem.type_, "it is version", problem.version)
fresh = get_statement.sync_detailed(statement.id, client=client)
changed = change_statement.sync_detailed(
    statement.id, client=client, body=second, if_match=fresh.headers["ETag"]
)
statement = told(changed, Statement)
assert statement.summary == first.summary
print(changed.status_code.value, "version", statement.version)

# All statements, page by page, the latest first.
seen: list[Statement] = []
cursor: str | Unset = UNSET
while True:
    page = list_statements.sync(
        client=client, limit=4, cursor=cursor, sort=StatementSort.SAID_ON_DESCENDING
    )
    if not isinstance(page, StatementPage):
        raise SystemExit(page)
    seen += page.items
    if page.next_ is None:
        break
    cursor = page.next_
assert len({one.id for one in seen}) == len(seen)
assert statement.id in {one.id for one in seen}
print("paged through all of them")

# Those of one speaker.
if statement.speaker_id is None:
    raise SystemExit("It has a speaker")
found = list_statements.sync(client=client, speaker_id=statement.speaker_id, count=True)
if not isinstance(found, StatementPage):
    raise SystemExit(found)
assert [one.id for one in found.items] == [statement.id]
print(
    len(found.items), "statement of", "nobody" if not statement.speaker else statement.speaker.name
)

# Archived: it is gone from the lists, and its address says so.
archived = archive_statement.sync_detailed(
    statement.id, client=client, if_match=changed.headers["ETag"]
)
print(archived.status_code.value, "archived")
problem = refused(get_statement.sync_detailed(statement.id, client=client), HTTPStatus.GONE)
print(problem.status, problem.type_)
