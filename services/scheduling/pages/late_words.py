"""Why somebody is not seen in time, in words for staff, and what they can do about it."""

from dataclasses import dataclass

from services.scheduling.domain.consultation import ConsultationState
from services.scheduling.domain.late import GivenUpBecause


@dataclass(frozen=True, slots=True)
class LateWords:
    why: str
    do: str


LATE = {
    ConsultationState.AWAITING: LateWords("nobody has decided on the request", "Open the request, and decide."),
    ConsultationState.WAITLISTED: LateWords("no time is booked", "Phone the patient, and give them a time."),
    ConsultationState.BOOKED: LateWords(
        "they are booked later", "Phone the patient, and move the appointment with them."
    ),
    ConsultationState.MISSED: LateWords(
        "they did not come and have no other time", "Phone the patient, and book another time with them."
    ),
}
GIVEN_UP = {
    GivenUpBecause.SEEN_ELSEWHERE: "They were seen elsewhere, or are in care there",
    GivenUpBecause.LATER_AGREED: "We spoke with them: later is safe, and is what they want",
    GivenUpBecause.NOT_REACHED: "They cannot be reached, and everything our plan foresees was done",
    GivenUpBecause.ASSESSED_ANEW: "They were assessed anew: it does not hurry",
}
