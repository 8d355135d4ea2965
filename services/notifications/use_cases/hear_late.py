"""Somebody must be seen sooner than there is a time for them: staff see it at once, and until something has changed."""

from collections.abc import Sequence

from services.notifications.domain.heard import DeadlineGivenUpHeard, LateHeard
from services.notifications.store import deadlines, inbox
from services.notifications.store.inbox import News
from shared.database.transaction import Transaction


async def hear_late(tx: Transaction, heard: Sequence[LateHeard]) -> None:
    """Of what is heard after the consultation has changed, or after its deadline was given up, nobody is told any more; of what
    is said again the last stays. The request's row is locked, as by news of the consultation: each sees the other."""
    await deadlines.wait_for_news(tx)
    await inbox.add(tx, [row for one in heard for row in (_row(one), inbox.of_request(one, one.said_at, calls=False))])
    await inbox.close_overtaken(tx, [one.request_id for one in heard])


async def hear_given_up(tx: Transaction, heard: Sequence[DeadlineGivenUpHeard]) -> None:
    """A clinician has settled it: nobody needs to look, whichever of the two is heard first."""
    await deadlines.give_up(tx, heard)
    await inbox.close_overtaken(tx, [one.request_id for one in heard])


def _row(one: LateHeard) -> News:
    return News(
        "late",
        one.late_id,
        one.clinic_id,
        one.said_at,
        patient_id=one.patient_id,
        request_id=one.request_id,
        urgency="urgent",
        facts={
            "version": str(one.consultation_version),
            "due_by": one.due_by.isoformat(),
            "starts_at": one.starts_at.isoformat() if one.starts_at else "",
            "nearest": " ".join(at.isoformat() for at in one.nearest),
            "because": one.because,
            "said_before": str(one.said_before),
        },
    )
