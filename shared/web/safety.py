"""The fences around every route, from the outside in."""

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.settings import Settings
from shared.web.body_check import BodyCheck
from shared.web.burst_limit import BurstLimit, TokenBuckets
from shared.web.client_address import ClientAddress
from shared.web.idempotency import HEADER
from shared.web.last_answers import LastAnswers
from shared.web.origin_check import API_PREFIX, OriginCheck, origin_of
from shared.web.request_cause import RequestCause
from shared.web.subject_ticket import TICKET_HEADER
from shared.web.trailing_slash import TrailingSlash
from shared.web.unexpected_errors import UnexpectedErrors


class ApiCors:
    """Lets the configured front ends call `/api/`, without cookies; every other path is ours alone."""

    def __init__(self, app: ASGIApp, front_ends: list[str]) -> None:
        self._app = app
        self._cors = CORSMiddleware(
            app,
            allow_origins=[origin_of(one) for one in front_ends],
            allow_methods=["GET", "POST"],
            allow_headers=["Content-Type", HEADER, "X-Request-Id", TICKET_HEADER],
            expose_headers=["Location", "Retry-After", "X-Request-Id"],
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        chosen = self._cors if scope["type"] == "http" and scope["path"].startswith(API_PREFIX) else self._app
        await chosen(scope, receive, send)


def install_safety(app: FastAPI, settings: Settings) -> None:
    """Beside `install_problems`, in any order.

    What is added last runs first: the story's id before anything may refuse, the address before what counts by it, CORS
    before the refusals that a front end must be able to read, the last net around all that may break.
    """
    app.add_middleware(TrailingSlash)
    app.add_middleware(BodyCheck)
    if settings.burst_rate:
        app.add_middleware(BurstLimit, buckets=TokenBuckets(settings.burst_rate, settings.burst_size))
    app.add_middleware(OriginCheck, public_url=settings.public_url, front_ends=settings.cors_origins)
    app.add_middleware(UnexpectedErrors)
    if settings.cors_origins:
        app.add_middleware(ApiCors, front_ends=settings.cors_origins)
    app.add_middleware(ClientAddress, trusted=settings.trusted_proxies)
    app.add_middleware(RequestCause)
    app.add_middleware(LastAnswers)
