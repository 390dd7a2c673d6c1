"""README's commands, run as they are printed."""

import shutil

import pytest

from tests.docs.conftest import Newcomer
from tests.docs.readme import README, acts, answers, comparable, rewritten

needs_a_shell = pytest.mark.skipif(
    shutil.which("curl") is None or shutil.which("bash") is None,
    reason="README's commands need curl and bash",
)


@needs_a_shell
def test_the_commands_of_the_readme_answer_what_is_printed(newcomer: Newcomer) -> None:
    printed = acts(README.read_text("utf-8"))

    given = answers([act.command for act in printed], newcomer.folder, newcomer.service.port)

    expected = comparable([act.answer for act in printed])
    assert "\n".join(comparable(given)) == "\n".join(expected)


def test_every_curl_of_the_readme_is_run() -> None:
    page = README.read_text("utf-8")

    commands = "".join(act.command for act in acts(page))

    assert page.count("curl -s") == commands.count("curl -s") > 9


def test_ids_may_differ_but_must_stay_the_same_thing() -> None:
    one, other = (f"01a20470-f7d1-7338-b238-e2669ef3aa4{digit}" for digit in "01")

    assert comparable([f"{one} {one}"]) == comparable([f"{other} {other}"])
    assert comparable([f"{one} {other}"]) != comparable([f"{one} {one}"])


def test_fresh_answers_take_the_place_of_printed_ones() -> None:
    page = README.read_text("utf-8")
    printed = [act.answer for act in acts(page)]

    assert rewritten(page, printed) == page
    assert [act.answer for act in acts(rewritten(page, ["new\n"] * len(printed)))] == [
        "new\n"
    ] * len(printed)
