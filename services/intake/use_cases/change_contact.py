"""Staff change how somebody is reached, on their behalf."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from services.intake.domain.consent import PURPOSE, Channel, Consent, can_be_sent_messages
from services.intake.domain.consultation_request import ConsultationRequest, RequestChanged
from services.intake.domain.own_page import in_language
from services.intake.domain.staff_actions import Actor
from services.intake.store import consents, consultation_requests, patients, request_acts
from services.intake.store.request_acts import Act
from shared.database import Transaction
from shared.events.patient import PatientContactChanged
from shared.events.values import ContactEnvelope, DecidedBy, LinkTo
from shared.keyring.ciphers import PatientCipher
from shared.keyring.contact import ConsentGiven, Contact, open_contact, seal_contact


@dataclass(frozen=True, slots=True)
class NewContact:
    """What was typed, and keeps every rule. `consents` are those that hold from now on."""

    name: str
    email: str | None
    mobile: str | None
    language: str
    consents: tuple[Consent, ...]


async def change_contact(
    tx: Transaction,
    clinic_id: UUID,
    request_id: UUID,
    cipher: PatientCipher,
    new: NewContact,
    seen: int,
    by: Actor,
) -> None:
    """Change it and tell the others. What is the same already is not changed.

    A consent goes on where its words and its address are still the same; any other was read out now. `seen` is the
    person version that was on the page. Raises RequestNotFound, RequestChanged, SealBroken.
    """
    request = await consultation_requests.lock(tx, clinic_id, request_id)
    before = await patients.lock(tx, request.patient_id)
    old = open_contact(cipher, before.contact)
    read_out = _read_out(old, new)
    contact = _contact(old, new, read_out, tx)
    if contact == old:
        return
    if before.contact.person_version != seen:
        raise RequestChanged
    await _keep(tx, request, before, seal_contact(cipher, contact, seen + 1), new, by)
    await consents.add(tx, clinic_id, request.patient_id, seen + 1, read_out, by.id)


def _read_out(old: Contact, new: NewContact) -> list[Consent]:
    """The consents that do not simply go on."""
    had = {one.channel: one.wording_version for one in old.consents}
    same = {Channel.EMAIL: old.email == new.email}
    return [
        one
        for one in new.consents
        if had.get(one.channel) != one.wording_version or not same.get(one.channel, old.mobile == new.mobile)
    ]


def _contact(old: Contact, new: NewContact, read_out: Collection[Consent], tx: Transaction) -> Contact:
    earlier = {one.channel: one for one in old.consents}
    return old.model_copy(
        update={
            "name": new.name,
            "email": new.email,
            "mobile": new.mobile,
            "language": new.language,
            "links": old.links if new.language == old.language else _in_language(old.links, new.language),
            "consents": tuple(
                ConsentGiven(purpose=PURPOSE, channel=one.channel, wording_version=one.wording_version, given_at=tx.now)
                if one in read_out
                else earlier[one.channel]
                for one in new.consents
            ),
        }
    )


def _in_language(links: Mapping[str, str], language: str) -> dict[str, str]:
    """What they open is read in the language that they are written to in."""
    return {to: in_language(link, language) if to == LinkTo.REQUEST else link for to, link in links.items()}


async def _keep(
    tx: Transaction,
    request: ConsultationRequest,
    before: patients.LockedPatient,
    contact: ContactEnvelope,
    new: NewContact,
    by: Actor,
) -> None:
    reachable = can_be_sent_messages(new.consents, {Channel.EMAIL: new.email, Channel.SMS: new.mobile})
    after = await patients.save_contact(tx, before, contact, reachable=reachable)
    await request_acts.add(tx, request, Act.CONTACT_CHANGED, by)
    tx.emit(
        PatientContactChanged(
            clinic_id=request.clinic_id,
            patient_id=after.id,
            contact=contact,
            reachable=reachable,
            changed_at=tx.now,
            by=DecidedBy.STAFF,
        ),
        of=after,
    )
    tx.changed("requests", f"request:{request.id}")
