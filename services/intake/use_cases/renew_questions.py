"""A link to questions has ended: a new one to the same questions goes to the address on file, and is shown nowhere."""

from dataclasses import replace

from services.intake.domain.information import LIFE
from services.intake.store import consultation_requests, done_counts, information_asks, patients, request_acts
from services.intake.store.information_asks import open_own, open_said, seal_own, seal_said
from services.intake.store.request_acts import Act
from services.intake.use_cases.ask_information import give_link
from services.intake.use_cases.pause_request import has_room
from services.intake.use_cases.see_my_request import LinkUnknown
from shared.database import Transaction
from shared.events.values import DecidedBy
from shared.ids import new_token, uuid7
from shared.keyring.blind_index import BlindIndex
from shared.keyring.ciphers import PatientCipher
from shared.keyring.contact import open_contact

MOST = 3
"""New links for one request, however many of its links have ended."""
NEW_LINK = "new-link"
"""What the patient's own asking is called on record."""


async def renew_questions(
    tx: Transaction, token: str, cipher: PatientCipher, index: BlindIndex, public_url: str
) -> None:
    """What was answered so far goes along. Whoever asks is answered alike: nothing happens while the link opens, when it was
    asked for before, when the request is over, or when the mailbox has had its links.

    Raises LinkUnknown, SealBroken.
    """
    old = await information_asks.lock(tx, token)
    if old is None:
        raise LinkUnknown
    if tx.now < old.expires_at or old.renewed_at:
        return
    before = await consultation_requests.lock(tx, old.clinic_id, old.request_id)
    email = open_contact(cipher, await patients.contact_of(tx, before.patient_id)).email
    if before.over or not before.reachable or not email:
        return
    asked = index.of("questions of one request", str(before.id))
    if not await done_counts.count(tx, old.clinic_id, asked, MOST) or not await has_room(
        tx, old.clinic_id, index, email
    ):
        return
    await information_asks.save(tx, replace(old, renewed_at=tx.now))
    ask_id = uuid7()
    new = replace(
        old,
        id=ask_id,
        own=seal_own(cipher, ask_id, open_own(cipher, old)),
        said=seal_said(cipher, ask_id, open_said(cipher, old)) if old.said else None,
        asked_at=tx.now,
        expires_at=tx.now + LIFE,
        renewed_at=None,
    )
    after = before.ask(tx.now)
    await consultation_requests.save(tx, after)
    await request_acts.add(tx, after, Act.ASKED, DecidedBy.PATIENT, about=NEW_LINK)
    await give_link(tx, after, new, new_token(), cipher, public_url)
