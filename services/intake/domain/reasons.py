"""What people ask for help with: the seven indications the clinic treats."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from services.intake.domain.refusal import NotPossible
from services.intake.domain.words import words


class Reason(StrEnum):
    """The order is the order of the form: common ones first, none of them last because of shame."""

    DEPRESSION = "depression"
    ANXIETY = "anxiety"
    PTSD = "ptsd"
    OCD = "ocd"
    SUICIDAL_IDEATION = "suicidal-ideation"
    SUBSTANCE_USE = "substance-use"
    CHRONIC_PAIN = "chronic-pain"


@dataclass(frozen=True, slots=True)
class Words:
    """How a reason is called: `patient` and `note` on public pages, `staff` in the clinic's own terms."""

    patient: str
    note: str
    staff: str


WORDS: dict[Reason, Words] = {
    Reason.DEPRESSION: Words("Depression", "Low mood that does not lift", "Depression"),
    Reason.ANXIETY: Words("Anxiety", "Worry or panic that is hard to stop", "Anxiety"),
    Reason.PTSD: Words("PTSD", "What stays after something frightening or violent", "PTSD"),
    Reason.OCD: Words("OCD", "Thoughts or habits that keep coming back", "OCD"),
    Reason.SUICIDAL_IDEATION: Words(
        "Thoughts of suicide", "Wanting to end your life, or not wanting to live", "Suicidal ideation"
    ),
    Reason.SUBSTANCE_USE: Words("Alcohol or drug use", "When it is hard to cut down or stop", "Substance use disorder"),
    Reason.CHRONIC_PAIN: Words(
        "Pain that stays", "Nerve pain above all; also fibromyalgia or phantom limb pain", "Chronic pain"
    ),
}


def reasons_of(named: Iterable[str]) -> tuple[Reason, ...]:
    """The named reasons, each once, in the order of the form. Raises NotPossible for none, or one we do not know."""
    try:
        chosen = {Reason(name) for name in named}
    except ValueError:
        raise NotPossible(
            words(
                "Choose from the list. What we received is not on it.",
                es="Elija de la lista. Lo que recibimos no está en ella.",
            )
        ) from None
    if not chosen:
        raise NotPossible(
            words(
                "Choose at least one reason, so that the right clinician reads this.",
                es="Elija al menos un motivo, para que lo lea el profesional clínico adecuado.",
            )
        )
    return tuple(reason for reason in Reason if reason in chosen)
