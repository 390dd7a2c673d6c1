"""Capturing a statement."""

from tests.making import Client, Make


async def test_two_editors_cannot_overwrite_each_other(editor: Client, make: Make) -> None:
    path = f"/v1/statements/{(await make.statement()).id}"
    read = (await editor.get(path)).headers["ETag"]

    first = await editor.patch(path, json={"summary": "First"}, headers={"If-Match": read})
    second = await editor.patch(path, json={"summary": "Second"}, headers={"If-Match": read})

    assert (first.status_code, second.status_code) == (200, 412)
    assert (await editor.get(path)).json()["summary"] == "First"
