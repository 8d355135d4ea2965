"""What only this service reads, beside the settings that all have."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from shared.settings import SECRETS
from shared.web.origin_check import origin_of


class IntakeSettings(BaseSettings):
    """The caps end no request: what exceeds one waits for staff instead of taking a time by itself."""

    model_config = SettingsConfigDict(
        secrets_dir=SECRETS if SECRETS.is_dir() else None, extra="ignore", hide_input_in_errors=True
    )

    contact_requests_a_day: int = Field(
        default=6,
        description="Requests a day that one e-mail address or phone number gets booked by itself; later ones wait for "
        "staff; 0 switches both caps of a contact off",
        ge=0,
        le=1000,
    )
    contact_booked_ahead: int = Field(
        default=4,
        description="Consultations ahead that one e-mail address or phone number gets by itself: families share one",
        ge=1,
        le=100,
    )
    address_requests_a_day: int = Field(
        default=100,
        description="Requests a day, in each process, that one public network address gets booked by itself; "
        "0 switches it off",
        ge=0,
    )
    abandoned_request_days: int = Field(
        default=30,
        description="Days after which a request that was begun and not sent is erased, with the key to its answers, when "
        "nobody has touched it; never before somebody has taken a risk in it",
        ge=1,
        le=365,
    )
    questionnaire_link_days: int = Field(
        default=7,
        description="Days that the link to the questions after an infusion opens; a new one can be asked for on its page",
        ge=1,
        le=90,
    )
    address_beginnings_an_hour: int = Field(
        default=120,
        description="Requests an hour that one public network address may begin question by question, in all processes "
        "together; the short form goes on; 0 switches it off",
        ge=0,
    )
    embed_parents: Annotated[list[str], NoDecode] = Field(
        default=[],
        description="Origins of sites that may show the short form in a frame, such as https://www.clinic.example (comma "
        "list); nobody else may frame any page",
    )
    site_texts: Path | None = Field(
        default=None,
        description="Folder of the clinic's own texts for the public site, laid over those that come with the product",
    )

    @field_validator("embed_parents", mode="before")
    @classmethod
    def _origins(cls, given: object) -> object:
        if not isinstance(given, str):
            return given
        origins = [origin_of(one) for one in given.split(",") if one.strip()]
        if unfit := [one for one in origins if not one.startswith(("https://", "http://")) or one.endswith("//")]:
            raise ValueError(f"{unfit[0]!r} is no origin; write one such as https://www.clinic.example")
        return origins
