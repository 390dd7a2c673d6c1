"""What countries are called, as the Unicode CLDR has it: `python -m tests.figures.countries`.

Babel would load all it knows of a language for that, 38 MB for all of them.
"""

import json
from pathlib import Path

from babel import Locale
from babel.core import get_cldr_version

from app.figures import stated, wording

LANGUAGES = (
    "en", "fr", "de", "es", "pt", "it", "nl", "pl", "cs", "sk", "ru", "uk", "be", "bg", "sr", "kk",
    "ky", "tr", "az", "uz", "ro", "hu", "el", "fi", "sv", "da", "nb", "ar", "fa", "he", "hi", "ka",
    "hy",
)  # fmt: skip
"""Chinese, Japanese and Thai are left out, for their words aren't parted."""


def written() -> str:
    """Write the names of each country, as names are compared; what an earlier one has, it keeps."""
    taken: set[str] = set()
    found: dict[str, list[str]] = {}
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            plain = wording.plain(name)
            is_country = len(code) == len("XK") and code.isalpha() and len(plain) > len("XK")
            if is_country and plain not in taken:
                taken.add(plain)
                found.setdefault(code, []).append(plain)
    origin = f"Unicode CLDR {get_cldr_version()}, © Unicode, Inc., Unicode License V3"
    told = {"origin": origin, "names": dict(sorted(found.items()))}
    return json.dumps(told, ensure_ascii=False, indent=0) + "\n"


if __name__ == "__main__":
    Path(stated.COUNTRIES).write_text(written(), encoding="utf-8")
