"""Items that all have the same choices, numbered as on the form."""

from services.intake.domain.scales.scale import Choice, Item
from services.intake.domain.words import Words


def numbered(choices: tuple[Choice, ...], *asked: Words) -> tuple[Item, ...]:
    return tuple(Item(number, asks, choices) for number, asks in enumerate(asked, start=1))
