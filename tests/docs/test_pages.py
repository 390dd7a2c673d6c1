"""The pages of docs/: what they link to is there, and they say what the code does."""

import re
from pathlib import Path

import pytest

from app.access.scopes import ROLES
from app.tables.api_key import Scope
from tests.docs import matrix, problems, states
from tests.making import Client

HOUSE = Path(__file__).parents[2]
PAGES = [HOUSE / "README.md", HOUSE / "CHANGELOG.md", *sorted((HOUSE / "docs").rglob("*.md"))]
_CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.DOTALL | re.MULTILINE)
_BLOCK = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def links(page: Path) -> list[str]:
    """Read the relative links of a page, outside of code."""
    found: list[str] = _LINK.findall(_CODE.sub("", page.read_text("utf-8")))
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def anchors(page: Path) -> set[str]:
    """Name the headings of a page as links name them."""
    headings = _HEADING.findall(_BLOCK.sub("", page.read_text("utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def target(page: Path, link: str) -> Path:
    """Give the file or folder that a link names."""
    path = link.partition("#")[0]
    return (page.parent / path).resolve() if path else page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HOUSE)))
def test_what_a_page_links_to_is_there(page: Path) -> None:
    broken = [
        link
        for link in links(page)
        if not target(page, link).exists()
        or ("#" in link and link.partition("#")[2] not in anchors(target(page, link)))
    ]

    assert broken == []


def test_every_page_is_reached_from_the_readme() -> None:
    reached, waiting = set(), [HOUSE / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in reached:
            reached.add(page)
            waiting += [
                found
                for link in links(page)
                if (found := target(page, link)).suffix == ".md" and found.exists()
            ]

    assert set(PAGES) - reached == set()


def test_the_table_of_who_may_do_what_is_current() -> None:
    page = matrix.PAGE.read_text("utf-8")

    assert page == matrix.written(page), "python -m tests.docs.matrix"


def test_the_tables_of_states_are_current() -> None:
    page = states.PAGE.read_text("utf-8")

    assert page == states.written(page), "python -m tests.docs.states"


def test_the_page_of_problems_is_current() -> None:
    assert problems.PAGE.read_text("utf-8") == problems.page(), "python -m tests.docs.problems"


@pytest.mark.parametrize("slug", problems.known())
async def test_each_type_of_problem_answers_its_explanation(anonymous: Client, slug: str) -> None:
    problem = problems.known()[slug]

    answer = await anonymous.get(f"/problems/{slug}")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert f"<h1>{problem.title()}</h1>" in answer.text
    assert f"Status {problem.status}" in answer.text


async def test_a_type_that_does_not_exist_is_not_explained(anonymous: Client) -> None:
    assert (await anonymous.get("/problems/no-such-problem")).status_code == 404


def test_the_page_of_access_has_the_scopes_of_each_role() -> None:
    page = (HOUSE / "docs" / "access.md").read_text("utf-8")

    for role, scopes in ROLES.items():
        cells = [f"`{role.value}`", *("yes" if scope in scopes else "" for scope in Scope)]
        row = "".join(f"| {cell} ".replace("  ", " ") for cell in cells)
        assert f"\n{row}|\n" in page
    assert [scope for scope in Scope if f"\n| `{scope.value}` | " not in page] == []
