"""A body that is refused before anybody has read it: whoever named thoughts of suicide in it is helped all the same."""

import re
from collections.abc import Awaitable, Callable

from fastapi.exceptions import RequestValidationError
from starlette.requests import Request

from services.intake.api.models import UrgentHelpOut, help_before_sending
from services.intake.api.opened_draft import opened_here, urgent_help
from services.intake.desk import desk_of
from services.intake.domain.guided.signs import signs_written
from services.intake.domain.reasons import Reason
from services.intake.pages.guided.hearing import hear
from shared.web.problem_handlers import field_error
from shared.web.problems import InvalidInput

_ESCAPED = re.compile(r"\\u00([0-7][0-9a-fA-F])")

Hears = Callable[[Request, str], Awaitable[UrgentHelpOut | None]]
"""Raises the risk in a body that answers a question behind a link. The help is for who has said of one, now or before."""


async def heard_in_draft(request: Request, text: str) -> UrgentHelpOut | None:
    here = await opened_here(request)
    if here is None:
        return None
    question = request.path_params.get("question", "")
    opened = await hear(here.opened, desk_of(request), question, signs_written(question, text))
    return urgent_help(opened.at_risk, here.spoken)


async def refused_with_help(
    request: Request, body: bytes, refused: RequestValidationError | InvalidInput, hears: Hears = heard_in_draft
) -> InvalidInput:
    """The same refusal, with `urgent_help` for who needs it. In an answer to an open question the risk is raised as well."""
    given = refused.members if isinstance(refused, InvalidInput) else {}
    text = _text_of(body)
    members = await hears(request, text)
    if members is None and Reason.SUICIDAL_IDEATION in text:
        members = help_before_sending(request)
    errors = refused.errors if isinstance(refused, InvalidInput) else [field_error(one) for one in refused.errors()]
    return InvalidInput(errors=errors, members={**({"urgent_help": members.model_dump()} if members else {}), **given})


def _text_of(body: bytes) -> str:
    """However it is broken, and without escapes: help that nobody needed harms nobody."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), body.decode("utf-8", "replace"))
