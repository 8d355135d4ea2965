"""How scheduling's refusals look from outside. Routes import the errors from here, so that each is described before them."""

from services.scheduling.domain.session import (
    RecordChanged,
    SessionAlreadyRecorded,
    SessionNotBooked,
    SessionNotRecorded,
)
from services.scheduling.store.sessions import SessionNotFound
from services.scheduling.use_cases.book_session import NoSessionsHere
from shared.web.problems import Problem, describe

__all__ = [
    "AppointmentNotFound",
    "NoSessionsHere",
    "NotYourClinic",
    "RecordChanged",
    "SessionAlreadyRecorded",
    "SessionNotBooked",
    "SessionNotFound",
    "SessionNotRecorded",
]


class AppointmentNotFound(Problem):
    status = 404
    title = "There is no such appointment"


class NotYourClinic(Problem):
    status = 403
    title = "You do not work at this clinic"
    what_to_do = "Ask an administrator of the clinic if you should."


describe(
    SessionNotFound,
    status=404,
    title="There is no such session",
    what_to_do="Look it up in the list of sessions.",
)
describe(
    SessionAlreadyRecorded,
    status=409,
    title="This session has a record already",
    what_to_do="Nothing was changed. Open the session to see its record, and correct it there if it is wrong.",
)
describe(
    SessionNotRecorded,
    status=409,
    title="This session has no record yet",
    what_to_do="Nothing was changed. Open the session to record what happened.",
)
describe(
    RecordChanged,
    status=409,
    title="Somebody else has corrected this record meanwhile",
    what_to_do="Nothing was changed. Open the session to see what it says now, and correct that if it is still wrong.",
)
describe(
    SessionNotBooked,
    status=409,
    title="This session is not open any more",
    what_to_do="Nothing was changed. Open the session to see what became of it.",
)
describe(
    NoSessionsHere,
    status=409,
    title="No sessions can be booked here",
    what_to_do="Ask an administrator to set the clinic up: it has no infusion session among its kinds of appointment.",
)
