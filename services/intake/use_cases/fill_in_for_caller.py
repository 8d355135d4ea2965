"""Staff fill in a whole request with somebody who phones or stands at the desk: the same walk, the same questions, and every
page kept before the next one is shown.

It is found by its id among those that staff began, and by nobody's link: the caller gets one when it is handed over. From
the caller's first own answer on it is theirs, and staff see no more of it than of any unsent request.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from services.intake.domain.guided.answers import Answers, Values
from services.intake.domain.guided.unsent import RequestDraft
from services.intake.domain.refusal import NotPossible
from services.intake.domain.staff_actions import Actor
from services.intake.domain.words import words
from services.intake.store import caller_acts, request_drafts
from services.intake.store.caller_acts import CallerAct, KeptCallerAct
from services.intake.use_cases.begin_request import begin_request
from services.intake.use_cases.pause_request import MOST_A_DAY, send_link
from services.intake.use_cases.save_page import Saved, raise_in, save_in
from services.intake.use_cases.send_request import send_locked
from services.intake.use_cases.submit_request import Door, Submitted
from shared.database import Transaction
from shared.ids import new_token
from shared.keyring.blind_index import BlindIndex
from shared.keyring.ciphers import PatientCipher

MOST_LISTED = 200


class TakenOver(Exception):
    """The caller goes on by their own link: what they answer is not staff's to see until they send it."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request that staff began, and who of them did what with it. Its answers are sealed."""

    draft: RequestDraft
    acts: list[KeptCallerAct]


async def begin_for_caller(
    tx: Transaction, cipher: PatientCipher, door: Door, language: str, by: Actor
) -> RequestDraft:
    """`door` names the same member of staff as `by`. The token of its link is forgotten here: nobody has been given it."""
    draft = await request_drafts.find(tx, await begin_request(tx, cipher, door, language))
    await caller_acts.add(tx, draft, CallerAct.BEGUN, by)
    tx.changed("requests")
    return draft


async def calls(tx: Transaction, clinic_id: UUID) -> list[Call]:
    """Those that nobody has sent, the latest first."""
    drafts = await request_drafts.for_callers(tx, clinic_id, MOST_LISTED)
    acts = await caller_acts.of_requests(tx, clinic_id, [draft.request_id for draft in drafts])
    return [Call(draft, acts.get(draft.request_id, [])) for draft in drafts]


async def open_for_caller(tx: Transaction, clinic_id: UUID, request_id: UUID) -> Call:
    """Raises DraftUnknown for one that staff did not begin."""
    draft = await request_drafts.find_for_caller(tx, clinic_id, request_id)
    return Call(draft, await caller_acts.of_request(tx, clinic_id, request_id))


async def save_for_caller(
    tx: Transaction,
    clinic_id: UUID,
    request_id: UUID,
    cipher: PatientCipher,
    slug: str,
    values: Values,
    revision: int,
    by: Actor,
) -> Saved | TakenOver:
    """As `save_page`. A risk is raised also when the caller has taken over meanwhile: it was said. Raises DraftUnknown."""
    draft = await request_drafts.lock_for_caller(tx, clinic_id, request_id)
    if draft.taken_over_at and not draft.sent:
        await raise_in(tx, draft, Answers().with_page(slug, values))
        return TakenOver()
    if not draft.sent:
        await _goes_on(tx, draft, by)
    return await save_in(tx, draft, cipher, slug, values, revision)


async def raise_for_caller(tx: Transaction, clinic_id: UUID, request_id: UUID, said: Answers) -> RequestDraft:
    """A risk in an answer that is refused, whoever has the request by now. Raises DraftUnknown."""
    return await raise_in(tx, await request_drafts.lock_for_caller(tx, clinic_id, request_id), said)


async def send_for_caller(
    tx: Transaction, clinic_id: UUID, request_id: UUID, cipher: PatientCipher, door: Door, by: Actor
) -> Submitted:
    """Once, whoever presses send. Raises DraftUnknown, DraftRefused, TakenOver."""
    draft = await request_drafts.lock_for_caller(tx, clinic_id, request_id)
    if draft.taken_over_at and not draft.sent:
        raise TakenOver
    if not draft.sent:
        await caller_acts.add(tx, draft, CallerAct.SENT, by)
    return await send_locked(tx, draft, cipher, door)


async def hand_over(
    tx: Transaction,
    clinic_id: UUID,
    request_id: UUID,
    cipher: PatientCipher,
    door: Door,
    index: BlindIndex,
    kept_for: timedelta,
    by: Actor,
) -> None:
    """A link to go on goes to the address that the caller gave. A link that was sent before ends.

    Nothing when it was sent meanwhile. Raises DraftUnknown, TakenOver; NotPossible when there is no address, or it has had
    its links.
    """
    draft = await request_drafts.lock_for_caller(tx, clinic_id, request_id)
    if draft.sent:
        return
    if draft.taken_over_at:
        raise TakenOver
    token = new_token()
    await request_drafts.give_link(tx, draft, token)
    if not await send_link(tx, draft, token, cipher, door, index, kept_for):
        raise NotPossible(
            words(
                f"This mailbox has had {MOST_A_DAY} such links today, so none was sent. Go on together, or send it tomorrow.",
                es=f"Este correo ya recibió {MOST_A_DAY} enlaces hoy, así que no se envió ninguno. Sigan juntos ahora, o "
                "envíelo mañana.",
            )
        )
    await caller_acts.add(tx, draft, CallerAct.HANDED_OVER, by)


async def _goes_on(tx: Transaction, draft: RequestDraft, by: Actor) -> None:
    acts = await caller_acts.of_request(tx, draft.clinic_id, draft.request_id)
    if not acts or acts[-1].staff_id != by.id:
        await caller_acts.add(tx, draft, CallerAct.CONTINUED, by)
