"""What happened with one request, as lines: who did what, when, and why where it was written down. The newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.intake.domain.recognition import Trait
from services.intake.store.caller_acts import CallerAct
from services.intake.store.request_acts import Act, KeptAct
from services.intake.use_cases.decline_request import Because
from services.intake.use_cases.look_at_one_request import WholeRequest
from services.intake.use_cases.renew_questions import NEW_LINK
from shared.events.staff import Role
from shared.events.values import DecidedBy, DeclineLetter

ROLES = {
    Role.FRONT_DESK: "front desk",
    Role.NURSE: "nurse",
    Role.CLINICIAN: "clinician",
    Role.ADMINISTRATOR: "administrator",
}
BECAUSE = {
    Because.NOT_SUITABLE: "Not suitable for this person",
    Because.OTHER_CARE: "Other care fits better",
    Because.NOT_OFFERED: "Not offered here",
    Because.NOT_REACHED: "Could not be reached",
}
LETTERS = {
    DeclineLetter.GENERAL: ("We cannot offer it here", "Kind, and says no more. When none of the others is right."),
    DeclineLetter.NOT_NOW: ("Not suitable now", "They may ask again when things have changed."),
    DeclineLetter.OTHER_CARE: ("Other care first", "With an offer to look with them whom to ask."),
    DeclineLetter.OUTSIDE: ("Outside what we treat", "Others do offer it; we tell them whom we know."),
    DeclineLetter.OWN_WISH: ("By their own wish", "It has ended as they asked, and they may come back."),
}
"""What a patient is told, and a note for whoever chooses it. The letters themselves are notifications' data."""
TRAITS = {
    Trait.EMAIL: "the same email",
    Trait.MOBILE: "the same phone",
    Trait.NAME: "the same name",
    Trait.BIRTH: "the same date of birth",
}
_DID = {
    Act.ACCEPTED: "Let it be booked",
    Act.DECIDED: "Decided that it may be booked",
    Act.OVERRIDDEN: "Accepted it although screening says stop",
    Act.ASKED: "Asked the patient for more",
    Act.ANSWERED: "Answered",
    Act.DECLINED: "Declined it",
    Act.WITHDRAWN: "Withdrew it",
    Act.CONTACT_CHANGED: "Changed how they are reached",
    Act.SAME_PERSON: "The same person as {about}",
    Act.OTHER_PERSON: "Not the same person as {about}",
    Act.UNDECIDED: "Took back what was decided about {about}",
}
_DID_WITH_CALLER = {
    CallerAct.BEGUN: "Began it with the caller",
    CallerAct.CONTINUED: "Went on with the caller",
    CallerAct.HANDED_OVER: "Sent the caller a link to go on alone",
    CallerAct.SENT: "Sent it for the caller",
}


@dataclass(frozen=True, slots=True)
class Line:
    """`note` is what staff wrote; None when nothing was, "" when it cannot be read now."""

    at: datetime
    what: str
    who: str
    note: str | None = None


def history_of(whole: WholeRequest, notes: Mapping[int, str]) -> list[Line]:
    """`notes` by the version of the request that the act made."""
    request, risk = whole.listed.request, whole.listed.risk
    entered = whole.entered_by and whole.names.get(whole.entered_by, "a member of staff")
    lines = [
        Line(request.requested_at, "Asked for a consultation", f"{entered}, for a caller" if entered else "Patient")
    ]
    lines += [
        Line(act.at, _what(act), _who(act), notes.get(act.version, "") if act.note else None) for act in whole.acts
    ]
    lines += [
        Line(act.at, _DID_WITH_CALLER[act.act], f"{act.staff_name}, {ROLES[act.role]}") for act in whole.with_caller
    ]
    if risk:
        lines.append(Line(risk.raised_at, f"Risk raised: {risk.level}", "System"))
    if risk and risk.acknowledged_at:
        taken = whole.names.get(risk.acknowledged_by) if risk.acknowledged_by else None
        lines.append(Line(risk.acknowledged_at, "Took the risk alert", taken or "A member of staff"))
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _what(act: KeptAct) -> str:
    said = _DID[act.act].format(about=act.about)
    if act.act is Act.ASKED and act.about == NEW_LINK:
        return "Asked for a new link to the questions"
    because, _, letter = (act.about or "").partition("/")
    if act.act is Act.DECLINED and because in set(Because):
        said = f"{said}: {_in_a_sentence(BECAUSE[Because(because)])}"
        return f"{said}. Letter: {_in_a_sentence(LETTERS[DeclineLetter(letter)][0])}" if letter in LETTERS else said
    return said


def _in_a_sentence(words: str) -> str:
    return words[0].lower() + words[1:]


def _who(act: KeptAct) -> str:
    if act.staff_name:
        return f"{act.staff_name}, {ROLES[act.role]}" if act.role else act.staff_name
    return {DecidedBy.PATIENT: "Patient", DecidedBy.STAFF: "A member of staff", DecidedBy.SYSTEM: "System"}[act.by]
