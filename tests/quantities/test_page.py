"""What docs/quantities.md says of its examples is so."""

import re
from pathlib import Path

from tests.making import Client, Json, Make
from tests.quantities.test_comparing import compared, held

PAGE = (Path(__file__).parents[2] / "docs" / "quantities.md").read_text(encoding="utf-8")


def table(name: str) -> list[list[str]]:
    """Read a table of examples, with its head."""
    found = re.search(
        rf"<!-- examples: {name} -->\n(.*?)<!-- examples: until here -->", PAGE, re.DOTALL
    )
    assert found is not None, name
    head, _, *lines = found[1].strip().splitlines()
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in (head, *lines)]


async def test_the_examples_compare_as_the_page_says(make: Make, anonymous: Client) -> None:
    head, *rows = table("quantities")
    given: dict[str, Json] = {
        row[0]: {name: cell for name, cell in zip(head, row, strict=True) if name and cell}
        for row in rows
    }
    made = {name: await held(make, quantity) for name, quantity in given.items()}
    _, *expected = table("comparisons")

    found = []
    for a, b, _, why in expected:
        one = await compared(anonymous, made[a], made[b])
        reasons = ", ".join(reason["reason"] for reason in one["reasons"])
        found.append([a, b, one["relation"] or reasons, why])

    assert found == expected
    assert len(expected) >= 12
