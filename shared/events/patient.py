"""A patient, as intake tells it: how to reach them, sealed."""

from pydantic import AwareDatetime

from shared.events.base import Kind, PatientEvent
from shared.events.values import ContactEnvelope, DecidedBy


class PatientContactChanged(PatientEvent, topic="patient-contact-changed", kind=Kind.STATE):
    """Name, channels, consents, language or zone are others now. Said of the patient, whose id is the subject.

    The envelope's person version rises with each such change, and alone decides which envelope is the newer one. Its
    links are those of the envelope that it replaces.
    """

    contact: ContactEnvelope
    reachable: bool
    """False when neither e-mail nor mobile is left: staff must phone or meet them."""
    changed_at: AwareDatetime
    by: DecidedBy
