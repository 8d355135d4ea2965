"""Routes whose JSON body can mean only one thing, and that ask FastAPI for everything else as usual."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from services.intake.api.models import UrgentHelpOut
from services.intake.api.refused_with_help import heard_in_draft, refused_with_help
from services.intake.api.strict_json import refuse_ambiguous
from shared.web.problems import InvalidInput, UnsupportedMediaType


class UnambiguousJsonRoute(APIRoute):
    """Looks at a body before FastAPI reads it. `APIRouter(route_class=UnambiguousJsonRoute)`.

    Of a body that is refused here `hears` hears the risk: routes behind another kind of link hear in their own way.
    """

    async def hears(self, request: Request, text: str) -> UrgentHelpOut | None:
        return await heard_in_draft(request, text)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def looked_at(request: Request) -> Response:
            body = await request.body() if self.body_field is not None else b""
            if not body:
                return await handle(request)
            kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind != "application/json":
                raise UnsupportedMediaType
            try:
                refuse_ambiguous(body)
                return await handle(request)
            except (InvalidInput, RequestValidationError) as refused:
                raise await refused_with_help(request, body, refused, self.hears) from None

        return looked_at
