"""The page of problems, written from their classes.

`python -m tests.docs.problems` writes docs/problems.md anew.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import app.main
from app.foundation.manual import problem_types
from app.foundation.problems import Problem

PAGE = Path(__file__).parents[2] / "docs" / "problems.md"

_HEAD = """# Problems

Everything that is refused is a problem (RFC 9457), as `application/problem+json`:

| member | says |
|---|---|
| `type` | which problem; an address that answers the explanation below |
| `title`, `status` | its name, and the HTTP status |
| `detail` | what was wrong this time, for people |
| `instance` | the path that was asked |
| `request_id` | the answer's `X-Request-Id`, under which it is in the log |
| `errors` | what is wrong with the input: `pointer` into the body (RFC 6901), or `parameter`, or \
`header`; a `code` for programs; a `detail` for people |

Some types have a member more; it is said with them. Decide by `type` and `code`: titles and \
details may change. An example is in the [README](../README.md#what-is-refused).

| status | type |
|---|---|
"""


def known() -> dict[str, type[Problem]]:
    """Give the service's types of problems by slug, without those that tests make up."""
    return {
        slug: problem
        for slug, problem in problem_types().items()
        if problem.__module__.startswith(f"{app.__name__}.")
    }


def page() -> str:
    """Write the page: an overview by status, then each type explained."""
    types = known()
    by_status = sorted(types.items(), key=lambda one: (one[1].status, one[0]))
    rows = "".join(f"| {problem.status} | [{slug}](#{slug}) |\n" for slug, problem in by_status)
    return _HEAD + rows + "".join(_section(slug, problem) for slug, problem in types.items())


def _section(slug: str, problem: type[Problem]) -> str:
    words = "\n\n".join(_paragraphs(problem.explanation()))
    return f"\n## {slug}\n\n**{problem.title()}**, {problem.status}. {words}\n"


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in text.split("\n\n"):
        yield " ".join(paragraph.split())


if __name__ == "__main__":
    sys.stdout.write(f"{PAGE.write_text(page(), 'utf-8')} characters\n")
