"""The JSON of a consultation request, as front ends send and read it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.requests import Request

from services.intake.domain.consultation import Standing
from services.intake.domain.draft import Draft
from services.intake.domain.own_page import own_page
from services.intake.domain.reasons import Reason
from services.intake.domain.risk import crisis_words_before_sending
from services.intake.domain.words import ENGLISH
from services.intake.pages.site import language_of
from services.intake.store.crisis_words import crisis_words
from services.intake.use_cases.see_my_request import MyRequest
from shared.events.values import DayPart, Weekday
from shared.settings import ClinicIdentity
from shared.web.written_times import WrittenDay

_SEVERAL = 20
"""More entries than any list here has members."""


class _Sent(BaseModel):
    """Unknown fields are refused: a misspelt one would otherwise be an answer that silently went missing."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True)


class WishesIn(_Sent):
    """When the patient would like to come. Nothing named means any time; a wish orders free times, it excludes none."""

    weekdays: list[Weekday] = Field(default=[], max_length=_SEVERAL)
    day_parts: list[DayPart] = Field(
        default=[], max_length=_SEVERAL, description="Morning ends at 12:00, afternoon at 17:00, at the clinic."
    )
    not_before: WrittenDay | None = Field(
        default=None, description="First day that suits, at the clinic: today or later, within a year."
    )


class ConsultationRequestIn(_Sent):
    """A request for a consultation. At least one of `email` and `mobile`, and a consent for each way to be used."""

    name: Annotated[str, Field(max_length=1000, description="In any script, 1 to 200 characters.")]
    email: Annotated[str, Field(max_length=320)] | None = None
    mobile: Annotated[str, Field(max_length=100)] | None = Field(
        default=None, description="With + and country code, or as written in the clinic's country."
    )
    reasons: list[Reason] = Field(max_length=_SEVERAL, description="At least one.")
    wishes: WishesIn = WishesIn()
    consents: list[Annotated[str, Field(max_length=100)]] = Field(
        max_length=_SEVERAL,
        description=(
            "Versions of the wordings that the patient read and agreed to, from `GET /api/consultation-requests/form`."
        ),
    )
    zone: Annotated[str, Field(max_length=100)] | None = Field(
        default=None, description="The patient's IANA time zone, such as America/Denver. The clinic's when left out."
    )

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Ines Marchetti",
                    "email": "ines@example.com",
                    "mobile": "(303) 555-0187",
                    "reasons": ["depression", "anxiety"],
                    "wishes": {"weekdays": ["tuesday", "thursday"], "day_parts": ["morning"]},
                    "consents": ["contact-email-1", "contact-sms-1"],
                    "zone": "America/Denver",
                }
            ]
        }
    )

    def as_draft(self) -> Draft:
        return Draft(
            name=self.name,
            email=(self.email or "").strip(),
            mobile=(self.mobile or "").strip(),
            reasons=self.reasons,
            weekdays=self.wishes.weekdays,
            day_parts=self.wishes.day_parts,
            not_before=self.wishes.not_before.isoformat() if self.wishes.not_before else "",
            consents=self.consents,
            zone=self.zone or "",
        )


POINTERS = {
    "weekdays": "#/wishes/weekdays",
    "day_parts": "#/wishes/day_parts",
    "not_before": "#/wishes/not_before",
}
"""Where the fields of a draft stand in the JSON; all others stand at the top."""


class AppointmentOut(BaseModel):
    """A booked consultation. `local_start` is the wall clock at the clinic, in `zone`."""

    starts_at: AwareDatetime
    ends_at: AwareDatetime
    zone: str
    local_start: datetime
    clinician: str | None


class UrgentHelpOut(BaseModel):
    """Show this before anything else: the patient told us of thoughts of suicide."""

    text: str
    crisis_line: str
    emergency_line: str


class LinksOut(BaseModel):
    """Keep these secret: whoever has them can see the request and withdraw it."""

    status: str = Field(description="This request as JSON.")
    withdrawal: str = Field(description="POST here to withdraw it.")
    change_ticket: str = Field(description="GET: with what its appointment can be moved or cancelled.")
    page: str = Field(description="The patient's own page, for a browser.")


class ConsultationRequestOut(BaseModel):
    """Where a request stands. It changes by itself: `received` becomes `scheduled` or `waitlisted`."""

    reference: str
    state: Standing
    requested_at: AwareDatetime
    appointment: AppointmentOut | None
    can_withdraw: bool
    urgent_help: UrgentHelpOut | None
    links: LinksOut

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "reference": "TSC-4K7Q2M",
                    "state": "scheduled",
                    "requested_at": "2026-06-15T18:00:00Z",
                    "appointment": {
                        "starts_at": "2026-06-18T15:30:00Z",
                        "ends_at": "2026-06-18T16:15:00Z",
                        "zone": "America/Denver",
                        "local_start": "2026-06-18T09:30:00",
                        "clinician": "Dr. Amara Voss",
                    },
                    "can_withdraw": True,
                    "urgent_help": None,
                    "links": {
                        "status": "/api/consultation-requests/3q2-7w…",
                        "withdrawal": "/api/consultation-requests/3q2-7w…/withdrawal",
                        "change_ticket": "/api/consultation-requests/3q2-7w…/change-ticket",
                        "page": "https://clinic.example/r/3q2-7w…",
                    },
                }
            ]
        }
    )


def view_of(
    mine: MyRequest, *, token: str, clinic: ClinicIdentity, public_url: str, now: datetime, language: str = ENGLISH
) -> ConsultationRequestOut:
    address = f"/api/consultation-requests/{token}"
    return ConsultationRequestOut(
        reference=mine.request.reference,
        state=mine.standing,
        requested_at=mine.request.requested_at,
        appointment=_appointment(mine),
        can_withdraw=mine.can_be_withdrawn(now),
        urgent_help=urgent_help(clinic, language) if mine.urgent else None,
        links=LinksOut(
            status=address,
            withdrawal=f"{address}/withdrawal",
            change_ticket=f"{address}/change-ticket",
            page=public_url + own_page(token, language),
        ),
    )


def urgent_help(clinic: ClinicIdentity, language: str) -> UrgentHelpOut:
    """Staff have been told."""
    return UrgentHelpOut(
        text=crisis_words(clinic.crisis_line, clinic.emergency_line, language),
        crisis_line=clinic.crisis_line,
        emergency_line=clinic.emergency_line,
    )


def help_before_sending(request: Request) -> UrgentHelpOut:
    """In a refusal: nothing was kept, and staff have heard of nothing. In the language the caller asks for."""
    clinic: ClinicIdentity = request.app.state.settings.clinic
    language = language_of(request)
    return UrgentHelpOut(
        text=crisis_words_before_sending(clinic.crisis_line, clinic.emergency_line, language),
        crisis_line=clinic.crisis_line,
        emergency_line=clinic.emergency_line,
    )


def _appointment(mine: MyRequest) -> AppointmentOut | None:
    at = mine.consultation.appointment if mine.consultation else None
    if at is None or mine.standing is not Standing.SCHEDULED:
        return None
    return AppointmentOut(
        starts_at=at.starts_at,
        ends_at=at.ends_at,
        zone=at.zone,
        local_start=at.local_start,
        clinician=mine.clinician,
    )


class ReasonOut(BaseModel):
    value: Reason
    label: str
    note: str


class WordingOut(BaseModel):
    """Show `text` as it is, and send `version` when the patient agrees."""

    version: str
    channel: str
    text: str


class FormOut(BaseModel):
    """What a front end needs to draw the form in the clinic's own words."""

    clinic_id: UUID
    clinic: str
    zone: str
    reasons: list[ReasonOut]
    weekdays: list[Weekday]
    day_parts: list[DayPart]
    wordings: list[WordingOut]
    crisis_line: str
    emergency_line: str
