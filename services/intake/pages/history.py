"""What happened with one request, as lines: who did what, when, and why where it was written down. The newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.intake.domain.recognition import Trait
from services.intake.store.request_acts import Act, KeptAct
from services.intake.use_cases.decline_request import Because
from services.intake.use_cases.look_at_one_request import WholeRequest
from shared.events.staff import Role
from shared.events.values import DecidedBy

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
    if risk:
        lines.append(Line(risk.raised_at, f"Risk raised: {risk.level}", "System"))
    if risk and risk.acknowledged_at:
        taken = whole.names.get(risk.acknowledged_by) if risk.acknowledged_by else None
        lines.append(Line(risk.acknowledged_at, "Took the risk alert", taken or "A member of staff"))
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _what(act: KeptAct) -> str:
    said = _DID[act.act].format(about=act.about)
    if act.act is Act.DECLINED and act.about in set(Because):
        return f"{said}: {BECAUSE[Because(act.about)][0].lower()}{BECAUSE[Because(act.about)][1:]}"
    return said


def _who(act: KeptAct) -> str:
    if act.staff_name:
        return f"{act.staff_name}, {ROLES[act.role]}" if act.role else act.staff_name
    return {DecidedBy.PATIENT: "Patient", DecidedBy.STAFF: "A member of staff", DecidedBy.SYSTEM: "System"}[act.by]
