"""The page that shows which e-mails Chairside would have sent, and the same as JSON for programs."""

from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from operations.embedded.arrivals import Arrivals
from operations.embedded.mail_store import Attachment, KeptMessage, MailStore
from shared.clock import Clock, SystemClock
from shared.settings import ClinicIdentity
from shared.web.assets import static_route
from shared.web.templating import build_pages

SHOWN = 200


def build_mail_pages(store: MailStore, arrivals: Arrivals, front_door: str, clock: Clock | None = None) -> Starlette:
    """The application: `/`, `/messages/{id}`, attachments below it, `/api/messages`."""
    pages = build_pages(ClinicIdentity(), clock or SystemClock(), Path(__file__).with_name("mail_templates"))

    def found(request: Request) -> KeptMessage | None:
        return store.get(request.path_params["id"])

    def gone() -> Response:
        return pages.page("gone.html", status=404, front_door=front_door)

    async def show_all(_: Request) -> Response:
        return pages.page("sent.html", messages=store.all()[:SHOWN], front_door=front_door)

    async def show_list(_: Request) -> Response:
        return pages.page("list.html", messages=store.all()[:SHOWN])

    async def show_one(request: Request) -> Response:
        message = found(request)
        return pages.page("message.html", message=message, front_door=front_door) if message else gone()

    async def attachment(request: Request) -> Response:
        message, number = found(request), request.path_params["number"]
        if message is None or not 1 <= number <= len(message.attachments):
            return gone()
        return _download(message.attachments[number - 1])

    async def raw(request: Request) -> Response:
        message = found(request)
        return Response(message.raw, media_type="text/plain; charset=utf-8") if message else gone()

    async def as_json(request: Request) -> Response:
        to = request.query_params.get("to")
        messages = [message for message in store.all() if to is None or to in message.recipients]
        return JSONResponse([_described(message) for message in messages])

    async def one_as_json(request: Request) -> Response:
        message = found(request)
        return JSONResponse(_described(message)) if message else JSONResponse({"title": "No such message"}, 404)

    async def live(_: Request) -> Response:
        return StreamingResponse(
            arrivals.stream(), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
        )

    return Starlette(
        routes=[
            Route("/", show_all),
            Route("/list", show_list),
            Route("/live", live),
            Route("/messages/{id}", show_one),
            Route("/messages/{id}/raw", raw),
            Route("/messages/{id}/attachments/{number:int}", attachment),
            Route("/api/messages", as_json),
            Route("/api/messages/{id}", one_as_json),
            static_route(),
        ]
    )


def _download(file: Attachment) -> Response:
    """Never shown by the browser itself: the file came from outside."""
    ascii_name = "".join(letter if letter.isalnum() or letter in "._-" else "_" for letter in file.name)
    headers = {
        "Content-Disposition": f'attachment; filename="{ascii_name.encode("ascii", "replace").decode()}"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(file.content, media_type=file.media_type, headers=headers)


def _described(message: KeptMessage) -> dict[str, Any]:
    """One message for programs; text attachments, such as calendar files, are given in full."""
    return {
        "id": message.id,
        "received_at": message.received_at.isoformat(),
        "from": message.sender,
        "to": message.recipients,
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "headers": dict(message.headers),
        "attachments": [
            {
                "name": file.name,
                "type": file.media_type,
                "size": len(file.content),
                "text": file.content.decode(errors="replace") if file.media_type.startswith("text/") else None,
                "href": f"/messages/{message.id}/attachments/{number}",
            }
            for number, file in enumerate(message.attachments, start=1)
        ],
    }
