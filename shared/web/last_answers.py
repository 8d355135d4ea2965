"""A process that is stopping closes each connection with its answer.

The front door keeps connections for the next request. One that we closed at the end, while a request was already on its
way, would lose that request, and nobody could tell whether it had been done.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class LastAnswers:
    """Adds `Connection: close` once the service's readiness is draining."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def closing(message: Message) -> None:
            if message["type"] == "http.response.start":
                running = getattr(scope["app"].state, "running", None)
                if running is not None and running.readiness.draining:
                    message["headers"] = [*message.get("headers", []), (b"connection", b"close")]
            await send(message)

        await self._app(scope, receive, closing)
