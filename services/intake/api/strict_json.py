"""JSON that can mean only one thing: a name twice in one object is refused, as readers differ on which one counts."""

import json
from collections.abc import Callable, Coroutine
from typing import Any, get_type_hints

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from services.intake.api.refused_with_help import refused_with_help
from shared.web.problems import FieldError, InvalidInput, UnsupportedMediaType


class StrictJsonRoute(APIRoute):
    """`APIRouter(route_class=StrictJsonRoute)`. A route with a body is `(sent: Model, request: Request) -> Response`.

    Its body is read here, once, and handed to it; FastAPI describes the route and is otherwise left out: reading the body a
    second time and looking for dependencies was a sixth of the work of taking a request.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        without_body = super().get_route_handler()
        if self.body_field is None:
            return without_body
        endpoint, model = self.endpoint, _model_of(self.endpoint)

        async def handle(request: Request) -> Response:
            body = await request.body()
            if not body:
                return await without_body(request)
            kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind != "application/json":
                raise UnsupportedMediaType
            try:
                sent = _read(model, body)
            except (InvalidInput, RequestValidationError) as refused:
                raise await refused_with_help(request, body, refused) from None
            if sent is None:
                return await without_body(request)
            return await endpoint(sent, request)

        return handle


def _read(model: type[BaseModel], body: bytes) -> BaseModel | None:
    """None for `null`, which is as if nothing had been sent. Raises InvalidInput, RequestValidationError."""
    found = refuse_ambiguous(body)
    try:
        return model.model_validate(found) if found is not None else None
    except ValidationError as error:
        raise RequestValidationError(
            [{**one, "loc": ("body", *one["loc"])} for one in error.errors(include_url=False)]
        ) from None


def _model_of(endpoint: Callable[..., Any]) -> type[BaseModel]:
    """Raises TypeError for an endpoint of another shape."""
    match list(get_type_hints(endpoint).values()):
        case [type() as model, request, response] if (
            issubclass(model, BaseModel) and request is Request and response is Response
        ):
            return model
    raise TypeError(f"{endpoint.__name__} is not `(sent: Model, request: Request) -> Response`")


def refuse_ambiguous(body: bytes) -> Any:
    """What it says. Raises InvalidInput for a repeated name, for what is no UTF-8, no JSON, or nested beyond all sense."""
    try:
        return _READER.decode(body.decode("utf-8"))
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


_READER = json.JSONDecoder(object_pairs_hook=_once_each)
