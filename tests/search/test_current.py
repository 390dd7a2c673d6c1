"""What is found is what is recorded, from the moment it is, and no more than one may see."""

import asyncpg

from tests.making import Client, Make, archive, change
from tests.search.looking import found, ids, statements


async def test_a_change_is_found_at_once_and_what_was_is_not(
    make: Make, editor: Client, anonymous: Client
) -> None:
    made = await make.statement(text="The bridge is open")

    await change(editor, made, text="The tunnel is shut")

    assert await statements(anonymous, "bridge") == []
    assert await statements(anonymous, "tunnel") == [made.id]


async def test_an_archived_statement_is_not_found(
    make: Make, editor: Client, anonymous: Client
) -> None:
    made = await make.statement(text="The bridge is open")

    await archive(editor, made)

    assert await statements(anonymous, "bridge") == []


async def test_internal_statements_are_found_by_their_own_people_only(
    make: Make, reader: Client, stranger: Client, anonymous: Client
) -> None:
    made = await make.statement(text="The bridge is open", visibility="internal")

    assert await statements(reader, "bridge") == [made.id]
    assert await statements(stranger, "bridge") == []
    assert await statements(anonymous, "bridge") == []
    listed = await stranger.get("/v1/statements", params={"q": "bridge"})
    assert listed.json()["items"] == []


async def test_a_verdict_is_searched_when_it_is_out_and_no_earlier(
    make: Make, reader: Client, anonymous: Client
) -> None:
    draft = await make.verdict(headline="A quagmire of numbers")
    assert await statements(reader, "quagmire") == []

    await make.publish(draft)
    assert await statements(anonymous, "quagmire") == [draft.body["statement_id"]]


async def test_a_new_name_of_a_speaker_finds_what_they_said(
    make: Make, editor: Client, anonymous: Client
) -> None:
    speaker = await make.speaker(name="Olga Ivanova")
    said = await make.statement(text="It rains", speaker_id=speaker.id)

    await change(editor, speaker, name="Olga Zhabrovets")

    assert await ids(anonymous, "Ivanova") == []
    assert await ids(anonymous, "Жабровец") == [speaker.id, said.id]


async def test_a_merged_speaker_is_found_by_the_names_of_both(
    make: Make, editor: Client, anonymous: Client
) -> None:
    one, other = await make.speaker(name="Aslan Atalykov"), await make.speaker(name="A. Bekov")
    said = await make.statement(text="It rains", speaker_id=one.id)

    merged = await editor.post(f"{one.path}/merge", json={"into": other.id}, headers=one.if_match)
    assert merged.status_code == 200, merged.text
    assert set(await ids(anonymous, "Atalykov")) == {other.id, said.id}
    assert set(await ids(anonymous, "Bekov")) == {other.id, said.id}

    back = await editor.post(f"{one.path}/unmerge", json={})
    assert back.status_code == 200, back.text
    assert set(await ids(anonymous, "Atalykov")) == {one.id, said.id}
    assert await ids(anonymous, "Bekov") == [other.id]


async def test_a_confidential_source_can_not_be_found_out_by_searching(
    make: Make, editor: Client, reader: Client, anonymous: Client
) -> None:
    source = await make.source(name="Quagmire papers", kind="leak")
    hop = {"key": "first", "role": "origin", "mode": "direct_quote", "source_id": source.id,
           "text": "As the swamp has it"}  # fmt: skip
    made = await make.statement(text="It rains", appearances=[hop])
    assert await statements(anonymous, "quagmire swamp") == [made.id]

    await change(editor, source, access="confidential")

    for client in (anonymous, reader):
        assert await statements(client, "quagmire") == []
        assert await statements(client, "swamp") == []
    assert await ids(anonymous, "Quagmire") == []
    assert await ids(reader, "Quagmire") == [source.id]


async def test_a_topic_and_a_place_find_what_they_are_about(
    make: Make, editor: Client, anonymous: Client
) -> None:
    topic = await make.topic(labels={"en": "Migration", "ru": "Миграция"})
    made = await make.statement(
        text="It rains", topics=[topic.id], place={"name": "Turkistan Region", "country": "KZ"}
    )

    assert await statements(anonymous, "миграции") == [made.id]
    assert await statements(anonymous, "Turkistan") == [made.id]
    await change(editor, topic, labels={"en": "Travel"})
    assert await statements(anonymous, "migration") == []
    assert await statements(anonymous, "travel") == [made.id]


async def test_a_batch_is_found_as_soon_as_it_is_recorded(
    make: Make, editor: Client, anonymous: Client
) -> None:
    speaker = await make.speaker()
    new = [
        {"text": f"Number {number} of the batch", "language": "en", "visibility": "public",
         "speaker_id": speaker.id}
        for number in range(60)
    ]  # fmt: skip

    answer = await editor.post("/v1/statements/batch", json={"items": new})

    assert answer.status_code == 200, answer.text
    page = await found(anonymous, "batch", types="statement", count="true")
    assert page["count"] == {"value": 60, "exact": True}


async def test_unmerging_from_the_middle_of_a_chain_gives_the_name_back(
    make: Make, editor: Client, anonymous: Client
) -> None:
    one, two, three = [
        await make.speaker(name=name) for name in ("Aslan Atalykov", "A. Bekov", "Olga Ivanova")
    ]
    for merged, into in ((one, two), (two, three)):
        answer = await editor.post(
            f"{merged.path}/merge", json={"into": into.id}, headers={"If-Match": "*"}
        )
        assert answer.status_code == 200, answer.text
    assert await ids(anonymous, "Atalykov") == [three.id]

    await editor.post(f"{one.path}/unmerge", json={})

    assert await ids(anonymous, "Atalykov") == [one.id]
    assert await ids(anonymous, "Bekov") == [three.id]


async def test_what_became_hidden_by_any_way_is_not_shown(
    make: Make, database: asyncpg.Connection, anonymous: Client
) -> None:
    hidden = await make.statement(text="The bridge is open")
    archived = await make.statement(text="The bridge is shut")
    await database.execute("UPDATE statement SET visibility = 'internal' WHERE id = $1", hidden.id)
    await database.execute("UPDATE statement SET archived_at = now() WHERE id = $1", archived.id)

    assert await statements(anonymous, "bridge") == []
    suggested = await anonymous.get("/v1/suggest", params={"q": "bridge"})
    assert suggested.json()["items"] == []


async def test_nobody_learns_of_internal_words_by_what_else_is_found(
    make: Make, anonymous: Client, stranger: Client
) -> None:
    await make.statement(text="The secret plan is here", visibility="internal")
    public = await make.statement(text="Mobilisation is public")

    for client in (anonymous, stranger):
        for words in ('"secret plan" or mobil', '"secret pixie" or mobil'):
            answer = await client.get("/v1/statements", params={"q": words})
            assert [item["id"] for item in answer.json()["items"]] == [public.id], words
            assert await statements(client, words) == [public.id], words
