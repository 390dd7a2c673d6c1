"""Bodies: what can't be read, isn't JSON, or doesn't fit is refused, and nothing ever breaks."""

from collections.abc import AsyncIterator

import pytest

from tests.foundation.answers import JSON, post, problem, where
from tests.making import Client, Make

SPEAKER = '{"kind": "person", "name": %s}'
LIMIT = 2 * 1024 * 1024


@pytest.mark.parametrize(
    "content",
    [
        " ", "{", '{"name": "A"', "[1,]", "{'name': 'A'}", '{"name": "A"} x', "nul", "\\",
        '{"name": "A", "name": "B"}', '{"name": "A", "names": [{"name": "a", "name": "b"}]}',
        '{"name": NaN}', '{"name": Infinity}', '{"name": -Infinity}', '{"name": 1e999}',
        '{"name": "a\x01b"}', b'{"name": "\xff"}', b"\xef\xbb\xbf{}", b"\x00", "{}" * 2,
        "[" * 100_000, '{"a":' * 100_000, "1" * 5000,
    ],
    ids=range(22),
)  # fmt: skip
@pytest.mark.parametrize("path", ["/v1/speakers", "/v1/statements", "/v1/sources"])
async def test_what_is_not_json_is_400(editor: Client, path: str, content: str) -> None:
    problem(await post(editor, path, content), 400, "malformed-request")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"name": "A", "name": "B"}', "a key twice"),
        ('{"name": NaN}', "NaN is not JSON"),
        ('{"name": 1e999}', "out of range"),
        (b'{"name": "\xff"}', "not UTF-8"),
        ("[" * 100_000, "too deeply"),
        ("{", "not JSON"),
    ],
)
async def test_the_detail_says_what_is_wrong_with_the_json(
    editor: Client, content: str, words: str
) -> None:
    body = problem(await post(editor, "/v1/speakers", content), 400, "malformed-request")

    assert words in body["detail"]


@pytest.mark.parametrize("content", ["", "null", "[]", '"text"', "1", "true", "[[]]", "1e5"])
async def test_what_is_no_object_is_422(editor: Client, content: str) -> None:
    body = problem(await post(editor, "/v1/speakers", content), 422, "invalid-input")

    assert where(body)[0][0] == ""


async def test_deep_nesting_is_refused(editor: Client) -> None:
    deep = '{"name": "A", "names": ' + "[" * 900 + "]" * 900 + "}"
    objects = '{"a": ' * 900 + "1" + "}" * 900

    for content in (deep, objects):
        assert 400 <= (await post(editor, "/v1/speakers", content)).status_code < 500


@pytest.mark.parametrize(
    ("path", "content", "pointer"),
    [
        ("/v1/speakers", SPEAKER % '"a\\u0000b"', "/name"),
        ("/v1/speakers", SPEAKER % '"a\\ud800b"', "/name"),
        ("/v1/speakers", SPEAKER % '"a\\udc00"', "/name"),
        ("/v1/speakers", '{"name": "A", "description": "a\\u0000"}', "/description"),
        ("/v1/speakers", '{"name": "A", "image_url": "https://a.example/\\u0000"}', "/image_url"),
        ("/v1/speakers", '{"name": "A", "ref": "a\\u0000"}', "/ref"),
        ("/v1/speakers", '{"name": "A", "names": [{"name": "\\u0000"}]}', "/names/0/name"),
        ("/v1/topics", '{"key": "k", "labels": {"en": "\\u0000"}}', "/labels/en"),
        ("/v1/sources", '{"kind": "wire", "name": "A", "url": "https://\\ud800.example/"}', "/url"),
        ("/v1/sources", '{"kind": "wire", "name": "A", "authors": ["\\u0000"]}', "/authors/0"),
    ],
)
async def test_nul_and_lone_surrogates_are_422_and_pointed_at(
    editor: Client, path: str, content: str, pointer: str
) -> None:
    body = problem(await post(editor, path, content), 422, "invalid-input")

    assert [place for place, _ in where(body)] == [pointer]


@pytest.mark.parametrize("odd", ["\\u0000", "\\ud800", "\\udfff\\u0000"])
async def test_odd_keys_are_refused_too(editor: Client, odd: str) -> None:
    unknown = await post(editor, "/v1/speakers", f'{{"name": "A", "x{odd}": 1}}')
    language = await post(editor, "/v1/topics", f'{{"key": "k", "labels": {{"{odd}": "A"}}}}')

    problem(unknown, 422, "invalid-input")
    problem(language, 422, "invalid-input")


async def test_a_surrogate_pair_is_a_character_and_comes_back(editor: Client) -> None:
    made = await post(editor, "/v1/speakers", SPEAKER % '"\\ud83d\\ude00 Тоқаев"')

    assert made.json()["name"] == "😀 Тоқаев"


@pytest.mark.parametrize(
    "media", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data",
              "application/jsonp", "application/merge-patch+json", "application/xml", ""]
)  # fmt: skip
async def test_another_media_type_is_415(editor: Client, media: str) -> None:
    answer = await editor.post(
        "/v1/speakers", content=b'{"name": "A"}', headers={"Content-Type": media}
    )

    problem(answer, 415, "unsupported-media-type")


async def test_a_body_without_a_media_type_is_415(editor: Client) -> None:
    problem(await editor.post("/v1/speakers", content=b"{}"), 415, "unsupported-media-type")


@pytest.mark.parametrize(
    "media", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/json;v=1"]
)
async def test_parameters_and_case_of_the_media_type_do_not_matter(
    editor: Client, media: str
) -> None:
    made = await editor.post(
        "/v1/speakers", content=b'{"name": "A"}', headers={"Content-Type": media}
    )

    assert made.status_code == 201


async def test_a_patch_is_taken_as_merge_patch_and_as_json(editor: Client, make: Make) -> None:
    made = await make.speaker()

    for media, status in (
        ("application/merge-patch+json", 200),
        ("application/json", 200),
        ("application/json-patch+json", 415),
    ):
        answer = await editor.patch(
            made.path,
            content=b'{"country": "KZ"}',
            headers={"Content-Type": media, "If-Match": "*"},
        )
        assert answer.status_code == status


async def pieces(size: int) -> AsyncIterator[bytes]:
    """Give a body piece by piece, so that nobody can say beforehand how long it is."""
    yield b'{"name": "A", "description": "'
    for _ in range(size // 65536):
        yield b"x" * 65536
    yield b'"}'


async def test_a_body_over_the_limit_is_413_whether_or_not_it_says_its_length(
    editor: Client,
) -> None:
    long = b'{"name": "' + b"A" * LIMIT + b'"}'

    told = await post(editor, "/v1/speakers", long)
    untold = await editor.post("/v1/speakers", content=pieces(LIMIT + 65536), headers=JSON)

    assert "Content-Length" not in untold.request.headers
    problem(told, 413, "body-too-large")
    problem(untold, 413, "body-too-large")


async def test_a_body_just_below_the_limit_is_read(editor: Client) -> None:
    blank = b'{"name": "A"' + b" " * (LIMIT - 13) + b"}"

    assert len(blank) == LIMIT
    assert (await post(editor, "/v1/speakers", blank)).status_code == 201
    untold = await editor.post("/v1/speakers", content=pieces(LIMIT - 2 * 65536), headers=JSON)
    body = problem(untold, 422, "invalid-input")
    assert where(body)[0][0] == "/description"


@pytest.mark.parametrize("length", ["-1", "abc", "1" * 40, "²"])
async def test_a_senseless_length_never_breaks_anything(editor: Client, length: str) -> None:
    answer = await editor.post(
        "/v1/speakers",
        content=b'{"name": "A"}',
        headers=[
            (b"Content-Type", b"application/json"), (b"Content-Length", length.encode("latin-1"))
        ],
    )  # fmt: skip

    assert answer.status_code in {201, 400, 413}


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/json", 200), ("*/*", 200), ("application/*", 200),
        ("text/html, application/json;q=0.5", 200), ("text/html, */*;q=0.1", 200),
        ("text/html", 406), ("application/xml", 406), ("image/*, text/*", 406),
    ],
)  # fmt: skip
async def test_what_cannot_be_answered_with_is_406(
    anonymous: Client, accept: str, status: int
) -> None:
    answer = await anonymous.get("/v1/statements", headers={"Accept": accept})

    assert answer.status_code == status
    if status == 406:
        problem(answer, 406, "not-acceptable")
