"""Opens a patient's envelope and writes the e-mail, at the last moment before it goes."""

from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from services.notifications.domain.invitation import Invitation, Method
from services.notifications.domain.message import Reason
from services.notifications.domain.wording import ClinicWords, letter
from services.notifications.store.message_content import Content
from services.notifications.store.messages import Claimed
from services.notifications.use_cases.outside import Mail
from shared.keyring import Keyring
from shared.keyring.contact import Contact, open_contact
from shared.keyring.errors import KeyErased, KeyUnknown, SealBroken
from shared.settings import ClinicIdentity
from shared.web.times import patient_day, patient_when


class Unwritable(Exception):
    """There is nobody to write to."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class MailWriter:
    """Knows the clinic and the patients' keys."""

    keyring: Keyring
    clinic: ClinicIdentity
    mail_from: str
    public_url: str

    async def write(self, message: Claimed, content: Content) -> Mail:
        """Raises Unwritable; failures of the keyring's database pass through."""
        contact, link = await self._open(message, content)
        if not contact.email:
            raise Unwritable(Reason.NO_EMAIL)
        try:
            recipient = validate_email(contact.email, check_deliverability=False, allow_smtputf8=True)
        except EmailNotValidError:
            raise Unwritable(Reason.ADDRESS_REFUSED) from None
        address = recipient.ascii_email or recipient.normalized
        zone = content.zone or self.clinic.zone
        starts_at = content.starts_at
        words = letter(
            message.kind,
            self._words(),
            name=contact.name,
            day=patient_day(starts_at, zone, message.planned_at) if starts_at else "",
            when=patient_when(starts_at, zone, message.planned_at) if starts_at else "",
            reference=content.reference,
            link=link,
        )
        return Mail(
            letter=words,
            invitation=self._invitation(message, content, address),
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
            own = open_contact(cipher, content.envelopes.request) if content.envelopes.request else contact
        except (KeyErased, KeyUnknown):
            raise Unwritable(Reason.ERASED) from None
        except (SealBroken, ValueError):
            raise Unwritable(Reason.NO_CONTACT) from None
        link = own.links.get("request", "") if message.request_id else ""
        return contact, f"{self.public_url}{link}" if link.startswith("/") else link

    def _invitation(self, message: Claimed, content: Content, recipient: str) -> Invitation | None:
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
            outside_name=self.clinic.outside_name,
            address=self.clinic.address,
            organizer_email=self.mail_from,
            attendee_email=recipient,
            stamped_at=message.planned_at,
        )

    def _words(self) -> ClinicWords:
        return ClinicWords(
            outside_name=self.clinic.outside_name,
            phone=self.clinic.phone_display,
            hours=self.clinic.hours,
            address=", ".join(self.clinic.address_lines),
            crisis_line=self.clinic.crisis_line,
            emergency_line=self.clinic.emergency_line,
        )
