"""How intake's refusals look from outside. Routes import the errors from here, so that each is described before them."""

from services.intake.domain.consultation_request import (
    ConsultationBegan,
    RequestChanged,
    RequestDeclined,
    RequestNotFound,
    RequestWithdrawn,
)
from services.intake.domain.screening.draft import ItemNotFound
from services.intake.use_cases.finish_follow_up import FollowUpNotFound
from services.intake.use_cases.see_my_request import LinkExpired, LinkUnknown
from shared.settings import ClinicIdentity
from shared.versions.problems import ChangedSinceSeen, NotADraft, VersionBroken, VersionNotFound
from shared.web.crisis_lines import crisis_lines
from shared.web.problems import Problem, describe

__all__ = [
    "ChangedSinceSeen",
    "ConsultationBegan",
    "FollowUpNotFound",
    "ItemNotFound",
    "LinkExpired",
    "LinkUnknown",
    "NotADraft",
    "RequestChanged",
    "RequestDeclined",
    "RequestNotFound",
    "RequestWithdrawn",
    "VersionBroken",
    "VersionNotFound",
]

describe(
    RequestNotFound,
    status=404,
    title="There is no such request",
    what_to_do="Look it up in the list of requests.",
)
describe(
    FollowUpNotFound,
    status=404,
    title="There is no such follow-up",
    what_to_do="Open the list of requests again: somebody may have changed it.",
)
describe(
    LinkUnknown,
    status=404,
    title="This link does not lead to a request",
    what_to_do=(
        "Check that the address is complete: mail programs sometimes break a long link in two. "
        "If it still does not work, call us and we look your request up by your name."
    ),
)
describe(
    LinkExpired,
    status=410,
    title="This link has ended",
    what_to_do="For your safety a link works for half a year. Call us, and we look your request up by your name.",
)
describe(
    ConsultationBegan,
    status=409,
    title="It is too late to withdraw here",
    what_to_do="The time of your consultation has come. Call us, and we find another way together.",
)
describe(
    RequestWithdrawn,
    status=409,
    title="This request was withdrawn",
    what_to_do="Nobody wants the consultation any more. If the patient changed their mind, enter a new request.",
)
describe(
    RequestDeclined,
    status=409,
    title="This request was declined",
    what_to_do="The patient has been told. If the clinic can help after all, call them and enter a new request.",
)
describe(
    RequestChanged,
    status=409,
    title="Somebody did something with this request in the meantime",
    what_to_do="Nothing of yours was done. Open the request again, read what is new, and decide then.",
)
describe(
    ItemNotFound,
    status=404,
    title="These rules have no such item",
    what_to_do="Open the version again and choose an item from there.",
)


class DraftEnded(Problem):
    status = 410
    title = "This request is not there any more"
    what_to_do = (
        "Check that the address is complete. A request that nobody goes on with is erased after a while, to protect the "
        "person: begin anew, or call us and we fill it in together."
    )


class QuestionNotOpen(Problem):
    status = 409
    title = "This question is not open"
    what_to_do = "Ask the question that `next` names: which ones come depends on the answers before them."


class AnsweredElsewhere(Problem):
    status = 409
    title = "This question was answered in another window meanwhile"
    what_to_do = (
        "Nothing was overwritten. `asked` is the question with the answer that is kept: show both answers, and send the "
        "one that the person wants with the revision that stands there."
    )


class StillToAnswer(Problem):
    status = 409
    title = "Not everything is answered yet"
    what_to_do = "Ask the question that `next` names, and those after it, and come back then."


class AnswerOutOfDate(Problem):
    status = 409
    title = "An answer was right once and cannot be sent any more"
    what_to_do = "Ask the question that `next` names once more, show why, and send the request then."


class QuestionsEnded(Problem):
    """Of questions behind a link of their own: staff's, and those after an infusion."""

    status = 410
    title = "The link to these questions has ended"
    what_to_do = (
        "What was answered is kept. POST to `new_link`, and a new link goes to the address on file, a few times at most; "
        "if none comes, call us."
    )


class AllAnswered(Problem):
    """Also when nobody can answer any more because somebody else gave the last answer."""

    status = 409
    title = "Everything is answered already"
    what_to_do = "The answers have arrived, and change no more. To correct something, call us."


class ProofNeeded(Problem):
    """Also when a ticket has ended, or is of another questionnaire: which of them stays untold."""

    status = 403
    title = "Say first who you are"
    what_to_do = (
        "Ask what GET of `proof` says, POST the answer there, and send the ticket that comes back in the header "
        "Chairside-Ticket."
    )


class RequestSent(Problem):
    status = 409
    title = "This request was sent already"
    what_to_do = "It changes no more. `request` says where it stands; to correct something, call us."


class LinkNotSent(Problem):
    """`detail` says why: there is no address yet, or the link was sent a few times already."""

    status = 409
    title = "The link was not sent"
    what_to_do = "Show why. Nothing is lost: the same link is `links.page` of the request, to be kept or written down."


class NoAppointmentAhead(Problem):
    """Scheduling has the same, of its own."""

    status = 409
    title = "There is no appointment to change"
    what_to_do = "None is booked, it was cancelled, or its time has come. The request itself says where it stands."


class AdultsOnly(Problem):
    status = 422
    title = "The clinic treats adults only"
    what_to_do = "The date was not kept. Show the person `other_help` at once: it says where help for their age is."


class TooManyBegun(Problem):
    """Refuses nobody who needs somebody: the lines stand in it, and the short request is always taken."""

    status = 429
    title = "Many requests were begun from one place"
    what_to_do = (
        "Send the short request instead, which is always taken (`short_request`), or wait as long as `Retry-After` says. "
        "In a crisis call or text one of the lines in `in_crisis` now."
    )

    def __init__(self, clinic: ClinicIdentity, retry_after: int) -> None:
        members = {"in_crisis": crisis_lines(clinic), "short_request": "/api/consultation-requests"}
        super().__init__(retry_after=retry_after, members=members)
