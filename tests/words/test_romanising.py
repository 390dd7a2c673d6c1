"""Words of any script in ASCII, and the key in which their spellings fall together."""
# ruff: noqa: RUF001 -- letters that look like others are what this is about

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.words.romanising import LONGEST, folded, romanised
from tests.pace import spending

LONG = 20_000
AT_ONCE = 0.1


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("РИА Новости", "ria novosti"),
        ("Қасым-Жомарт Тоқаев", "qasym zhomart toqaev"),
        ("Джонатан Белл", "jonatan bell"),
        ("Філіп Гаммонд", "filip hammond"),
        ("Питър", "pitar"),
        ("Ντένζιλ Μπαρέιρο", "denzil bareiro"),
        ("Ευαγγελία", "evangelia"),
        ("توكاييف", "tukaiif"),
        ("اولسون", "ulsun"),
        ("קריס סטיוארט", "kris stioart"),
        ("ストリックランド", "strikrand"),
        ("トヨタ", "toyota"),
        ("스트릭랜드", "strikraend"),
        ("李克强", "likeqiang"),
        ("戈登·布朗", "godeng buron"),
        ("नरेन्द्र मोदी", "narendr modi"),
        ("Հարությունյան", "harutyunyan"),
        ("ქემალ", "kemal"),
        ("İlham Əliyev", "ilham aliyev"),
        ("Ștefan  Łódź—Strauß", "stefan lodz strauss"),
    ],
)
def test_every_script_is_read_as_it_sounds(text: str, read: str) -> None:
    assert romanised(text) == read


@pytest.mark.parametrize(
    "spellings",
    [
        "Tokayev Tokaïev Tokaev Toqaev Tokajew Tokayeff Токаев Тоқаев توكاييف",
        "Jomart Zhomart Жомарт",
        "Kassym Qasym Kasım Касым Қасым",
        "Tchaïkovski Tschaikowski Tchaikovsky Чайковский",
        "Khrushchev Khrouchtchev Хрущев",
        "Müller Muller Мюллер",
    ],
)
def test_the_spellings_of_a_word_share_one_key(spellings: str) -> None:
    assert len({folded(word) for word in spellings.split(" ")}) == 1


def test_different_names_keep_different_keys() -> None:
    names = ("Tokayev", "Takayama", "Nazarbayev", "Navalny", "Novosti", "Nova")

    assert len({folded(name) for name in names}) == len(names)


@given(st.text(st.characters()))
def test_every_string_has_a_reading_in_ascii_words(text: str) -> None:
    read = romanised(text)

    assert read.isascii()
    assert read == " ".join(read.split()).lower()
    assert folded(text).isascii()


@pytest.mark.parametrize(
    "text",
    [
        "\x00",
        "\ud800",
        "\udfff\u200fa\u202e",
        "😀👩‍👩‍👧",
        "",
        " ",
        "ー",
        "ッ",
        "्",
        "'",
    ],
)
def test_what_is_no_word_is_read_quietly(text: str) -> None:
    assert romanised(text) in {"", "a"}


@pytest.mark.parametrize(
    "unit",
    ["a", "y", "sh", "ъ", "و", "א", "ー", "ュ", "ﷺ", "가", "क", "·", " ", "'", "i o", "\ud800"],
)
def test_a_long_string_is_read_at_once_and_in_part(unit: str) -> None:
    with spending() as spent:
        read, key = romanised(unit * LONG), folded(unit * LONG)

    assert spent.seconds < AT_ONCE
    assert max(len(read), len(key)) <= LONGEST
