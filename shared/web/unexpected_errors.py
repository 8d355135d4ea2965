"""The last net: whatever nobody foresaw becomes a 500 that tells nothing but a reference."""

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.web.answers import bare_page, tell
from shared.web.problems import Unexpected, description_of

log = structlog.get_logger()


class UnexpectedErrors:
    """Logs where an error came from, never its words: those may hold what a person typed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            _report(error)
            if started:
                # Half an answer is out; only closing the connection tells the client so.
                raise ConnectionAbortedError("the answer could not be finished") from None
            await _last_answer(Request(scope))(scope, receive, send)


def _last_answer(request: Request) -> Response:
    what = description_of(Unexpected)
    try:
        return tell(request, what)
    except Exception as error:  # the page of errors is itself broken: say at least that much
        _report(error)
        return bare_page(request, what)


def _report(error: Exception) -> None:
    sqlstate = getattr(error, "sqlstate", None)
    log.error("unexpected_error", failure=type(error).__name__, sqlstate=sqlstate, where=_where(error))


def _where(error: BaseException) -> str:
    """The innermost frames, innermost last, as `file:line` without values."""
    frames = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return " > ".join(frames[-8:])
