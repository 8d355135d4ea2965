"""How to reach a patient: sealed once where it is known, carried sealed, opened only by who writes to the patient."""

from base64 import b64decode, b64encode
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints

from shared.events.values import ContactEnvelope
from shared.keyring.ciphers import PatientCipher
from shared.keyring.errors import SealBroken

Mobile = Annotated[str, StringConstraints(pattern=r"^\+[1-9]\d{6,14}$")]
"""E.164."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class ConsentGiven(_Frozen):
    """What the patient agreed to, by which channel, in which words."""

    purpose: str
    channel: str
    wording_version: str
    given_at: AwareDatetime


class Contact(_Frozen):
    """Everything a message needs. `links` maps a purpose to an address only this patient knows."""

    name: str
    email: str | None = None
    mobile: Mobile | None = None
    language: str
    zone: str
    consents: tuple[ConsentGiven, ...] = ()
    links: dict[str, str] = {}

    def __repr__(self) -> str:
        """Nothing personal, so that a contact in a log line or a traceback tells nobody anything."""
        return "Contact(…)"

    __str__ = __repr__


def seal_contact(cipher: PatientCipher, contact: Contact, person_version: int) -> ContactEnvelope:
    """The version is sealed in as well: an old envelope cannot pose as a new one."""
    sealed = cipher.seal(contact.model_dump_json().encode(), _context(person_version))
    return ContactEnvelope(sealed=b64encode(sealed).decode(), person_version=person_version)


def open_contact(cipher: PatientCipher, envelope: ContactEnvelope) -> Contact:
    """Raises SealBroken for an envelope of another patient, of another version, or a damaged one."""
    context = _context(envelope.person_version)
    try:
        sealed = b64decode(envelope.sealed, validate=True)
    except ValueError:
        raise SealBroken(context) from None
    return Contact.model_validate_json(cipher.open(sealed, context))


def _context(person_version: int) -> str:
    return f"contact:{person_version}"
