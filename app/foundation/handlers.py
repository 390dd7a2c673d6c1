"""From exceptions to problems: the one place where everything that goes wrong is answered."""

from typing import cast

import asyncpg
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from starlette.exceptions import HTTPException

from app.foundation.answers import Answered
from app.foundation.database import refusal
from app.foundation.problems import (
    InvalidInput,
    MalformedRequest,
    MethodNotAllowed,
    NotFound,
    Problem,
)
from app.foundation.validation import input_errors
from app.foundation.wire import REQUEST_ID, Allowed, rendered


def answered(request: Request, problem: Problem) -> Response:
    """Answer with a problem."""
    status, headers, body = rendered(problem, request.url.path, REQUEST_ID.get())
    response = Response(body, status)
    response.raw_headers = headers
    return response


async def on_problem(request: Request, error: Exception) -> Response:
    """Answer a problem that was raised."""
    return answered(request, cast("Problem", error))


async def on_invalid(request: Request, error: Exception) -> Response:
    """Answer what FastAPI found wrong with the input."""
    found = cast("RequestValidationError", error).errors()
    return answered(request, InvalidInput(errors=input_errors(found)))


async def on_answered(_: Request, error: Exception) -> Response:
    """Give an answer that was known before the endpoint was run."""
    return cast("Answered", error).answer


async def on_refusal(request: Request, error: Exception) -> Response:
    """Answer what the database refused, or that it is away."""
    problem = refusal(error)
    if problem is None:
        raise error
    return answered(request, problem)


def install(app: FastAPI, allowed: Allowed) -> None:
    """Answer every exception of the application with a problem."""

    async def on_http(request: Request, error: Exception) -> Response:
        if isinstance(error.__cause__, Problem):
            # FastAPI makes a 400 of whatever is raised while it reads a body.
            return answered(request, error.__cause__)
        status = cast("HTTPException", error).status_code
        if status == MethodNotAllowed.status:
            allow = ", ".join(allowed(request.url.path))
            return answered(request, MethodNotAllowed(headers={"Allow": allow}))
        return answered(request, NotFound() if status == NotFound.status else MalformedRequest())

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(Answered, on_answered)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)
    for error in (
        DBAPIError,
        NoConnectionLeft,
        asyncpg.PostgresError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,
        OSError,
    ):
        app.add_exception_handler(error, on_refusal)
