"""PATCH is JSON Merge Patch (RFC 7396): absent stays, null removes, lists are replaced whole."""

import pytest

from tests.foundation.answers import problem, where
from tests.making import Client, Make

ANY = {"If-Match": "*"}


async def test_absent_stays_null_removes_and_a_value_replaces(editor: Client, make: Make) -> None:
    made = await make.speaker(country="KZ", description="President", ref="r-1")

    changed = await editor.patch(
        made.path, json={"country": None, "description": "Head"}, headers=ANY
    )

    expected = made.body | {"country": None, "description": "Head"}
    for computed in ("version", "updated_at"):
        expected[computed] = changed.json()[computed]
    assert changed.json() == expected


async def test_objects_merge_and_null_takes_one_label_away(editor: Client, make: Make) -> None:
    made = await make.topic(labels={"en": "Border", "fr": "Frontière", "ru": "Граница"})

    changed = await editor.patch(
        made.path, json={"labels": {"fr": None, "en": "Borders", "kk": "Шекара"}}, headers=ANY
    )

    assert changed.json()["labels"] == {"en": "Borders", "ru": "Граница", "kk": "Шекара"}


async def test_the_last_label_can_not_be_taken_away(editor: Client, make: Make) -> None:
    made = await make.topic(labels={"en": "Border"})

    for labels in ({"en": None}, {}, None):
        answer = await editor.patch(made.path, json={"labels": labels}, headers=ANY)
        if labels == {}:
            assert answer.json() == made.body
        else:
            body = problem(answer, 422, "invalid-input")
            assert where(body)[0][0] == "/labels"


async def test_lists_are_replaced_whole_and_null_empties_them(editor: Client, make: Make) -> None:
    made = await make.speaker(names=[{"name": "A"}, {"name": "B"}])

    replaced = await editor.patch(made.path, json={"names": [{"name": "C"}]}, headers=ANY)
    emptied = await editor.patch(made.path, json={"names": None}, headers=ANY)

    assert [one["name"] for one in replaced.json()["names"]] == ["C"]
    assert emptied.json()["names"] == []


async def test_an_object_in_an_object_merges_too(editor: Client, make: Make) -> None:
    said = await make.statement(place={"name": "Turkistan", "country": "KZ"})

    one = await editor.patch(said.path, json={"place": {"name": None}}, headers=ANY)
    none = await editor.patch(said.path, json={"place": None}, headers=ANY)
    again = await editor.patch(said.path, json={"place": {"country": "RU"}}, headers=ANY)

    assert one.json()["place"] == {"name": None, "country": "KZ"}
    assert none.json()["place"] is None
    assert again.json()["place"] == {"name": None, "country": "RU"}


@pytest.mark.parametrize(
    ("patch", "place", "code"),
    [
        ({"name": None}, "/name", "missing"),
        ({"nope": 1}, "/nope", "unknown_field"),
        ({"nope": None}, "/nope", "unknown_field"),
        ({"id": None}, "/id", "unknown_field"),
        ({"version": 7}, "/version", "unknown_field"),
        ({"kind": "robot"}, "/kind", "enum"),
        ({"names": [{"name": "A", "nope": None}]}, "/names/0/nope", "unknown_field"),
        ({"affiliations": [{"role": "A"}]}, "/affiliations/0", "one_of"),
    ],
)
async def test_what_does_not_fit_is_pointed_at_and_nothing_changes(
    editor: Client, make: Make, patch: dict[str, object], place: str, code: str
) -> None:
    made = await make.speaker(description="As it was")

    answer = await editor.patch(made.path, json={"description": "New", **patch}, headers=ANY)

    body = problem(answer, 422, "invalid-input")
    assert where(body) == [(place, code)]
    assert (await editor.get(made.path)).json() == made.body


@pytest.mark.parametrize("content", ["[]", "null", '"a"', "1", ""])
async def test_a_patch_is_an_object(editor: Client, make: Make, content: str) -> None:
    made = await make.speaker()
    media = {"Content-Type": "application/merge-patch+json"}

    answer = await editor.patch(made.path, content=content.encode(), headers=ANY | media)

    problem(answer, 422, "invalid-input")


async def test_null_gives_a_field_with_a_default_its_default(editor: Client, make: Make) -> None:
    made = await make.statement(utterance="headline", kind="opinion")

    changed = await editor.patch(made.path, json={"utterance": None, "kind": None}, headers=ANY)

    assert (changed.json()["utterance"], changed.json()["kind"]) == ("quote", "factual")


async def test_a_patch_with_odd_text_never_fails(editor: Client, make: Make) -> None:
    made = await make.topic()
    media = {"Content-Type": "application/merge-patch+json"}

    for content in (
        '{"labels": {"en": "\\u0000"}}', '{"labels": {"\\ud800": "A"}}', '{"\\u0000": 1}',
        '{"labels": {"\\u0000": null}}', '{"description": "\\udfff"}', '{"labels": [[]]}',
        '{"key": {"a": null}}', '{"labels": {"en": {"a": null}}}',
    ):  # fmt: skip
        answer = await editor.patch(made.path, content=content.encode(), headers=ANY | media)
        assert answer.status_code in {200, 422}, answer.text
    assert (await editor.get(made.path)).json() == made.body
