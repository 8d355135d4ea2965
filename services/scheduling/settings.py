"""What only this service reads, beside the settings that all have."""

from datetime import timedelta

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.scheduling.domain.hold import HoldRules
from shared.settings import SECRETS


class SchedulingSettings(BaseSettings):
    """Who has as many times kept as the caps allow can still send the request, with wishes instead of a time."""

    model_config = SettingsConfigDict(
        secrets_dir=SECRETS if SECRETS.is_dir() else None, extra="ignore", hide_input_in_errors=True
    )

    hold_minutes: int = Field(
        default=15, description="Minutes a time is kept for somebody who is still asking", ge=1, le=120
    )
    contact_holds: int = Field(
        default=2,
        description="Times that one e-mail address or phone number may have kept at once: families share one",
        ge=1,
        le=100,
    )
    contact_holds_a_day: int = Field(
        default=12, description="Times that it may have kept in a day; choosing another counts as one", ge=1, le=1000
    )
    address_holds: int = Field(
        default=20,
        description="Times that one public network address may ask for in a short while, in each process; "
        "0 switches it off",
        ge=0,
    )
    address_holds_a_day: int = Field(
        default=200, description="Times that it may go on asking for in a day, after that", ge=1
    )

    def hold_rules(self) -> HoldRules:
        return HoldRules(timedelta(minutes=self.hold_minutes), self.contact_holds, self.contact_holds_a_day)
