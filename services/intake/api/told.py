"""A refusal as an answer of a transaction."""

from starlette.requests import Request

from shared.web.answers import tell
from shared.web.idempotency import Answer
from shared.web.problems import MEDIA_TYPE, Problem, description_of


def told(request: Request, problem: Problem) -> Answer:
    """Told and not raised, so that the transaction commits: a risk in what was said stays raised."""
    body = bytes(tell(request, description_of(type(problem)), members=problem.members).body)
    return Answer(problem.status, body, MEDIA_TYPE)
