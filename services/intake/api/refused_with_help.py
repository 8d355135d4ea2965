"""A body that is refused before anybody has read it: whoever named thoughts of suicide in it is helped all the same."""

import re

from fastapi.exceptions import RequestValidationError
from starlette.requests import Request

from services.intake.api.models import help_before_sending
from services.intake.api.opened_draft import OpenedHere, help_in
from services.intake.domain.guided.answers import Answers
from services.intake.domain.reasons import Reason
from services.intake.use_cases.save_page import raise_what_was_said
from shared.web.problem_handlers import field_error
from shared.web.problems import InvalidInput

REASONS = "reasons"
_ESCAPED = re.compile(r"\\u00([0-7][0-9a-fA-F])")


async def refused_with_help(
    request: Request, body: bytes, refused: RequestValidationError | InvalidInput
) -> InvalidInput:
    """The same refusal, with `urgent_help` for who needs it. In an answer of an open request the risk is raised as well."""
    given = refused.members if isinstance(refused, InvalidInput) else {}
    here: OpenedHere | None = getattr(request.state, "opened_here", None)
    said_now = names_suicide(body)
    if here and said_now and request.path_params.get("question") == REASONS:
        async with request.app.state.database.transaction() as tx:
            said = Answers().with_page(REASONS, {REASONS: (Reason.SUICIDAL_IDEATION.value,)})
            await raise_what_was_said(tx, here.opened.token, said)
        members = help_in(here.spoken)
    elif here and here.opened.at_risk:
        members = help_in(here.spoken)
    elif said_now:
        members = help_before_sending(request)
    else:
        members = None
    errors = refused.errors if isinstance(refused, InvalidInput) else [field_error(one) for one in refused.errors()]
    return InvalidInput(errors=errors, members={**({"urgent_help": members.model_dump()} if members else {}), **given})


def names_suicide(body: bytes) -> bool:
    """Anywhere in it, however it is broken: help that nobody needed harms nobody."""
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), body.decode("utf-8", "replace"))
    return Reason.SUICIDAL_IDEATION.value in text
