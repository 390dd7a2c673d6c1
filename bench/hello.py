"""The least that FastAPI can do: one route that answers the same few words."""

from fastapi import FastAPI

app = FastAPI()


@app.get("/hello")
async def hello() -> dict[str, str]:
    """Say hello."""
    return {"hello": "world"}
