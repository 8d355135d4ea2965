"""What staff are told beside a question that they read out. The questions themselves are the patient's own."""

from services.intake.domain.guided.walk import item_of
from services.intake.domain.words import Words, words

_OF_PAGES = {
    "who": "Is it for the caller, or does the caller ask for somebody else?",
    "helper": "Without their agreement, or the right to decide for them, go no further: ask that they call themselves.",
    "born": "Before the name, so that nothing is kept of somebody under 18.",
    "name": "Ask how it is spelled.",
    "contact": "Read out each permission, and tick those they agree to: kept with these words and your name. Without email and "
    "text, the inbox gets a task to phone them.",
    "reasons": "Let them say it in their own words, and choose all that fit. Read the list out when it helps.",
    "when": "A free time is kept for a few minutes while you speak. Without one, ask which days suit.",
    "consent": "Read all of it out, word for word. Tick it only after a clear yes: it is kept as agreed aloud, with these "
    "words and your name.",
}
_HEALTH = "Read every question out. Not sure is a good answer: guess nothing, and give no advice."
_ITEM = "Read the question and its answers out as they stand, and take the one they choose. Left out is allowed."
_SAFETY = "Ask it word for word, calmly, and give them time. If they would rather not say, choose Skip: it is kept as not said."

IN_DANGER: tuple[Words, ...] = (
    words(
        "Thank you for telling me. I am staying on the phone with you. Are you safe where you are right now? Is somebody with "
        "you?",
        es="Gracias por contármelo. Me quedo al teléfono con usted. ¿Está a salvo donde está ahora? ¿Hay alguien con usted?",
    ),
    words(
        "You can call or text {crisis} at any hour, free and private. If you like, we call them together now.",
        es="Puede llamar o escribir al {crisis} a cualquier hora, gratis y en confianza. Si quiere, llamamos ahora juntos.",
    ),
    words(
        "I am telling somebody here who can help, and they will speak with you. May I ask you a few more questions until then?",
        es="Estoy avisando a alguien de aquí que puede ayudar y hablará con usted. ¿Puedo hacerle unas preguntas más mientras "
        "tanto?",
    ),
)
"""What is said to a caller in whom a risk was seen, in this order."""


def said_in_danger(language: str, crisis_line: str) -> list[str]:
    return [one.in_language(language).format(crisis=crisis_line) for one in IN_DANGER]


def told_beside(slug: str) -> str:
    if item_of(slug):
        return _ITEM
    if slug.startswith("health-"):
        return _HEALTH
    return _SAFETY if slug == "safety" or slug.startswith("screener-") else _OF_PAGES.get(slug, "")
