"""Messages to patients: their kinds, their life, and when one is still true."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from shared.events.values import LinkTo


class MessageState(StrEnum):
    """planned → claimed → sent; retrying comes back to claimed; the others are ends."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    RETRYING = "retrying"
    SENT = "sent"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    SUPPRESSED = "suppressed"
    EXPIRED = "expired"
    BOUNCED = "bounced"
    FAILED = "failed"


class Reason(StrEnum):
    """Why a message is where it is: codes, for the timeline and for staff."""

    NO_LONGER_TRUE = "no-longer-true"
    WAITS_FOR_CONTACT = "waits-for-contact"
    WAITS_FOR_STAFF = "waits-for-staff"
    NO_CONTACT = "no-contact"
    ERASED = "erased"
    NO_EMAIL = "no-email"
    QUIET_HOURS = "quiet-hours"
    ADDRESS_REFUSED = "address-refused"
    NEVER_PROMISED = "never-promised"
    NEVER_ASKED = "never-asked"
    TRANSFERRED = "transferred"
    SCHEDULING_SILENT = "scheduling-silent"
    NOT_CONFIRMED = "not-confirmed"
    MAIL_SERVER_SILENT = "mail-server-silent"
    MAIL_SERVER_LATER = "mail-server-later"
    TOO_LATE = "too-late"
    UNEXPECTED = "unexpected"


class MessageKind(StrEnum):
    REQUEST_PAUSED = "request-paused"
    REQUEST_RECEIVED = "request-received"
    INFORMATION_ASKED = "information-asked"
    CONSULTATION_DECLINED = "consultation-declined"
    DECLINED_NOT_NOW = "consultation-declined-not-now"
    DECLINED_OTHER_CARE = "consultation-declined-other-care"
    DECLINED_OWN_WISH = "consultation-declined-own-wish"
    DECLINED_OUTSIDE = "consultation-declined-outside"
    CONSULTATION_SCHEDULED = "consultation-scheduled"
    CONSULTATION_CANCELLED = "consultation-cancelled"
    CONSULTATION_WAITLISTED = "consultation-waitlisted"
    CHANGE_LINK = "change-link"
    SLOT_OFFERED = "slot-offered"
    MOVE_PROPOSED = "move-proposed"
    TIME_STAYS = "time-stays"
    DECIDED_SUITABLE = "decided-suitable"
    DECIDED_NOT_SUITABLE = "decided-not-suitable"
    DECIDED_MORE_INFORMATION = "decided-more-information"
    SESSION_SCHEDULED = "session-scheduled"
    SESSION_CANCELLED = "session-cancelled"
    AFTER_CARE = "after-care"
    SCALES_DUE = "scales-due"

    @property
    def confirms(self) -> bool:
        """Promises a time: goes only when scheduling says that the time still stands."""
        return self in (self.CONSULTATION_SCHEDULED, self.SESSION_SCHEDULED)

    @property
    def cancels(self) -> bool:
        """Takes a promise back: goes also when scheduling cannot be asked."""
        return self in (self.CONSULTATION_CANCELLED, self.SESSION_CANCELLED)

    @property
    def must_reach(self) -> bool:
        """Without an e-mail address somebody phones instead."""
        return self.confirms or self.cancels or self in _MUST_REACH

    @property
    def names_a_time(self) -> bool:
        return self.confirms or self.cancels or self.offers or self is self.TIME_STAYS

    @property
    def offers(self) -> bool:
        """Keeps a time for the patient until they answer, with a link of its own."""
        return self in (self.SLOT_OFFERED, self.MOVE_PROPOSED)

    @property
    def needs_its_time(self) -> bool:
        """Speaks of an appointment that must still stand."""
        return self.promises_its_time or self is self.MOVE_PROPOSED

    @property
    def promises_its_time(self) -> bool:
        """Says that the patient is expected then."""
        return self.confirms or self is self.TIME_STAYS

    @property
    def is_over_when_late(self) -> bool:
        """What it is about is gone by then: nobody phones about it either."""
        return self.offers or self is self.TIME_STAYS

    @property
    def reminds(self) -> bool:
        """Nobody has just asked for it: it waits for the hours in which one may be reminded."""
        return self is self.SCALES_DUE

    @property
    def is_for_a_patient(self) -> bool:
        """Staff phone whom no e-mail reaches; but not somebody who has sent nothing yet, and whom nobody here knows."""
        return self is not self.REQUEST_PAUSED

    @property
    def leads_to(self) -> LinkTo:
        """Which of the links in the envelope it shows."""
        return _LEADS_TO.get(self, LinkTo.REQUEST)

    @property
    def needs_its_link(self) -> bool:
        """Without the link it would say nothing."""
        return self in _LEADS_TO


DECLINED = frozenset(
    {
        MessageKind.CONSULTATION_DECLINED,
        MessageKind.DECLINED_NOT_NOW,
        MessageKind.DECLINED_OTHER_CARE,
        MessageKind.DECLINED_OWN_WISH,
        MessageKind.DECLINED_OUTSIDE,
    }
)
"""Whichever letter staff chose."""


def declined_with(letter: str) -> MessageKind:
    """The letter that staff chose; the general one for a choice that is not known here."""
    kind = f"{MessageKind.CONSULTATION_DECLINED}-{letter}"
    return MessageKind(kind) if kind in DECLINED else MessageKind.CONSULTATION_DECLINED


DECIDED = frozenset(
    {MessageKind.DECIDED_SUITABLE, MessageKind.DECIDED_NOT_SUITABLE, MessageKind.DECIDED_MORE_INFORMATION}
)
"""What came of a consultation."""


def decided_as(decision: str) -> MessageKind:
    return MessageKind(f"decided-{decision}")


_MUST_REACH = frozenset(
    {
        *DECIDED,
        MessageKind.CONSULTATION_WAITLISTED,
        MessageKind.SLOT_OFFERED,
        MessageKind.MOVE_PROPOSED,
        MessageKind.TIME_STAYS,
        *DECLINED,
        MessageKind.INFORMATION_ASKED,
        MessageKind.SCALES_DUE,
    }
)
_LEADS_TO = {
    MessageKind.REQUEST_PAUSED: LinkTo.UNFINISHED_REQUEST,
    MessageKind.INFORMATION_ASKED: LinkTo.QUESTIONS,
    MessageKind.SCALES_DUE: LinkTo.QUESTIONNAIRE,
}


HOLD_RECEIPT = timedelta(seconds=60)
"""A receipt waits this long, because most requests have a time within a second, and one e-mail says it better than two."""
WAIT_FOR_CONTACT = timedelta(minutes=15)
"""Topics have no order between them: the contact may come after the booking. Longer than this is a fault; staff phone."""
RECEIPT_GOOD_FOR = timedelta(days=3)
NEWS_GOOD_FOR = timedelta(days=7)
CANCELLATION_GOOD_FOR = timedelta(hours=24)
"""Past the time that was cancelled: somebody who came in vain still wants to know why."""
LINK_GOOD_FOR = timedelta(days=1)
"""Whoever has waited longer for a link has asked again, or phoned."""
AFTER_CARE_GOOD_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Plan:
    """A message to be: `revision` is the newest of `about_id` when it was planned, and it dies with the next one."""

    kind: MessageKind
    clinic_id: UUID
    patient_id: UUID
    about_id: UUID
    revision: int
    due_at: datetime
    expires_at: datetime
    request_id: UUID | None = None
    appointment_id: UUID | None = None
    reason: Reason | None = None
    """Why it does not go yet, where somebody has to do something first."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What scheduling says of an appointment at this moment."""

    revision: int
    cancelled: bool
    cannot_be_kept: bool = False
    """The patient was asked about another time: nothing may say any more that this one is theirs."""


class Verdict(StrEnum):
    SEND = "send"
    STALE = "stale"
    WAIT = "wait"


def judge(kind: MessageKind, revision: int, standing: Standing | None) -> Verdict:
    """May this message about an appointment go out now? `standing` is None when scheduling did not say.

    A promise waits for the answer. A cancellation goes without one: a patient who comes in vain is the worse mistake.
    """
    if standing is None:
        return Verdict.SEND if kind.cancels else Verdict.WAIT
    if standing.revision != revision or standing.cancelled is kind.needs_its_time:
        # Scheduling may also stand below us, after a restore: then our word is not its word any more either.
        return Verdict.STALE
    if standing.cannot_be_kept and kind.promises_its_time:
        # Taken back, the question leaves a patient who has no confirmation yet: it waits for what becomes of it.
        return Verdict.WAIT if kind.confirms else Verdict.STALE
    return Verdict.SEND


def needs_cancelling(*, was_offered: bool, patient_decided: bool) -> bool:
    """Is there anything to take back? Not when the patient gave it up before any message had named the time."""
    return was_offered or not patient_decided


def needs_after_care(outcome: str) -> bool:
    """After this outcome of a session, does the patient go home? Also when it was stopped early: then they recover and are
    discharged as usual. Who was transferred is in a hospital's care, and must not read that they should rest at home."""
    return outcome != "transferred"
