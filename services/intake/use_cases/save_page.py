"""One page of a request is answered: it is kept before the next one is shown, and a risk in it is raised with it."""

from dataclasses import dataclass, replace

from services.intake.domain.guided.answers import Answers, Values
from services.intake.domain.guided.unsent import RequestDraft
from services.intake.store import request_drafts
from services.intake.store.sealed_answers import open_answers, open_way, seal_answers
from services.intake.use_cases.raise_risk import raise_risk
from shared.database import Transaction
from shared.keyring.ciphers import PatientCipher


@dataclass(frozen=True, slots=True)
class Kept:
    """`answers` are all of them, with this page."""

    answers: Answers


@dataclass(frozen=True, slots=True)
class ChangedElsewhere:
    """Another window has saved this page since it was shown here. Nothing was overwritten: `answers` are as they are."""

    answers: Answers


@dataclass(frozen=True, slots=True)
class AlreadySent:
    """The request was sent, maybe by another window, and changes no more. `request_token` opens its page."""

    request_token: str


Saved = Kept | ChangedElsewhere | AlreadySent
"""Answers and no exceptions, because each of them is committed: a risk in what was typed is raised whether or not the page
could be kept. Somebody said it."""


async def save_page(
    tx: Transaction, token: str, cipher: PatientCipher, slug: str, values: Values, revision: int
) -> Saved:
    """`revision` is of the page as it was shown, 0 when it was empty. The same values again are kept, by whichever window.

    Raises DraftUnknown, and SealBroken for another person's key.
    """
    draft = await request_drafts.lock(tx, token)
    return await save_in(tx, draft.with_caller(tx.now), cipher, slug, values, revision)


async def save_in(
    tx: Transaction, before: RequestDraft, cipher: PatientCipher, slug: str, values: Values, revision: int
) -> Saved:
    """The same for whoever has locked the request already. Raises SealBroken for another person's key."""
    if before.sent:
        await raise_in(tx, before, Answers().with_page(slug, values))
        return AlreadySent(open_way(cipher, before.request_id, before.answers))
    answers = open_answers(cipher, before.request_id, before.answers)
    said = answers.with_page(slug, values)
    raised = await hear_risk(tx, before, said)
    if said is not answers and revision != answers.revision(slug):
        await request_drafts.save(tx, raised)
        return ChangedElsewhere(answers)
    await request_drafts.save(tx, raised.saved(seal_answers(cipher, before.request_id, said), tx.now))
    if raised.risk:
        tx.changed(f"request:{before.request_id}")
    return Kept(said)


async def raise_what_was_said(tx: Transaction, token: str, said: Answers) -> RequestDraft:
    """A risk in an answer that is refused: nothing of it is kept, and staff hear of it all the same. Raises DraftUnknown."""
    return await raise_in(tx, await request_drafts.lock(tx, token), said)


async def raise_in(tx: Transaction, before: RequestDraft, said: Answers) -> RequestDraft:
    """The same for whoever has locked the request already."""
    raised = await hear_risk(tx, before, said)
    await request_drafts.save(tx, raised)
    return raised


async def hear_risk(tx: Transaction, draft: RequestDraft, said: Answers) -> RequestDraft:
    """With the risk in what was said, when it is graver than any before: then staff hear of it again."""
    level = said.risk
    if level is None or not draft.rises_to(level):
        return draft
    await raise_risk(
        tx,
        level,
        clinic_id=draft.clinic_id,
        patient_id=draft.patient_id,
        request_id=draft.request_id,
        reference=draft.reference,
    )
    return replace(draft, risk=level)
