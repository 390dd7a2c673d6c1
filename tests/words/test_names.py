"""Names of people and outlets, compared across scripts and slips."""
# ruff: noqa: RUF001 -- letters that look like others are what this is about

import sys
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.words import candidates, dictionary, names
from app.words.names import LIKE_ENOUGH, MOST_WORDS, NameKeys, keys, likeness
from tests.pace import spending

KNOWN = (
    "Kassym-Jomart Tokayev",
    "Aslan Atalykov",
    "RIA Novosti",
    "Ted Strickland",
    "William Jefferson",
    "Chris Stewart",
    "Gordon Brown",
    "Pak Yong-ho",
    "Thomas de Maizière",
)


def likest(asked: str) -> str | None:
    """Find the likest of the known names, if any is like enough."""
    likeness_, name = max((likeness(keys(asked), keys(name)), name) for name in KNOWN)
    return name if likeness_ >= LIKE_ENOUGH else None


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("Tokaïev", "Kassym-Jomart Tokayev"),
        ("Тоқаев Қасым-Жомарт", "Kassym-Jomart Tokayev"),
        ("توكاييف", "Kassym-Jomart Tokayev"),
        ("Atalykovn", "Aslan Atalykov"),
        ("РИА Новости", "RIA Novosti"),
        ("テッド・ストリックランド", "Ted Strickland"),
        ("ویلیام جفرسون", "William Jefferson"),
        ("קריס סטיוארט", "Chris Stewart"),
        ("戈登·布朗", "Gordon Brown"),
        ("Γκόρντον Μπράουν", "Gordon Brown"),
        ("박영호", "Pak Yong-ho"),
        ("Thomas Demaiziere", "Thomas de Maizière"),
        ("Gordno Brown", "Gordon Brown"),
    ],
)
def test_a_name_is_known_in_any_script_and_with_slips(asked: str, name: str) -> None:
    assert likest(asked) == name


@pytest.mark.parametrize(
    "nonsense", ["zzqxw", "asdfgh jklm", "qqq", "x", "😀", "", "\x00", "123456"]
)
def test_nonsense_is_like_no_name(nonsense: str) -> None:
    assert likest(nonsense) is None


def test_the_same_name_is_entirely_like_itself() -> None:
    assert all(likeness(keys(name), keys(name)) == pytest.approx(1) for name in KNOWN)


def test_a_surname_alone_is_liker_than_a_first_name() -> None:
    asked = keys("Gordon")

    assert likeness(asked, keys("Ruth Gordon")) > likeness(asked, keys("Gordon Brown"))


def test_an_initial_stands_for_a_name() -> None:
    asked = keys("G. Brown")

    assert likeness(asked, keys("Gordon Brown")) > likeness(asked, keys("Dan Brown"))


@given(st.text(st.characters()), st.text(st.characters()))
def test_any_two_strings_can_be_compared(one: str, other: str) -> None:
    asked = keys(one)

    assert 0 <= likeness(asked, keys(other)) <= 1 + 1e-9
    assert {leg.order for leg in candidates.legs(asked)}
    assert all("\x00" not in part for part in (asked.ascii, *asked.folds, *asked.sounds))


@pytest.mark.parametrize(
    "unit", ["a", "a b ", "\ud800", "\u200f", "😀", "ss", "er", "ngx ", "الx "]
)
def test_a_long_string_is_compared_at_once(unit: str) -> None:
    with spending() as spent:
        asked = keys(unit * 10_000)
        alike = likeness(asked, keys("a b c d e f g h i j k l"))

    assert alike < 1
    assert len(asked.folds) <= MOST_WORDS
    assert spent.seconds < 0.5


def test_legs_bind_what_their_parameters_give() -> None:
    for name in ("Tokaïev", "Gordon Brown", "", "Thomas de Maizière the Younger"):
        asked = keys(name)
        bound = candidates.parameters(asked)

        asked_for = " ".join(leg.condition + leg.order for leg in candidates.legs(asked))
        assert all(f":{at}" in asked_for or at.startswith(("sym", "sou", "glu")) for at in bound)


def test_a_default_installation_never_looks_for_the_dictionary(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "rigour._core", None)
    dictionary.forget()

    assert keys("Билл Клинтон").symbols == ()
    with pytest.raises(ModuleNotFoundError):
        keys("Билл Клинтон", dictionary=True)


def test_the_dictionary_makes_forms_of_one_name_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    forms = {"Билл": "BILL", "William": "BILL"}
    monkeypatch.setitem(sys.modules, "rigour._core", stand_in(forms))
    dictionary.forget()

    asked, known = (keys(name, dictionary=True) for name in ("Билл Клинтон", "William Clinton"))
    dictionary.forget()

    assert asked.symbols == ("BILL", "/")
    assert likeness(asked, known) > likeness(keys("Билл Клинтон"), keys("William Clinton"))
    assert len(candidates.legs(asked)) > len(candidates.legs(keys("Билл Клинтон")))


def stand_in(forms: dict[str, str]) -> SimpleNamespace:
    """Stand in for the dictionary's core, which need not be installed."""

    def analyze_names(_: object, words: list[str], **_options: bool) -> list[SimpleNamespace]:
        symbols = {SimpleNamespace(id=forms[word]).id for word in words if word in forms}
        return [SimpleNamespace(symbols=[SimpleNamespace(id=symbol) for symbol in symbols])]

    return SimpleNamespace(analyze_names=analyze_names, NameTypeTag=SimpleNamespace(PER="PER"))


def test_keys_are_immutable_and_hashable() -> None:
    assert isinstance(keys("Gordon Brown"), NameKeys)
    assert len({keys("Gordon Brown"), keys("gordon  brown")}) == 1
    assert names.VERSION >= 1
