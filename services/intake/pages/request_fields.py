"""The fields of the request on one page: their names, and how staff read them who fill it in for a caller."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field
from starlette.datastructures import FormData

from services.intake.domain.consent import CURRENT, Channel
from services.intake.domain.draft import Draft
from services.intake.domain.reasons import WORDS
from shared.events.values import DayPart, Weekday
from shared.settings import ClinicIdentity
from shared.web.form_key import FIELD
from shared.web.forms import Typed, typed_values

OFFERED_DAYS = (Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.FRIDAY)
OFFERED_PARTS = ((DayPart.MORNING, "Morning", "until noon"), (DayPart.AFTERNOON, "Afternoon", "noon to 5 PM"))
"""Opening hours are scheduling's data. Until the page can ask it for real free times, it offers the hours that clinics
of this kind keep; the rules themselves, and the JSON API, know every day and the evening."""

WAYS = {Channel.EMAIL: "By email", Channel.SMS: "By text message", Channel.PHONE: "By phone call"}
TRAP = "website"
"""People never see this field; a program that fills in everything gives itself away."""


class RequestForm(BaseModel):
    """The names of the fields. What may stand in them is the domain's to say, all of it at once."""

    name: str = ""
    email: str = ""
    mobile: str = ""
    consents: list[str] = Field(default=[])
    reasons: list[str] = Field(default=[])
    weekdays: list[str] = Field(default=[])
    day_parts: list[str] = Field(default=[])
    not_before: str = ""


def typed_in(form: FormData) -> Typed:
    return typed_values(RequestForm, form)


def draft_of(typed: Typed) -> Draft:
    return Draft(**RequestForm.model_validate(typed).model_dump())


def fell_into_trap(form: FormData) -> bool:
    return bool(form.get(TRAP))


def field_values(
    clinic: ClinicIdentity, form_key: str, typed: Typed | None = None, errors: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What staff's template needs to draw the form; without `typed`, an empty one."""
    return {
        FIELD: form_key,
        "typed": {**RequestForm().model_dump(), **(typed or {})},
        "errors": dict(errors or {}),
        "staff_reason_options": [(reason, words.staff) for reason, words in WORDS.items()],
        "consent_options": [
            (wording.version, WAYS[channel], wording.said_by(clinic.name)) for channel, wording in CURRENT.items()
        ],
        "day_options": [(day, day.capitalize()) for day in OFFERED_DAYS],
        "part_options": OFFERED_PARTS,
    }
