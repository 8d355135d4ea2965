"""Somebody wants to go on with their request later, or on another device: they are sent the link.

It is a stranger who says whose address it is: one request sends it a few times, and all of them together do not flood a
mailbox. Whoever asks is answered alike, because what others have sent to an address is nobody's to know.
"""

from datetime import timedelta
from uuid import UUID

from services.intake.domain.contact_rules import clean_email
from services.intake.domain.fair_share import mailbox_of
from services.intake.domain.guided.answers import Answers
from services.intake.domain.guided.unsent import RequestDraft
from services.intake.domain.refusal import NotPossible
from services.intake.domain.words import words
from services.intake.store import done_counts, request_drafts, request_pauses
from services.intake.store.request_pauses import RequestPause
from services.intake.store.sealed_answers import open_answers
from services.intake.use_cases.submit_request import Door
from shared.database import Transaction
from shared.events.unsent_request import RequestPaused
from shared.events.values import LinkTo
from shared.ids import uuid7
from shared.keyring.blind_index import BlindIndex
from shared.keyring.ciphers import PatientCipher
from shared.keyring.contact import Contact, seal_contact

MOST = 3
"""E-mails for one request that was not sent."""
MOST_A_DAY = 6
"""E-mails to one address for all requests that were not sent: a family shares one."""


async def pause_request(
    tx: Transaction, token: str, cipher: PatientCipher, door: Door, index: BlindIndex, kept_for: timedelta
) -> bool:
    """To the address they gave on the page about contact. False when it was sent meanwhile, and no link is of use.

    `kept_for` is how long an unsent request is kept: then the link ends. Raises DraftUnknown; NotPossible without an
    e-mail address, or when the link was asked for MOST times.
    """
    draft = await request_drafts.lock(tx, token)
    if draft.sent:
        return False
    await send_link(tx, draft, token, cipher, door, index, kept_for)
    return True


async def send_link(
    tx: Transaction,
    draft: RequestDraft,
    token: str,
    cipher: PatientCipher,
    door: Door,
    index: BlindIndex,
    kept_for: timedelta,
) -> bool:
    """Of a locked request that was not sent. False when the mailbox has had its links for today: then nothing goes out.

    Raises NotPossible, as above.
    """
    answers = open_answers(cipher, draft.request_id, draft.answers)
    contact = _contact(answers, answers.language or draft.language, door, token)
    asked = index.of("pause of one request", str(draft.request_id))
    if not await done_counts.count(tx, draft.clinic_id, asked, MOST):
        raise NotPossible(
            words(
                f"We have sent you this link {MOST} times. Look for it in your mail, also among unwanted mail.",
                es=f"Le enviamos este enlace {MOST} veces. Búsquelo en su correo, también en el no deseado.",
            )
        )
    await request_drafts.save(tx, draft.saved(draft.answers, tx.now))
    sealed = seal_contact(cipher, contact, person_version=1)
    if not await has_room(tx, draft.clinic_id, index, contact.email or ""):
        return False
    pause = RequestPause(uuid7(), draft.clinic_id, draft.request_id, tx.now)
    await request_pauses.add(tx, pause)
    tx.emit(
        RequestPaused(
            clinic_id=draft.clinic_id,
            patient_id=draft.patient_id,
            pause_id=pause.id,
            request_id=draft.request_id,
            contact=sealed,
            asked_at=tx.now,
            expires_at=tx.now + kept_for,
        ),
        of=pause,
    )
    return True


async def has_room(tx: Transaction, clinic_id: UUID, index: BlindIndex, email: str) -> bool:
    """Whether one more link may go to this mailbox today, whichever it is; it is counted."""
    mailbox = index.of("pause", f"{tx.now:%Y-%m-%d} {mailbox_of(email)}")
    return await done_counts.count(tx, clinic_id, mailbox, MOST_A_DAY)


def _contact(answers: Answers, language: str, door: Door, token: str) -> Contact:
    typed = answers.one("contact", "email")
    if not typed:
        raise NotPossible(
            words(
                "Write your email address on the page about how to reach you, and we send you the link.",
                es="Escriba su correo electrónico en la página sobre cómo contactarle, y le enviamos el enlace.",
            )
        )
    return Contact(
        name=answers.one("name"),
        email=clean_email(typed),
        language=language,
        zone=door.clinic.zone,
        links={LinkTo.UNFINISHED_REQUEST: door.link_to_unsent(token)},
    )
