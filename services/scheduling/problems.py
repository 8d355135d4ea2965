"""How scheduling's refusals look from outside. Routes import the errors from here, so that each is described before them."""

from services.scheduling.domain.appointment import AppointmentIsOver, NotTimeYet
from services.scheduling.domain.calendar_feed import FeedRevoked, FeedUnknown, NotTheirFeed
from services.scheduling.domain.change import (
    CannotBeKept,
    ChangedMeanwhile,
    NothingToChange,
    TooLateToMove,
    TooManyMoves,
)
from services.scheduling.domain.decision import NotYetSeen
from services.scheduling.domain.late import DeadlineChanged
from services.scheduling.domain.on_its_day import NotItsDay
from services.scheduling.domain.override import NotYoursToOverride
from services.scheduling.domain.session import (
    RecordChanged,
    SessionAlreadyRecorded,
    SessionNotBooked,
    SessionNotRecorded,
)
from services.scheduling.domain.slot_offer import OfferIsOver, OfferUnknown
from services.scheduling.store.appointments import AppointmentUnknown
from services.scheduling.store.consultations import ConsultationNotFound
from services.scheduling.store.sessions import SessionNotFound
from services.scheduling.use_cases.book_consultation import NobodyWaits
from services.scheduling.use_cases.book_proposal import NotKept
from services.scheduling.use_cases.book_session import NoSessionsHere, PatientUnknown, PrescriberUnknown
from services.scheduling.use_cases.change_clinic import ClinicNotSetUp
from services.scheduling.use_cases.complete_appointment import RecordWanted
from services.scheduling.use_cases.hold_time import NoTimesToChoose, RequestIsSent, TooManyHolds
from services.scheduling.use_cases.move_by_staff import ChairUnknown, KindGone, TimeIsPast
from services.scheduling.use_cases.offer_by_hand import NotOnTheList
from services.scheduling.use_cases.wait_again import NotMissed
from shared.web.problems import Problem, describe

__all__ = [
    "AppointmentIsOver",
    "AppointmentNotFound",
    "AppointmentUnknown",
    "CannotBeKept",
    "ChairUnknown",
    "ChangedMeanwhile",
    "ClinicNotSetUp",
    "ConsultationNotFound",
    "DeadlineChanged",
    "FeedRevoked",
    "FeedUnknown",
    "KindGone",
    "NoSessionsHere",
    "NoTimesToChoose",
    "NobodyWaits",
    "NotItsDay",
    "NotKept",
    "NotMissed",
    "NotOnTheList",
    "NotTheirFeed",
    "NotTimeYet",
    "NotYetSeen",
    "NotYourClinic",
    "NotYoursToOverride",
    "NothingToChange",
    "NothingToEdit",
    "OfferIsOver",
    "OfferUnknown",
    "PatientUnknown",
    "PrescriberUnknown",
    "RecordChanged",
    "RecordWanted",
    "RequestIsSent",
    "SessionAlreadyRecorded",
    "SessionNotBooked",
    "SessionNotFound",
    "SessionNotRecorded",
    "TicketRefused",
    "TimeIsPast",
    "TimeNotFree",
    "TooLateToMove",
    "TooManyHolds",
    "TooManyMoves",
]


class AppointmentNotFound(Problem):
    status = 404
    title = "There is no such appointment"
    what_to_do = "Look the patient up again: the appointment may have been moved or cancelled."


class NotYourClinic(Problem):
    status = 403
    title = "You do not work at this clinic"
    what_to_do = "Ask an administrator of the clinic if you should."


class NothingToEdit(Problem):
    status = 404
    title = "There is nothing of this name to edit"
    what_to_do = "Go to the page of the clinic, and choose from what it shows now."


class TicketRefused(Problem):
    status = 403
    title = "This ticket cannot be used"
    what_to_do = "Open the page of the request again: it carries a fresh one."


class TimeNotFree(Problem):
    """`reasons` in the problem's JSON says everything against the time, `instead` the nearest that can be had."""

    status = 409
    title = "This time cannot be kept"
    what_to_do = "Choose one of the others in `instead`, or ask for all free times again."


describe(
    AppointmentUnknown,
    name="appointment-not-found",
    status=AppointmentNotFound.status,
    title=AppointmentNotFound.title,
    what_to_do=AppointmentNotFound.what_to_do,
)
describe(
    DeadlineChanged,
    status=409,
    title="The deadline is another one by now",
    what_to_do="Nothing was given up. Open the consultation again, read what is new, and decide then.",
)
describe(
    AppointmentIsOver,
    name="appointment-is-over",
    status=409,
    title="This cannot be done with the appointment any more",
    what_to_do="Nothing was changed. Look at it again: it has begun, was cancelled or missed, or has taken place.",
)
describe(
    NotTimeYet,
    status=409,
    title="It is not time for this yet",
    what_to_do="Nothing was changed: the appointment still lies ahead. Say first that the patient has arrived if they are "
    "here, move it if it takes place on another day, or cancel it if they will not come.",
)
describe(
    NotItsDay,
    status=409,
    title="This is not the day of the appointment",
    what_to_do="Nothing was changed. Move it to today first if it takes place today. Of a day that is over say what became of "
    "it: that it took place, or that the patient did not come.",
)
describe(
    RecordWanted,
    status=409,
    title="A session ends with its record",
    what_to_do="Nothing was changed. Open the session and record what happened; that ends it.",
)
describe(
    NotYoursToOverride,
    status=403,
    title="Your role may not decide about this",
    what_to_do="Ask a clinician to book it, or choose another time. The reasons say what stands against this one.",
)
describe(
    TimeIsPast,
    status=409,
    title="This time is over",
    what_to_do="Nothing was changed. Choose a time that lies ahead.",
)
describe(
    KindGone,
    status=409,
    title="The clinic does not offer this any more",
    what_to_do="Nothing was changed. Ask an administrator to look at the clinic's kinds of appointment.",
)
describe(
    ClinicNotSetUp,
    status=409,
    title="The clinic is not set up yet",
    what_to_do="Ask whoever runs the system to begin its calendar: `chairside calendar`. The rest is entered here.",
)
describe(
    NothingToChange,
    name="no-appointment-ahead",
    status=409,
    title="There is no appointment to change",
    what_to_do="None is booked, it was cancelled, or its time has come. The request itself says where it stands.",
)
describe(
    ChangedMeanwhile,
    status=409,
    title="The appointment is not any more what was shown",
    what_to_do="Nothing was changed. Look at it again, show what it is now, and let the person decide by that.",
)
describe(
    CannotBeKept,
    status=409,
    title="The clinic cannot keep this time",
    what_to_do="Nothing was changed. Look at the appointment again: `asked` says which other time is kept, if one still is. "
    "Otherwise call us, and we find one together.",
)
describe(
    TooLateToMove,
    status=409,
    title="It is too late to move this appointment here",
    what_to_do="The clinic wants to know earlier. Call us, and we find another way together; cancelling is still possible.",
)
describe(
    TooManyMoves,
    status=409,
    title="This appointment was moved often",
    what_to_do="Call us: from now on we choose the time together.",
)
describe(
    NotOnTheList,
    status=404,
    title="Nobody here waits with this request",
    what_to_do="Open the waiting list: they may have a time by now, or have withdrawn.",
)
describe(
    OfferUnknown,
    status=404,
    title="There is no such offer",
    what_to_do="Check that the link from the letter is complete.",
)
describe(
    OfferIsOver,
    status=409,
    title="This time is not offered any more",
    what_to_do="The place on the waiting list stays. Ask again what became of the offer, and say so kindly.",
)
describe(
    NoTimesToChoose,
    status=409,
    title="No times can be chosen at the moment",
    what_to_do="Send the request with wishes instead of a time: a time is found for it.",
)
describe(
    TooManyHolds,
    status=429,
    title="As many times are kept from here as can be",
    what_to_do="Send the request with wishes instead of a time, or give a time back first.",
)
describe(
    RequestIsSent,
    status=409,
    title="This request was sent already",
    what_to_do="Nothing was changed. The patient’s own page says what became of it.",
)
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
describe(
    FeedUnknown,
    name="calendar-unknown",
    status=404,
    title="There is no calendar at this address",
    what_to_do="Copy the whole address, or make another one among the calendars of the staff pages.",
)
describe(
    FeedRevoked,
    name="calendar-revoked",
    status=410,
    title="This calendar was revoked",
    what_to_do="Remove it from your calendar program. Another address is made among the calendars of the staff pages.",
)
describe(
    NotTheirFeed,
    name="not-your-calendar",
    status=403,
    title="This calendar is not yours",
    what_to_do="Everybody makes their own; those of chairs and rooms are made by an administrator.",
)
describe(
    PatientUnknown,
    status=404,
    title="This clinic has no such patient",
    what_to_do="Search for the appointments of the patient first: each names them.",
)
describe(
    PrescriberUnknown,
    status=404,
    title="This clinic has no such clinician",
    what_to_do="Find times again: each proposal names a clinician who can be booked.",
)
describe(
    ChairUnknown,
    status=404,
    title="This clinic has no such chair for it",
    what_to_do="Nothing was changed. Name a chair that the clinic has now, or none; a consultation takes none.",
)
describe(
    NobodyWaits,
    status=409,
    title="This patient waits for no consultation",
    what_to_do="A consultation is booked for somebody on the waiting list, or for who was missed, by the request. One that is "
    "booked already is moved by staff.",
)
describe(
    NotMissed,
    status=409,
    title="This consultation was not missed",
    what_to_do="Nothing was changed. Look at it again: only who did not come, and still wants to, waits for another time.",
)
describe(
    NotKept,
    status=404,
    title="No time is kept under this id",
    what_to_do="It is over, it was booked, or somebody else keeps it. Find times again.",
)
describe(
    ConsultationNotFound,
    status=404,
    title="There is no such consultation",
    what_to_do="Look it up in the list of consultations.",
)
describe(
    NotYetSeen,
    status=409,
    title="Nothing can be decided about this consultation now",
    what_to_do="Nothing was changed. A decision is for a consultation that has taken place: open it to see what became of it.",
)
