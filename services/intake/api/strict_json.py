"""JSON that can mean only one thing: a name twice in one object is refused, as readers differ on which one counts."""

import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from shared.web.problems import FieldError, InvalidInput, UnsupportedMediaType


class StrictJsonRoute(APIRoute):
    """Looks at a body before FastAPI reads it. `APIRouter(route_class=StrictJsonRoute)`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def looked_at(request: Request) -> Response:
            if self.body_field is not None and (body := await request.body()):
                kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
                if kind != "application/json":
                    raise UnsupportedMediaType
                refuse_ambiguous(body)
            return await handle(request)

        return looked_at


def refuse_ambiguous(body: bytes) -> None:
    """Raises InvalidInput for a repeated name, for what is no UTF-8, no JSON, or nested beyond all sense."""
    try:
        json.loads(body.decode("utf-8"), object_pairs_hook=_once_each)
    except _Repeated as repeated:
        detail = f"The name {json.dumps(repeated.name)} stands twice in one object."
        raise InvalidInput(errors=[FieldError(detail, pointer="#")]) from None
    except json.JSONDecodeError as error:
        detail = f"The body is not JSON: see line {error.lineno}, column {error.colno}."
        raise InvalidInput(errors=[FieldError(detail, pointer="#")]) from None
    except UnicodeDecodeError as error:
        detail = f"The body is not UTF-8 from byte {error.start} on."
        raise InvalidInput(errors=[FieldError(detail, pointer="#")]) from None
    except (RecursionError, ValueError):  # brackets within brackets without end; a number of thousands of digits
        raise InvalidInput(errors=[FieldError("The body is not JSON that we can read.", pointer="#")]) from None


class _Repeated(Exception):
    def __init__(self, name: str) -> None:
        super().__init__()
        # Only so much of it is told back as a developer needs to find the place.
        self.name = name[:40]


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise _Repeated(name)
            seen.add(name)
    return found
