"""Problems as pages: plain words for each status, for patients and for staff. Programs get RFC 9457 problems instead."""

from dataclasses import dataclass
from typing import Literal

from starlette.responses import HTMLResponse

from shared.web.templating import Pages

Audience = Literal["patient", "staff"]


@dataclass(frozen=True, slots=True)
class ProblemWords:
    """What happened, what it means, what to do. `again`: the same request may work in a moment."""

    title: str
    detail: str
    todo: str
    again: bool = False


_PATIENT: dict[int, ProblemWords] = {
    403: ProblemWords(
        "We cannot show you this page",
        "It was opened in a way we do not allow, for example from another site.",
        "Open the link in our message again. Nothing you sent before is lost.",
    ),
    404: ProblemWords(
        "This page is not here",
        "The address may have a typing mistake, or an e-mail program cut the link in two.",
        "Open the link in our message again, or start from the first page.",
    ),
    409: ProblemWords(
        "This has changed in the meantime",
        "Somebody, perhaps you in another window, has changed it since you opened this page.",
        "Look at it again before you decide.",
        again=True,
    ),
    410: ProblemWords(
        "This link no longer works",
        "For your safety our links stop working after some time.",
        "Your request is still with us. Call us and we send you a new link.",
    ),
    413: ProblemWords(
        "That was too long",
        "What you sent is larger than we can take.",
        "Go back, make the text shorter, and send it again.",
    ),
    422: ProblemWords(
        "We could not read what you sent",
        "A part of it was missing, or not in the form we expect.",
        "Go back and send the form again.",
    ),
    429: ProblemWords(
        "Please wait a moment",
        "We had many requests from your connection within a short time.",
        "Nothing is lost. Try again in a few minutes, or call us.",
        again=True,
    ),
    500: ProblemWords(
        "Something went wrong on our side",
        "We have been told about it. What was saved before is safe.",
        "Try again in a moment. If it happens again, call us and we do it for you.",
        again=True,
    ),
    503: ProblemWords(
        "We cannot save anything right now",
        "Our system is away for a short time. Nothing was done half.",
        "Try again in a minute, or call us and we take your request by phone.",
        again=True,
    ),
}
_STAFF: dict[int, ProblemWords] = {
    401: ProblemWords(
        "You are signed out",
        "Your session has ended, or an administrator ended it.",
        "Sign in again; you come back to where you were.",
    ),
    403: ProblemWords(
        "Your role does not allow this",
        "What you asked for needs another role than yours, or came from another site.",
        "Ask the person who manages People if you should be able to.",
    ),
    404: ProblemWords(
        "There is nothing at this address",
        "It may have been removed, or belongs to another clinic.",
        "Start from the inbox.",
    ),
    409: ProblemWords(
        "This has changed in the meantime",
        "A colleague or the patient has changed it since you opened the page. Nothing of yours was saved.",
        "Look at it again, then decide.",
        again=True,
    ),
    410: ProblemWords("This link no longer works", "It has been used, or its time is over.", "Ask for a new one."),
    413: ProblemWords("That was too long", "What you sent is larger than we take.", "Go back and shorten the text."),
    422: ProblemWords(
        "This could not be read",
        "A part of the form was missing, or in another form than expected.",
        "Go back and send it again.",
    ),
    429: ProblemWords(
        "Please wait a moment", "There were many tries within a short time.", "Try again in a few minutes.", again=True
    ),
    500: ProblemWords(
        "Something went wrong",
        "It is on record with the reference below. What was saved before is safe.",
        "Try again. If it happens again, pass on the reference.",
        again=True,
    ),
    503: ProblemWords(
        "Nothing can be saved right now",
        "A part of the system does not answer. Nothing was done half.",
        "Try again in a minute. What cannot wait, write down on paper.",
        again=True,
    ),
}


def problem_words(status: int, audience: Audience) -> ProblemWords:
    """The words for a status. One that has none of its own gets those of 404 (4xx) or 500."""
    words = _PATIENT if audience == "patient" else _STAFF
    return words.get(status) or words[404 if 400 <= status < 500 else 500]


def problem_page(
    pages: Pages,
    status: int,
    audience: Audience,
    *,
    detail: str = "",
    reference: str | None = None,
    retry_after: int | None = None,
) -> HTMLResponse:
    """The problem as a page. `detail` replaces the general sentence where the code knows better (rule, resource).

    `retry_after` in seconds becomes the header; `reference` is what somebody can name on the phone.
    """
    words = problem_words(status, audience)
    return pages.page(
        f"problem/{audience}.html",
        status=status,
        headers={"Retry-After": str(retry_after)} if retry_after is not None else None,
        title=words.title,
        detail=detail or words.detail,
        todo=words.todo,
        again=words.again,
        reference=reference,
    )
