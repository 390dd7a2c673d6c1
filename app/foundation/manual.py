"""The pages that people read: what each problem means, and the API to try out."""

from html import escape
from importlib.resources import files

from fastapi import APIRouter, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html

from app.foundation.problems import NotFound, Problem, every

router = APIRouter(include_in_schema=False)
_ASSETS = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}
_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body {{ font: 1.1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto;
padding: 0 1rem }}</style>
<h1>{title}</h1>
<p>Status {status}</p>
{text}
</html>
"""


def problem_types() -> dict[str, type[Problem]]:
    """Give every type of problem by its slug, in their order."""
    return dict(sorted((problem.slug(), problem) for problem in every()))


@router.get("/problems/{slug}")
async def get_problem(slug: str) -> Response:
    """Explain a type of problem."""
    problem = problem_types().get(slug)
    if problem is None:
        raise NotFound
    paragraphs = problem.explanation().split("\n\n")
    text = "\n".join(f"<p>{escape(' '.join(words.split()))}</p>" for words in paragraphs)
    page = _PAGE.format(title=escape(problem.title()), status=problem.status, text=text)
    return Response(page, media_type="text/html")


@router.get("/docs")
async def get_docs(request: Request) -> Response:
    """Show the API, to read and to try out; nothing is loaded from elsewhere."""
    return get_swagger_ui_html(
        openapi_url="/openapi.json",
        title=request.app.title,
        swagger_js_url="/docs/swagger-ui-bundle.js",
        swagger_css_url="/docs/swagger-ui.css",
        swagger_favicon_url="/docs/favicon-32x32.png",
    )


@router.get("/docs/{name}")
async def get_docs_asset(name: str) -> Response:
    """Give a file of the page."""
    if name not in _ASSETS:
        raise NotFound
    content = files("fastapi_swagger").joinpath("resources", name).read_bytes()
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response(content, 200, headers, _ASSETS[name])
