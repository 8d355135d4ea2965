"""What a request may carry: not too much, nothing that Postgres cannot store, and only kinds of content we read."""

import asyncio
import re
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.web.answers import tell
from shared.web.problems import Problem, TooLarge, UnsupportedMediaType, description_of

LARGEST = 64 * 1024
"""Bytes. The longest form there is has a tenth of that."""
READ_TIMEOUT = 15.0
"""Seconds for the whole body: whoever sends slower holds a place that others need."""
# An even number of backslashes before it means that the backslash itself was written, not the character.
_JSON_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"


class NulCharacter(Problem):
    status = 422
    title = "This contains a character that cannot be stored"
    what_to_do = "Remove the NUL character (U+0000). It is invisible, and usually comes along when text is copied."


class TooSlow(Problem):
    status = 408
    title = "Sending took too long"
    what_to_do = "Nothing was changed. Check your connection and send it again."


class BodyCheck:
    """Reads the whole body, within a size and a time, looks at it once, and hands it on."""

    def __init__(self, app: ASGIApp, largest: int = LARGEST, read_timeout: float = READ_TIMEOUT) -> None:
        self._app = app
        self._largest = largest
        self._read_timeout = read_timeout

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            if _has_nul_quoted(scope.get("raw_path") or scope["path"].encode()) or _has_nul_quoted(
                scope["query_string"]
            ):
                raise NulCharacter
            headers = Headers(scope=scope)
            if not _carries_body(headers):
                await self._app(scope, receive, send)
                return
            kind = headers.get("content-type", "").partition(";")[0].strip().lower()
            body = await self._read(headers, receive)
            _look_at(kind, body)
        except ClientDisconnect:
            return
        except Problem as problem:
            response = tell(Request(scope), description_of(type(problem)), headers=problem.headers)
            await response(scope, receive, send)
            return
        await self._app(scope, _handed_on(body, receive), send)

    async def _read(self, headers: Headers, receive: Receive) -> bytes:
        with suppress(ValueError):
            if int(headers.get("content-length", "0")) > self._largest:
                raise _too_large()
        body = bytearray()
        try:
            async with asyncio.timeout(self._read_timeout):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise ClientDisconnect
                    body += message.get("body", b"")
                    if len(body) > self._largest:
                        raise _too_large()
                    if not message.get("more_body", False):
                        return bytes(body)
        except TimeoutError:
            raise TooSlow(headers={"Connection": "close"}) from None


def _too_large() -> TooLarge:
    """The rest of a refused body is not read, so the connection cannot be used for a next request."""
    return TooLarge(headers={"Connection": "close"})


def _carries_body(headers: Headers) -> bool:
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


def _look_at(kind: str, body: bytes) -> None:
    """Raises UnsupportedMediaType, NulCharacter."""
    if not body:
        return
    if kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json")):
        found = _has_nul(body) or (b"\\u0000" in body and _JSON_NUL.search(body) is not None)
    elif kind == _FORM:
        found = _has_nul_quoted(body)
    elif kind == _MULTIPART:
        found = _has_nul(body)
    else:
        raise UnsupportedMediaType
    if found:
        raise NulCharacter


def _has_nul(raw: bytes) -> bool:
    return b"\0" in raw


def _has_nul_quoted(raw: bytes) -> bool:
    """Before it is unquoted: what stands for NUL can stand for nothing else."""
    return b"\0" in raw or b"%00" in raw


def _handed_on(body: bytes, receive: Receive) -> Receive:
    """The body once, then whatever comes after it (a disconnect)."""
    given = False

    async def handed_on() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return handed_on
