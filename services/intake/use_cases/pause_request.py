"""Somebody wants to go on with their request later, or on another device: they are sent the link."""

from datetime import timedelta

from services.intake.domain.contact_rules import clean_email
from services.intake.domain.guided.answers import Answers
from services.intake.domain.refusal import NotPossible
from services.intake.domain.words import words
from services.intake.store import request_drafts, request_pauses
from services.intake.store.request_pauses import RequestPause
from services.intake.store.sealed_answers import open_answers
from services.intake.use_cases.submit_request import Door
from shared.database import Transaction
from shared.events.unsent_request import RequestPaused
from shared.events.values import LinkTo
from shared.ids import uuid7
from shared.keyring.ciphers import PatientCipher
from shared.keyring.contact import Contact, seal_contact

MOST = 3
"""E-mails for one request that was not sent: it is a stranger who says whose address it is."""


async def pause_request(tx: Transaction, token: str, cipher: PatientCipher, door: Door, kept_for: timedelta) -> bool:
    """To the address they gave on the page about contact. False when it was sent meanwhile, and no link is of use.

    `kept_for` is how long an unsent request is kept: then the link ends. Raises DraftUnknown; NotPossible without an
    e-mail address, or when the link was sent MOST times.
    """
    draft = await request_drafts.lock(tx, token)
    if draft.sent:
        return False
    answers = open_answers(cipher, draft.request_id, draft.answers)
    contact = _contact(answers, answers.language or draft.language, door, token)
    if await request_pauses.count(tx, draft.request_id) >= MOST:
        raise NotPossible(
            words(
                f"We have sent you this link {MOST} times. Look for it in your mail, also among unwanted mail.",
                es=f"Le enviamos este enlace {MOST} veces. Búsquelo en su correo, también en el no deseado.",
            )
        )
    pause = RequestPause(uuid7(), draft.clinic_id, draft.request_id, tx.now)
    await request_pauses.add(tx, pause)
    await request_drafts.save(tx, draft.saved(draft.answers, tx.now))
    tx.emit(
        RequestPaused(
            clinic_id=draft.clinic_id,
            patient_id=draft.patient_id,
            pause_id=pause.id,
            request_id=draft.request_id,
            contact=seal_contact(cipher, contact, person_version=1),
            asked_at=tx.now,
            expires_at=tx.now + kept_for,
        ),
        of=pause,
    )
    return True


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
