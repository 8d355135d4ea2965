"""The words around every public page: crisis help, the way to a person, the footer. English unless a page says otherwise."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Self

from markupsafe import Markup, escape
from pydantic import BaseModel, ConfigDict, model_validator

from shared.settings import ClinicIdentity

_TOKEN = re.compile(r"\{(\w+)\}")
TOKENS = frozenset({"clinic", "hours", "phone", "crisis", "emergency"})
"""What may stand in braces in a text for patients."""
COUNT = "count"
"""And this where mistakes are counted."""


class FrameWords(BaseModel):
    """What a language has to say around a page and its forms. Numbers stand in braces: `{crisis}`, `{emergency}`, `{phone}`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    direction: Literal["ltr", "rtl"] = "ltr"
    skip: str = "Skip to the content"
    crisis_help: str = "Crisis help"
    crisis: str = "In crisis? Call or text {crisis}"
    crisis_when: str = ", day or night"
    emergency: str = "Emergency: {emergency}"
    call: str = "Call us: "
    call_us: str = "Call us"
    in_crisis: str = "In crisis"
    crisis_at_length: str = (
        "Call or text {crisis} at any hour. It is free and private. If a life is in danger, call {emergency}."
    )
    error_before: str = "Error: "
    one_mistake: str = "One thing to correct"
    mistakes: str = "{count} things to correct"
    optional: str = "(optional)"
    choose: str = "Choose"
    leave_empty: str = "Leave this empty"
    live: str = "Live"
    not_live: str = "Not up to date, trying again."
    refresh: str = "Refresh"

    @model_validator(mode="after")
    def _tokens_known(self) -> Self:
        for name, words in self:
            if unknown := sorted(set(_TOKEN.findall(words)) - TOKENS - ({COUNT} if name == "mistakes" else set())):
                raise ValueError(f"{name}: no setting is called {{{unknown[0]}}}")
        return self


@dataclass(frozen=True, slots=True)
class Frame:
    """The words, in which language they are, and where the first page in it is."""

    language: str = "en-US"
    words: FrameWords = field(default_factory=FrameWords)
    home: str = "/"


def clinic_tokens(clinic: ClinicIdentity, language: str = "en") -> Mapping[str, Markup]:
    """What stands in braces in any text for patients."""
    return {
        "clinic": escape(clinic.name),
        "hours": escape(clinic.hours_in_language(language)),
        "phone": _number(clinic.phone, clinic.phone_display),
        "crisis": _number(clinic.crisis_line, clinic.crisis_line),
        "emergency": _number(clinic.emergency_line, clinic.emergency_line),
    }


def _number(dialled: str, shown: str) -> Markup:
    return Markup('<a class="nowrap" href="tel:{}">{}</a>').format(dialled, shown)


def filled(words: str, tokens: Mapping[str, Markup]) -> Markup:
    """The words, escaped, with every token replaced. Raises KeyError for one that is unknown."""
    return Markup(_TOKEN.sub(lambda found: tokens[found[1]], escape(words)))  # noqa: S704 - escaped in the line itself
