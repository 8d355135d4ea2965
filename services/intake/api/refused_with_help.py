"""A body that is refused before anybody has read it: whoever named thoughts of suicide in it is helped all the same."""

import re

from fastapi.exceptions import RequestValidationError
from starlette.requests import Request

from services.intake.api.models import help_before_sending
from services.intake.api.opened_draft import OpenedHere, help_in, opened_here
from services.intake.desk import desk_of
from services.intake.domain.guided.signs import signs_written
from services.intake.domain.reasons import Reason
from services.intake.pages.guided.hearing import hear
from shared.web.problem_handlers import field_error
from shared.web.problems import InvalidInput

_ESCAPED = re.compile(r"\\u00([0-7][0-9a-fA-F])")


async def refused_with_help(
    request: Request, body: bytes, refused: RequestValidationError | InvalidInput
) -> InvalidInput:
    """The same refusal, with `urgent_help` for who needs it. In an answer of an open request the risk is raised as well."""
    given = refused.members if isinstance(refused, InvalidInput) else {}
    text, here = _text_of(body), await opened_here(request)
    if here and await _told(request, here, text):
        members = help_in(here.spoken)
    elif Reason.SUICIDAL_IDEATION in text:
        members = help_before_sending(request)
    else:
        members = None
    errors = refused.errors if isinstance(refused, InvalidInput) else [field_error(one) for one in refused.errors()]
    return InvalidInput(errors=errors, members={**({"urgent_help": members.model_dump()} if members else {}), **given})


async def _told(request: Request, here: OpenedHere, text: str) -> bool:
    """Whether staff know of a risk in this request, by now."""
    question = request.path_params.get("question", "")
    return (await hear(here.opened, desk_of(request), question, signs_written(question, text))).at_risk


def _text_of(body: bytes) -> str:
    """However it is broken, and without escapes: help that nobody needed harms nobody."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), body.decode("utf-8", "replace"))
