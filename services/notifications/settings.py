"""What only this service reads, beside the settings that all have."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.settings import SECRETS


class NotificationsSettings(BaseSettings):
    model_config = SettingsConfigDict(
        secrets_dir=SECRETS if SECRETS.is_dir() else None, extra="ignore", hide_input_in_errors=True
    )

    staff_idle_minutes: int = Field(
        default=30, description="Minutes without activity until staff are logged off", ge=1, le=720
    )
    mail_conversations: int = Field(
        default=8, description="Conversations with the mail server at once, in each process", ge=1, le=50
    )
