"""What staff may ask a patient for afterwards, and which answers show that somebody may be in danger."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from services.intake.domain.cssrs import Reply
from services.intake.domain.safety import SAFETY_QUESTION
from services.intake.domain.words import Words, words

LIFE = timedelta(days=14)
"""How long the link to the questions opens them."""
LONGEST_ANSWER = 2000
LONGEST_QUESTION = 300
MOST_ANSWERS = 20
"""To one asking. Nobody is stopped from adding to what they said; a program is."""


class AskCode(StrEnum):
    """In the order in which they are shown. A code keeps its meaning for as long as answers to it are kept."""

    MEDICINES = "medicines"
    ILLNESSES = "illnesses"
    TRIED = "tried"
    BLOOD_PRESSURE = "blood-pressure"
    PREGNANCY = "pregnancy"
    USE = "use"
    TREATS = "treats"
    TIMES = "times"
    SAFETY = "safety"
    OWN = "own"
    """In the words of whoever asks."""


@dataclass(frozen=True, slots=True)
class AskQuestion:
    code: AskCode
    staff: str
    asks: Words


ASK_QUESTIONS: dict[AskCode, AskQuestion] = {
    one.code: one
    for one in (
        AskQuestion(
            AskCode.MEDICINES,
            "Medicines and doses",
            words(
                "Which medicines do you take now? Please write each name and, if you know it, the dose.",
                es="¿Qué medicinas toma ahora? Escriba el nombre de cada una y, si la sabe, la dosis.",
            ),
        ),
        AskQuestion(
            AskCode.ILLNESSES,
            "Illnesses",
            words(
                "Which illnesses do you have, or have you had? Above all of the heart, liver, bladder, lungs or eyes.",
                es="¿Qué enfermedades tiene o ha tenido? Sobre todo del corazón, hígado, vejiga, pulmones u ojos.",
            ),
        ),
        AskQuestion(
            AskCode.TRIED,
            "Treatments tried",
            words(
                "What have you tried so far against it, and how did it go?",
                es="¿Qué ha probado hasta ahora, y cómo le fue?",
            ),
        ),
        AskQuestion(
            AskCode.BLOOD_PRESSURE,
            "Blood pressure",
            words(
                "What was your blood pressure when it was last measured, and when was that?",
                es="¿Cuál fue su presión la última vez que se la tomaron, y cuándo fue?",
            ),
        ),
        AskQuestion(
            AskCode.PREGNANCY,
            "Pregnancy, breastfeeding",
            words(
                "Are you pregnant, could you be, or are you breastfeeding?",
                es="¿Está embarazada, podría estarlo o está dando pecho?",
            ),
        ),
        AskQuestion(
            AskCode.USE,
            "Alcohol and drugs",
            words(
                "How much alcohol do you drink, and do you use cannabis or anything else? Nobody here judges you for it.",
                es="¿Cuánto alcohol toma, y usa cannabis u otra cosa? Aquí nadie le juzga por eso.",
            ),
        ),
        AskQuestion(
            AskCode.TREATS,
            "Who treats them",
            words(
                "Who treats you now? Please write their name, and whether we may speak with them.",
                es="¿Quién le atiende ahora? Escriba su nombre, y si podemos hablar con esa persona.",
            ),
        ),
        AskQuestion(
            AskCode.TIMES,
            "Days and times",
            words("Which days and times suit you?", es="¿Qué días y horas le convienen?"),
        ),
        AskQuestion(AskCode.SAFETY, "Thoughts of harming themselves", SAFETY_QUESTION),
    )
}

Said = Mapping[AskCode, str]
"""What was answered. To the question about safety it is a `Reply`; left out, nothing."""

# A net and not a screen: whoever writes this is read at once by somebody who asks. It catches more than is meant.
_IN_DANGER = re.compile(
    "|".join(
        (
            r"suicid",
            r"overdos",
            r"self.?harm",
            r"(kill|hurt|harm)(ing)? my ?self",
            r"end(ing)? (my life|it all)",
            r"take my (own )?life",
            r"want(ed)? to die",
            r"wish(ed)? i was dead",
            r"better off dead",
            r"don.?t want to (live|be alive)",
            r"sobredosis",
            r"matarme|morirme|lastimarme|hacerme daño",
            r"quitarme la vida",
            r"acabar con (mi vida|todo)",
            r"quiero morir",
            r"no quiero vivir",
            r"mejor muert",
        )
    ),
    re.IGNORECASE,
)


def shows_danger(said: Said) -> bool:
    """A yes to the question about safety, or words for it in any other answer."""
    if said.get(AskCode.SAFETY) == Reply.YES:
        return True
    return any(_IN_DANGER.search(" ".join(text.split())) for code, text in said.items() if code is not AskCode.SAFETY)
