"""Every component and every kind of page with invented content: for our own eyes, and for tests in a browser.

    python -m tests.unit.web.gallery

prints an address; the first page lists the others. `POST /tick` says `changed` to every open live page,
`POST /live/off` and `/live/on` break and mend the stream.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from shared.clock import FixedClock
from shared.settings import ClinicIdentity
from shared.web.assets import static_route
from shared.web.templating import Pages, build_pages

NOW = datetime(2026, 6, 16, 16, 41, tzinfo=UTC)
AT = datetime(2026, 6, 18, 15, 30, tzinfo=UTC)
STAFF = SimpleNamespace(name="Rosa Imani", expires_at=NOW + timedelta(minutes=5))


def gallery_pages() -> Pages:
    return build_pages(ClinicIdentity(), FixedClock(NOW), Path(__file__).with_name("pages"))


def _item(id_: str, title: str, why: str, minutes: int, chip: tuple[str, ...], unread: bool = True) -> SimpleNamespace:
    at = NOW - timedelta(minutes=minutes)
    return SimpleNamespace(id=id_, title=title, why=why, at=at, chip=chip, unread=unread)


ITEMS = [
    _item(
        "i1", "Ines Marchetti", "Depression. Wants Thursday or Friday morning", 12, ("New request", "soft", "user-plus")
    ),
    _item(
        "i2", "نور حداد", "No e-mail and no mobile: phone to tell the time", 41, ("Phone this patient", "warn", "phone")
    ),
    _item("i3", "Message to Hollis Grange", "The e-mail came back", 65, ("Not delivered", "danger", "mail-x")),
    _item(
        "i4", "Tomasz Wilk", "Booked for Thu, Jun 18, 09:30", 130, ("Scheduled", "ok", "calendar-check"), unread=False
    ),
]
BLANK = {"name": "", "email": "", "mobile": "", "reasons": [], "days": [], "note": "", "consent": False}
TYPED = BLANK | {"name": "نور حداد", "email": "noor@example", "reasons": ["ptsd"], "days": ["tue", "thu"]}
WRONG = {
    "email": "Enter an e-mail address such as name@example.com. You wrote noor@example.",
    "consent": "Tick this so that we may answer you.",
}


class Errors(dict[str, str]):
    """A field without an error has the empty one, as the forms of the services have it."""

    def __missing__(self, name: str) -> str:
        return ""


PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "components": ("components.html", {"staff": STAFF, "unread": 7}),
    "home": ("home.html", {}),
    "form": ("form.html", {"typed": BLANK, "errors": Errors()}),
    "form-error": ("form.html", {"typed": TYPED, "errors": Errors(WRONG)}),
    "status": ("status.html", {"at": AT, "ticks": 0}),
    "inbox": ("inbox.html", {"staff": STAFF, "unread": 3, "items": ITEMS}),
    "inbox-empty": ("inbox.html", {"staff": STAFF, "unread": 0, "items": []}),
    "day": ("day.html", {"staff": STAFF, "at": AT, "ends": AT + timedelta(minutes=45)}),
    "sign-in": ("sign_in.html", {"errors": Errors()}),
    "sign-in-error": ("sign_in.html", {"errors": Errors(password="E-mail and password do not belong together.")}),
    "staff-form": (
        "staff_form.html",
        {
            "staff": STAFF,
            "errors": Errors(time="Enter a time from 00:00 to 23:59. You wrote 25:30.", nurse="Choose a nurse."),
        },
    ),
    "problem": (
        "problem.html",
        {
            "title": "This link no longer works",
            "detail": "",
            "what_to_do": "",
            "reference": "019ec1",
            "audience": "patient",
        },
    ),
    "staff-problem": (
        "problem.html",
        {
            "title": "This is not possible right now",
            "detail": "The reason: the database does not answer.",
            "what_to_do": "Nothing was changed. Try again in a few seconds.",
            "reference": "019ec1",
            "audience": "staff",
        },
    ),
    "sign-in-again": (
        "sign_in_again.html",
        {"action": "/staff/sessions", "fields": [("note", '"><b>')], "sign_in": "/staff/session/renew"},
    ),
}


def _index(_request: Request) -> Response:
    links = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in PAGES)
    return HTMLResponse(f'<!doctype html><html lang="en"><title>Gallery</title><ul>{links}</ul></html>')


class Gallery:
    """The pages, and a stream that tests may tick and break."""

    def __init__(self) -> None:
        self.pages = gallery_pages()
        self.ticks = 0
        self.live = True
        self.posts = 0
        self._streams: set[asyncio.Queue[bytes]] = set()

    def app(self) -> Starlette:
        routes = [Route("/", _index), static_route()]
        routes += [Route(f"/{name}", self._page, name=name, methods=["GET"]) for name in PAGES]
        routes += [
            Route(f"/{name}", self._posted, methods=["POST"])
            for name in ("form", "form-error", "sign-in", "staff-form")
        ]
        for stream in ("/staff/inbox/live", "/status/live"):
            routes.append(Route(stream, self._stream))
        routes += [
            Route("/staff/inbox/list", self._list),
            Route("/staff/inbox/unread", self._unread),
            Route("/status/story", self._story),
            Route("/staff/inbox/{item}/acknowledge", self._posted, methods=["POST"]),
            Route("/tick", self._tick, methods=["POST"]),
            Route("/live/{state}", self._switch, methods=["POST"]),
        ]
        return Starlette(routes=routes)

    async def _page(self, request: Request) -> Response:
        template, values = PAGES[request.url.path.removeprefix("/")]
        return self.pages.page(template, **values)

    async def _posted(self, request: Request) -> Response:
        self.posts += 1
        await asyncio.sleep(0.3)
        return RedirectResponse("/inbox" if "staff" in request.url.path else "/status", 303)

    async def _stream(self, _request: Request) -> Response:
        if not self.live:
            return Response("away", 503)
        return StreamingResponse(self._ticks(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    async def _ticks(self) -> AsyncIterator[bytes]:
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        self._streams.add(queue)
        try:
            yield b": open\n\n"
            while message := await queue.get():
                yield message
        finally:
            self._streams.discard(queue)

    async def _tick(self, request: Request) -> Response:
        for _ in range(int(request.query_params.get("times", 1))):
            self.ticks += 1
            for queue in self._streams:
                queue.put_nowait(b"event: changed\ndata: inbox\n\n")
        return Response(str(self.ticks))

    async def _switch(self, request: Request) -> Response:
        self.live = request.path_params["state"] == "on"
        for queue in self._streams:
            queue.put_nowait(b"")
        return Response("")

    async def _list(self, request: Request) -> Response:
        if not self.live:
            return Response("<h1>away</h1>", 503, media_type="text/html")
        fresh = [
            _item(f"t{n}", f"New person {n}", "Just now", 0, ("New request", "soft")) for n in range(self.ticks, 0, -1)
        ]
        items = [] if "none" in request.query_params else [*fresh, *ITEMS]
        return self.pages.page("inbox_list.html", items=items)

    async def _unread(self, _request: Request) -> Response:
        return self.pages.page("ui/unread.html", unread=3 + self.ticks)

    async def _story(self, _request: Request) -> Response:
        return self.pages.page("status_story.html", at=AT, ticks=self.ticks)
