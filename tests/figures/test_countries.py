"""What countries are called: a list written down from the Unicode CLDR."""

from app.figures import stated
from tests.figures import countries


def test_the_list_is_what_the_cldr_has() -> None:
    now = countries.written()
    assert stated.COUNTRIES.read_text(encoding="utf-8") == now, (
        "Write it anew: python -m tests.figures.countries"
    )
