"""A request that was filled in page by page is sent: once, whoever presses send how often and in how many windows."""

from collections.abc import Callable

from services.intake.domain.draft import Submission, submission_of
from services.intake.domain.fair_share import NOT_COUNTED, Share
from services.intake.domain.guided.answers import Answers
from services.intake.domain.guided.reading import Reading, read
from services.intake.domain.guided.unsent import RequestDraft
from services.intake.store import consultation_requests, request_answers, request_drafts
from services.intake.store.sealed_answers import open_answers, open_way, seal_way
from services.intake.store.version_kinds import SCREENING
from services.intake.use_cases.clinic_rules import clinic_rules
from services.intake.use_cases.submit_request import Begun, Door, Submitted, submit_request
from shared.database import Transaction
from shared.keyring.ciphers import PatientCipher
from shared.versions.in_force import rules_in_force


def _not_counted(_submission: Submission) -> Share:
    return NOT_COUNTED


async def send_draft(
    tx: Transaction,
    token: str,
    cipher: PatientCipher,
    door: Door,
    share_of: Callable[[Submission], Share] = _not_counted,
) -> Submitted:
    """Screened under the rules in force, and kept with what was read in its answers. Sent again it answers the same.

    Raises DraftUnknown, and DraftRefused with a sentence for every answer that a request cannot be without.
    """
    return await send_locked(tx, await request_drafts.lock(tx, token), cipher, door, share_of)


async def send_locked(
    tx: Transaction,
    draft: RequestDraft,
    cipher: PatientCipher,
    door: Door,
    share_of: Callable[[Submission], Share] = _not_counted,
) -> Submitted:
    """The same for whoever has locked it already. Raises DraftRefused."""
    if draft.sent:
        return await _sent_before(tx, draft, cipher)
    answers = open_answers(cipher, draft.request_id, draft.answers)
    rules = clinic_rules(door.clinic, tx.now)
    submission = submission_of(answers.draft, rules, door.by)
    in_force = await rules_in_force(tx, SCREENING, draft.clinic_id)
    reading = read(answers, in_force.content, draft.risk, rules.today)

    submitted = await submit_request(
        tx, submission, cipher, door, share_of(submission), _begun(draft, answers, reading)
    )
    await request_answers.add(tx, draft.clinic_id, draft.request_id, reading, cipher)
    await request_drafts.save(tx, draft.sent_as(seal_way(cipher, draft.request_id, submitted.token), tx.now))
    tx.changed(f"request:{draft.request_id}")
    return submitted


def _begun(draft: RequestDraft, answers: Answers, reading: Reading) -> Begun:
    return Begun(
        request_id=draft.request_id,
        reference=draft.reference,
        language=answers.language or draft.language,
        disposition=reading.disposition,
        urgency=reading.urgency,
        hold_id=answers.hold_id,
        read_out_by=answers.spoken_to,
    )


async def _sent_before(tx: Transaction, draft: RequestDraft, cipher: PatientCipher) -> Submitted:
    request = await consultation_requests.get(tx, draft.clinic_id, draft.request_id)
    return Submitted(request, open_way(cipher, draft.request_id, draft.answers), None)
