"""Opens a patient's envelope and writes the e-mail, at the last moment before it goes."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from email_validator import EmailNotValidError, validate_email

from services.notifications.domain.invitation import Invitation, Method
from services.notifications.domain.message import Reason
from services.notifications.domain.quiet_hours import quiet_until
from services.notifications.domain.wording import About, ClinicWords, Wording, letter
from services.notifications.store.claimed_messages import Claimed
from services.notifications.store.message_content import Content
from services.notifications.use_cases.outside import Mail
from shared.keyring import Keyring
from shared.keyring.contact import Contact, open_contact
from shared.keyring.errors import KeyErased, KeyUnknown, SealBroken
from shared.settings import ClinicIdentity
from shared.web.languages import preferred
from shared.web.times import patient_day, patient_when


class Unwritable(Exception):
    """There is nobody to write to."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class QuietHours(Exception):
    """Nobody is reminded of anything at this hour."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


@dataclass(frozen=True, slots=True)
class Fresh:
    """The paths of links that were made for this letter. With `change` the patient changes the appointment or answers an
    offer; it stands in the place of any other. With `come` they say that they come; it stands beside the other."""

    change: str | None = None
    come: str | None = None


NONE = Fresh()


def clinic_words(clinic: ClinicIdentity, language: str) -> ClinicWords:
    """How the clinic is named in a letter in this language."""
    return ClinicWords(
        outside_name=clinic.outside_name,
        phone=clinic.phone_display,
        hours=clinic.hours_in_language(language),
        address=", ".join(clinic.address_lines),
        crisis_line=clinic.crisis_line,
        emergency_line=clinic.emergency_line,
    )


@dataclass(frozen=True, slots=True)
class MailWriter:
    """Knows the clinic, the patients' keys, and what letters say in each language."""

    keyring: Keyring
    clinic: ClinicIdentity
    mail_from: str
    public_url: str
    wordings: Mapping[str, Wording]

    async def fetch_keys(self, patient_ids: Iterable[UUID]) -> None:
        """The keys of several patients with one question, for the letters that are written next. One that is broken shows
        in its own letter."""
        with suppress(SealBroken):
            await self.keyring.ciphers(patient_ids)

    async def write(self, message: Claimed, content: Content, now: datetime, fresh: Fresh = NONE) -> Mail:
        """Raises Unwritable, QuietHours; failures of the keyring's database pass through."""
        contact, link = await self._open(message, content)
        if not contact.email:
            raise Unwritable(Reason.NO_EMAIL)
        try:
            recipient = validate_email(contact.email, check_deliverability=False, allow_smtputf8=True)
        except EmailNotValidError:
            raise Unwritable(Reason.ADDRESS_REFUSED) from None
        address = recipient.ascii_email or recipient.normalized
        if message.kind.reminds and (until := quiet_until(now, contact.zone)):
            raise QuietHours(until)
        language = preferred(contact.language, list(self.wordings))
        wording = self.wordings[language]
        clinic = clinic_words(self.clinic, language)
        if fresh.change:
            link = f"{self.public_url}{fresh.change}/{language}"
        answer = f"{self.public_url}{fresh.come}/{language}" if fresh.come else ""
        about = self._about(message, content, contact.name, link, answer, language)
        return Mail(
            letter=letter(message.kind, clinic, language, wording, about),
            invitation=self._invitation(message, content, address, wording.around.calendar),
            sender=self.mail_from,
            sender_name=self.clinic.outside_name,
            recipient=address,
            message_id=message.header_id,
            dated=message.planned_at,
        )

    async def _open(self, message: Claimed, content: Content) -> tuple[Contact, str]:
        if content.envelopes is None:
            raise Unwritable(Reason.NO_CONTACT)
        try:
            cipher = await self.keyring.cipher(message.patient_id)
            contact = open_contact(cipher, content.envelopes.contact)
            own = open_contact(cipher, content.envelopes.own) if content.envelopes.own else contact
        except (KeyErased, KeyUnknown):
            raise Unwritable(Reason.ERASED) from None
        except (SealBroken, ValueError):
            raise Unwritable(Reason.NO_CONTACT) from None
        kind = message.kind
        link = own.links.get(kind.leads_to, "") if message.request_id or kind.needs_its_link else ""
        if kind.needs_its_link and not link:
            raise Unwritable(Reason.NO_CONTACT)
        return contact, f"{self.public_url}{link}" if link.startswith("/") else link

    def _about(self, message: Claimed, content: Content, name: str, link: str, answer: str, language: str) -> About:
        zone, starts_at = content.zone or self.clinic.zone, content.starts_at
        return About(
            name=name,
            day=patient_day(starts_at, zone, message.planned_at, language) if starts_at else "",
            when=patient_when(starts_at, zone, message.planned_at, language) if starts_at else "",
            until=self._until(message, zone, language),
            reference=content.reference,
            link=link,
            answer=answer,
            chosen=patient_when(content.instead_of, zone, message.planned_at, language) if content.instead_of else "",
            is_read_first=content.is_read_first,
            is_moved=content.is_moved,
            is_changed=content.is_changed,
            is_shared=content.is_shared,
            is_amended=content.is_amended,
        )

    def _until(self, message: Claimed, zone: str, language: str) -> str:
        """An offer ends at a time, everything else with a day."""
        said = patient_when if message.kind.offers else patient_day
        return said(message.expires_at, zone, message.planned_at, language)

    def _invitation(self, message: Claimed, content: Content, recipient: str, title: str) -> Invitation | None:
        """A cancellation names the calendar entry only when there is one to cancel."""
        if not (message.kind.confirms or (message.kind.cancels and content.was_offered)):
            return None
        if message.appointment_id is None or content.starts_at is None or content.ends_at is None:
            return None
        return Invitation(
            appointment_id=message.appointment_id,
            revision=message.revision,
            method=Method.CANCEL if message.kind.cancels else Method.REQUEST,
            starts_at=content.starts_at,
            ends_at=content.ends_at,
            zone=content.zone or self.clinic.zone,
            title=title.format(clinic=self.clinic.outside_name),
            outside_name=self.clinic.outside_name,
            address=self.clinic.address,
            organizer_email=self.mail_from,
            attendee_email=recipient,
            stamped_at=message.planned_at,
        )
