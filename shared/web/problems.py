"""What went wrong, as RFC 9457 problem details: named, typed, with what to do.

A service says once, in one module, how the errors of its domain look from outside:

    describe(RepairNotFound, status=404, title="There is no such repair")

and names them at the route: `responses=problems(RepairNotFound, TooLateToCancel)`. Problems that belong to HTTP itself
(a wrong origin, a body too large) are subclasses of `Problem`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

CATALOGUE = "/problems/"
"""Where the words of each problem are, by its name: a problem's `type` leads there."""
MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field. `pointer` is a JSON pointer into the body (`#/contact/email`), or empty for a `parameter`."""

    detail: str
    pointer: str = ""
    parameter: str = ""

    def as_json(self) -> dict[str, str]:
        place = {"pointer": self.pointer} if self.pointer else {"parameter": self.parameter}
        return place | {"detail": self.detail}


class Problem(Exception):
    """A refusal that may be told to the caller as it stands: its words never repeat what a person typed."""

    status: ClassVar[int] = 400
    title: ClassVar[str] = "This request cannot be answered"
    what_to_do: ClassVar[str] = ""

    def __init__(
        self,
        detail: str = "",
        *,
        errors: Sequence[FieldError] = (),
        retry_after: int | None = None,
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        """`retry_after` is in seconds. `members` stand in the JSON beside the usual ones, for a program to go on with."""
        super().__init__(detail or self.title)
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.members = dict(members or {})
        if retry_after is not None:
            self.headers["Retry-After"] = str(retry_after)


class InvalidInput(Problem):
    status = 422
    title = "Some of what was sent is not right"
    what_to_do = "Correct the named fields and send it again."


class Unavailable(Problem):
    status = 503
    title = "This is not possible right now"
    what_to_do = "Nothing was changed. Try again in a few seconds."


class BadRequest(Problem):
    status = 400
    title = "That did not arrive as it should"
    what_to_do = "What was sent could not be read. Send it again, or call us."


class NotFound(Problem):
    status = 404
    title = "There is nothing here"
    what_to_do = "Check the address. If you followed a link from us, it may have ended: call us and we will help."


class MethodNotAllowed(Problem):
    status = 405
    title = "This address cannot be used that way"
    what_to_do = "Use one of the methods that the header Allow names."


class TooLarge(Problem):
    status = 413
    title = "This is more than we can take at once"
    what_to_do = "Shorten what you wrote and send it again."


class UnsupportedMediaType(Problem):
    status = 415
    title = "This kind of content is not understood here"
    what_to_do = "Send JSON as application/json, or a form."


class Unexpected(Problem):
    status = 500
    title = "Something went wrong on our side"
    what_to_do = "Try again. If it happens again, call us and name the reference."


@dataclass(frozen=True, slots=True)
class Description:
    """How an error of the domain looks from outside."""

    slug: str
    status: int
    title: str
    what_to_do: str = ""


_described: dict[type[Exception], Description] = {}


def describe(error: type[Exception], *, status: int, title: str, what_to_do: str = "", name: str = "") -> None:
    """Say, when a service's module is loaded, how an error of its domain looks. `str(error)` becomes the detail.

    `name` is for an error whose class is called as one of another service.
    """
    _described[error] = Description(name or _slug(error), status, title, what_to_do)


def description_of(error: type[Exception]) -> Description:
    """Raises LookupError for an error nobody described."""
    if issubclass(error, Problem):
        return Description(_slug(error), error.status, error.title, error.what_to_do)
    for ancestor in error.__mro__:
        if ancestor in _described:
            return _described[ancestor]
    raise LookupError(
        f"{error.__name__} is not described: call shared.web.problems.describe before its routes are made"
    )


def described_errors() -> tuple[type[Exception], ...]:
    return tuple(_described)


def _slug(error: type[Exception]) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", error.__name__).lower()


_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "Leads to words that say what to do"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "what_to_do": {"type": "string"},
        "reference": {"type": "string", "description": "Name it when you ask us about this"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer into the body, such as #/contact/email"},
                    "parameter": {"type": "string", "description": "Name of a path, query or header parameter"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


def problems(*errors: type[Exception]) -> dict[int | str, dict[str, Any]]:
    """For `responses=`: what this route may refuse, beside what every route may (422, 503)."""
    by_status: dict[int | str, list[Description]] = {}
    for error in (*errors, InvalidInput, Unavailable):
        description = description_of(error)
        by_status.setdefault(description.status, []).append(description)
    return {
        status: {
            "description": "; ".join(f"{one.title} (`{one.slug}`)" for one in described),
            "content": {MEDIA_TYPE: {"schema": _SCHEMA}},
        }
        for status, described in by_status.items()
    }
