"""What the doors of the short form call when a form comes again, changed, under a key that was used: `await hear_risk(…)`."""

from services.intake.desk import Desk
from services.intake.domain.draft import Submission
from services.intake.domain.risk import risk_of
from services.intake.use_cases.hear_changed_request import hear_changed_request
from shared.web.idempotency import RequestKey


async def hear_risk(desk: Desk, key: RequestKey, submission: Submission) -> bool:
    """In a transaction of its own: that of the form was refused. Says whether staff know of a risk in it.

    After a day the first answer is gone, and with it the way to the request: then only help is shown.
    """
    if risk_of(submission.reasons) is None:
        return False
    async with desk.database.transaction() as tx:
        first = await desk.answers.given(tx, key)
        leads_to = first.headers.get("Location", "") if first else ""
        return await hear_changed_request(tx, desk.settings.clinic.id, submission, leads_to)
