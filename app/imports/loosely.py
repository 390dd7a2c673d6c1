"""Reading values as publishers write them: each gives what is sure, and remarks on the rest."""

import html
import math
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from email.utils import parsedate_to_datetime
from typing import Any, Final

import langcodes
from pydantic_core import PydanticCustomError

from app.foundation.dates import in_utc
from app.foundation.text import normalized_address, searchable, storable, web_address

Json = dict[str, Any]
_WORD = re.compile(r"\w+")
_TAG = re.compile(r"<[a-zA-Z/!][^<>]{0,1000}>")
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_PART = re.compile(r"\d{4}(-\d{2})?")
_TURNED = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_IN_WORDS: Final = ("%B %d, %Y", "%d %B %Y", "%b %d, %Y", "%d %b %Y", "%B %Y")
_WIKIDATA = re.compile(r"wikidata\.org/(?:wiki|entity)/(Q[1-9][0-9]{0,15})(?![0-9])")
_NUMBER = re.compile(r"\s*[-+]?\d{1,15}(?:[.,]\d{1,15})?\s*")
_MONTHS: Final = 12
LONGEST_ADDRESS: Final = 2000

_NOBODY = """
    соцсетей соцсети соцсетях інтернет интернет интернете интернета мессенджеры мессенджерах
    a an and anonimo anonym anonyma anonyme anonymous anónimo auf beitrag beiträge blog blogger
    bloggers blogs by cadena cadenas chain chains circulating claim claimant claims compte
    comptes corrente correntes de des desconocido different divers diverse diverses du el email
    emails en et facebook fb fonte fontes forward forwards from fuente fuentes im image images
    in inconnu inconnue instagram internaute internautes internet la las le les los mai many
    media medias medien mehrere mensagens mensaje mensajes message messages multe multiple
    multiples mídias múltiples n na nan nas netizens netz netzwerken no nobody none null nutzer
    nutzerinnen odnoklassniki of on one online or other others page pages people person persons
    photo photos pictures plusieurs post postare posts postări publicaciones publicación
    publication publications quellen red reddit redes rețele rețelele réseau réseaux several
    shared site sites sociais social sociale sociales sociaux some source sources sozialen
    sozialer sur surse telegram the threads tiktok tweet tweets twitter unbekannt unidentified
    unknown unspecified user users usuarias usuario usuarios usuários utilisateur utilisateurs
    utilizatori varias varios various verschiedene via video videos viral vk várias vários web
    website websites weibo whatsapp x y youtube аноним анонимно анонимный анонімний в ватсап
    дописи и источники канали каналы користувачі мережі невідомо неизвестно неизвестный
    пользователи пост посты публикации разные сетей сети социальные социальных соцсети соцсетях
    соціальні телеграм фейсбук
"""
NOBODY: Final = frozenset(_NOBODY.split())
"""Words of which the names of nobody in particular are made: "Facebook posts", "Varias fuentes"."""


@dataclass(slots=True)
class Remarks:
    """What was odd, field by field."""

    found: list[Json] = field(default_factory=list)

    def add(self, pointer: str, code: str, detail: str) -> None:
        """Remark something about a field."""
        self.found.append({"pointer": pointer, "code": code, "detail": detail})


def single(value: Any, pointer: str, remarks: Remarks) -> Any:  # noqa: ANN401 - any JSON.
    """Take the first of a list; what else is in it is left out."""
    if not isinstance(value, list):
        return value
    there = [one for one in value if one not in (None, "", {}, [])]
    if len(there) > 1:
        remarks.add(pointer, "several", f"There are {len(there)}, and the first is taken")
    return there[0] if there else None


def text(value: Any, pointer: str, remarks: Remarks) -> str | None:  # noqa: ANN401 - any JSON.
    """Read a text: entities, tags and odd spaces out of it; None when nothing is left."""
    value = single(value, pointer, remarks)
    if isinstance(value, dict):
        value = value.get("@value", value.get("name"))
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    plain = html.unescape(html.unescape(value))
    if _TAG.search(plain):
        remarks.add(pointer, "markup", "It has tags in it, which are left out")
        plain = _TAG.sub(" ", plain)
    return " ".join(searchable(plain).split()) or None


def cut(value: str, longest: int, pointer: str, remarks: Remarks) -> str:
    """Shorten what is too long."""
    if len(value) <= longest:
        return value
    remarks.add(pointer, "shortened", f"It has more than {longest} characters, and is cut")
    return value[: longest - 1].rstrip() + "…"


def number(value: Any) -> float | None:  # noqa: ANN401 - any JSON.
    """Read a number, also one that is written as a text."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        value = float(value.replace(",", ".")) if _NUMBER.fullmatch(value) else None
    found = float(value) if isinstance(value, int | float) and abs(value) < 1e15 else None  # noqa: PLR2004 - beyond any scale.
    return found if found is not None and math.isfinite(found) else None


def address(value: Any, pointer: str, remarks: Remarks) -> str | None:  # noqa: ANN401 - any JSON.
    """Read an address of the web."""
    value = single(value, pointer, remarks)
    if isinstance(value, dict):
        value = value.get("@id", value.get("url"))
    if not isinstance(value, str) or not value.strip():
        return None
    try:
        found = normalized_address(web_address(storable(html.unescape(value.strip()))))
    except (PydanticCustomError, ValueError):
        found = None
    if found is None or len(found) > LONGEST_ADDRESS:
        remarks.add(pointer, "address", "This is no address of the web, and is left out")
        return None
    return found


def language(value: Any, pointer: str, remarks: Remarks) -> str | None:  # noqa: ANN401 - any JSON.
    """Read a language, as BCP 47 names it."""
    value = single(value, pointer, remarks)
    if isinstance(value, dict):
        value = value.get("alternateName") or value.get("name")
    if not isinstance(value, str) or not value.strip():
        return None
    tag = value.strip().replace("_", "-")
    if langcodes.tag_is_valid(tag):
        return langcodes.standardize_tag(tag)
    remarks.add(pointer, "language", f"'{value[:40]}' is no language of BCP 47, and is left out")
    return None


def instant(value: Any, pointer: str, remarks: Remarks) -> datetime | None:  # noqa: ANN401 - any JSON.
    """Read an instant; a bare day begins at midnight in UTC, and so does what has no zone."""
    value = single(value, pointer, remarks)
    if not isinstance(value, str) or not value.strip():
        return None
    try:
        found = datetime.fromisoformat(value.strip())
    except ValueError:
        known = _mail(value)
        if known is not None:
            return known
        on = day(value, pointer, remarks)
        if on is None or len(on) < len("2022-09-27"):
            return None
        found = datetime.fromisoformat(on)
    if found.tzinfo is None:
        if found.time() != time(0):
            remarks.add(pointer, "zone", "It names no zone, and is taken for UTC")
        found = found.replace(tzinfo=UTC)
    try:
        return in_utc(found)
    except (PydanticCustomError, OverflowError):
        remarks.add(pointer, "date", f"'{value[:40]}' is no date, and is left out")
        return None


def day(value: Any, pointer: str, remarks: Remarks) -> str | None:  # noqa: ANN401 - any JSON.
    """Read a day, or the part of one that is told. What can be read in two ways is left out."""
    value = single(value, pointer, remarks)
    if not isinstance(value, str) or not value.strip():
        return None
    given = value.strip()
    found = _day(given)
    if found is None:
        remarks.add(pointer, "date", f"'{given[:40]}' is no sure date, and is left out")
    return found


def _day(given: str) -> str | None:
    if _PART.fullmatch(given):
        return given if _is_there(f"{given}-01-01"[:10]) and given[:4] != "0000" else None
    numbers = _DAY.match(given)
    if numbers is not None:
        return _written(int(numbers[1]), int(numbers[2]), int(numbers[3]))
    numbers = _TURNED.fullmatch(given)
    if numbers is not None:
        return _turned(int(numbers[1]), int(numbers[2]), int(numbers[3]))
    mail = _mail(given)
    return _in_words(given) if mail is None else mail.date().isoformat()


def _turned(first: int, second: int, year: int) -> str | None:
    """Read a date that ends with the year, where only one of its numbers can be the month."""
    if first > _MONTHS or first == second:
        return _written(year, second, first)
    return _written(year, first, second) if second > _MONTHS else None


def _in_words(given: str) -> str | None:
    for form in _IN_WORDS:
        try:
            found = datetime.strptime(given, form).replace(tzinfo=UTC)
        except ValueError:
            continue
        return found.strftime("%Y-%m") if "%d" not in form else found.date().isoformat()
    return None


def _mail(given: str) -> datetime | None:
    """Read a date as mails have it (RFC 5322)."""
    try:
        found = parsedate_to_datetime(given)
    except (ValueError, IndexError, TypeError):
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _written(year: int, month: int, of_month: int) -> str | None:
    made = f"{year:04}-{month:02}-{of_month:02}"
    return made if _is_there(made) else None


def _is_there(made: str) -> bool:
    try:
        return bool(datetime.fromisoformat(made))
    except ValueError:
        return False


def wikidata_id(value: Any) -> str | None:  # noqa: ANN401 - any JSON.
    """Find an item of Wikidata among addresses."""
    for one in value if isinstance(value, list) else [value]:
        found = _WIKIDATA.search(one) if isinstance(one, str) else None
        if found is not None:
            return found[1]
    return None


def is_nobody(name: str) -> bool:
    """Say whether a name names nobody in particular: all its words are such words."""
    return all(word in NOBODY for word in _WORD.findall(name.casefold()))
