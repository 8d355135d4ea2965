"""How a patient allows us to reach them, in the exact words they agreed to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from services.intake.domain.refusal import NotPossible
from services.intake.domain.words import ENGLISH, words

PURPOSE = "contact-about-care"


class Channel(StrEnum):
    EMAIL = "email"
    SMS = "sms"
    PHONE = "phone"


MESSAGE_CHANNELS = frozenset({Channel.EMAIL, Channel.SMS})
"""Those the system can use by itself. A patient with none of them is phoned by a person."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A sentence somebody agreed to. A change of words is a new version beside the old one, never an edit: the record
    of a consent must go on meaning what was read."""

    version: str
    channel: Channel
    text: str
    language: str = ENGLISH
    for_another: bool = False
    """For somebody who asks for another adult: it is their address, and not how they are doing."""

    def said_by(self, clinic: str) -> str:
        return self.text.format(clinic=clinic)


WORDINGS: dict[str, Wording] = {
    wording.version: wording
    for wording in (
        Wording(
            "contact-email-1",
            Channel.EMAIL,
            "{clinic} may email me about my request, my appointments and how I am doing. "
            "Subject lines never name a treatment. I can end this at any time.",
        ),
        Wording(
            "contact-sms-1",
            Channel.SMS,
            "{clinic} may text me about my request and my appointments. Texts never name a treatment. "
            "My carrier may charge for them. I can end this at any time by answering STOP.",
        ),
        Wording(
            "contact-phone-1",
            Channel.PHONE,
            "{clinic} may call me. If I do not answer, a message may give the clinic's name and number, nothing more.",
        ),
        Wording(
            "contact-email-1-es",
            Channel.EMAIL,
            "{clinic} puede enviarme correos electrónicos sobre mi solicitud, mis citas y cómo estoy. "
            "El asunto nunca nombra un tratamiento. Puedo terminar esto en cualquier momento.",
            "es",
        ),
        Wording(
            "contact-sms-1-es",
            Channel.SMS,
            "{clinic} puede enviarme mensajes de texto sobre mi solicitud y mis citas. Los mensajes nunca nombran un "
            "tratamiento. Mi compañía telefónica puede cobrarlos. Puedo terminar esto en cualquier momento respondiendo "
            "STOP.",
            "es",
        ),
        Wording(
            "contact-phone-1-es",
            Channel.PHONE,
            "{clinic} puede llamarme. Si no contesto, un mensaje puede dar el nombre y el número de la clínica, nada más.",
            "es",
        ),
        Wording(
            "contact-email-other-1",
            Channel.EMAIL,
            "{clinic} may email me about this request, the appointments and how the person I ask for is doing. "
            "Subject lines never name a treatment. I can end this at any time.",
            for_another=True,
        ),
        Wording(
            "contact-sms-other-1",
            Channel.SMS,
            "{clinic} may text me about this request and the appointments. Texts never name a treatment. "
            "My carrier may charge for them. I can end this at any time by answering STOP.",
            for_another=True,
        ),
        Wording(
            "contact-email-other-1-es",
            Channel.EMAIL,
            "{clinic} puede enviarme correos electrónicos sobre esta solicitud, las citas y cómo está la persona para la "
            "que pido la consulta. El asunto nunca nombra un tratamiento. Puedo terminar esto en cualquier momento.",
            "es",
            for_another=True,
        ),
        Wording(
            "contact-sms-other-1-es",
            Channel.SMS,
            "{clinic} puede enviarme mensajes de texto sobre esta solicitud y las citas. Los mensajes nunca nombran un "
            "tratamiento. Mi compañía telefónica puede cobrarlos. Puedo terminar esto en cualquier momento respondiendo "
            "STOP.",
            "es",
            for_another=True,
        ),
    )
}


def current(language: str, *, for_another: bool = False) -> dict[Channel, Wording]:
    """What a form in this language shows today: the last version of each channel; in English where we have no other.

    A wording that suits whoever reads it, for themselves or for another, has one version.
    """
    whom = (False, True) if for_another else (False,)
    return {
        wording.channel: wording
        for spoken in dict.fromkeys((ENGLISH, language))
        for about_another in whom
        for wording in WORDINGS.values()
        if (wording.language, wording.for_another) == (spoken, about_another)
    }


CURRENT = current(ENGLISH)


@dataclass(frozen=True, slots=True)
class Consent:
    """What was agreed to. `text` is kept with it, so that the row alone proves it."""

    channel: Channel
    wording_version: str
    text: str


def consents_of(agreed: Iterable[str], clinic: str) -> tuple[Consent, ...]:
    """The consents behind these wording versions, one a channel. Raises NotPossible for a version never shown."""
    by_channel: dict[Channel, Consent] = {}
    for version in agreed:
        wording = WORDINGS.get(version)
        if wording is None:
            raise NotPossible(
                words("Send the version of a wording that we showed.", es="Elija de lo que se muestra en esta página.")
            )
        by_channel[wording.channel] = Consent(wording.channel, version, wording.said_by(clinic))
    return tuple(by_channel[channel] for channel in Channel if channel in by_channel)


def can_be_sent_messages(consents: Iterable[Consent], addresses: Mapping[Channel, str | None]) -> bool:
    """True when some message can go out without a person dialling."""
    return any(consent.channel in MESSAGE_CHANNELS and addresses.get(consent.channel) for consent in consents)
