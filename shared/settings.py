"""Every setting of a service, in one typed place. Values come from the environment or from files in `/run/secrets`."""

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from shared.zones import known_zones

SECRETS = Path("/run/secrets")
DEMO_SECRET = "demo-"  # noqa: S105 - the mark of a secret that is none; production refuses values that begin with it


def _known_zone(name: str) -> str:
    if name not in known_zones():
        raise ValueError(f"{name!r} is not a time zone of the IANA database; write one such as America/Denver")
    return name


ZoneName = Annotated[str, AfterValidator(_known_zone)]


def _comma_list(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


class ClinicIdentity(BaseSettings):
    """How the clinic calls itself. `outside_name` is neutral: the only name that stands in subjects and calendars."""

    model_config = SettingsConfigDict(env_prefix="CLINIC_", extra="ignore", hide_input_in_errors=True)

    id: UUID = Field(
        default=UUID("01900000-0000-7000-8000-000000000001"), description="The clinic's id, first part of every key"
    )
    name: str = Field(default="Tern Street Clinic", description="Name on the clinic's own pages")
    outside_name: str = Field(
        default="Tern Street Clinic", description="Neutral name for messages, subjects and calendars"
    )
    reference_prefix: str = Field(
        default="TSC", description="Letters before a reference, such as TSC-4K7Q2M", pattern="^[A-Z]{2,5}$"
    )
    address: str = Field(
        default="214 Tern Street, Suite 3\nDenver, CO 80200", description="Postal address, lines by newline"
    )
    phone: str = Field(default="+13035550142", description="Phone in E.164", pattern=r"^\+[1-9]\d{6,14}$")
    phone_display: str = Field(default="(303) 555-0142", description="The same, as people write it")
    hours: str = Field(default="Monday to Friday, 8 AM to 5 PM", description="When somebody answers, in words")
    hours_in: dict[str, str] = Field(
        default={"es": "Lunes a viernes, de 8 a. m. a 5 p. m."},
        description="The hours in other languages, as JSON {language: words}; where one is missing, its pages show "
        "CLINIC_HOURS. Other CLINIC_HOURS make the default of this one empty",
    )
    crisis_line: str = Field(default="988", description="Crisis line: call or text")
    emergency_line: str = Field(default="911", description="Emergency number")
    zone: ZoneName = Field(default="America/Denver", description="IANA zone of the clinic")

    @model_validator(mode="after")
    def _hours_agree(self) -> Self:
        """The default translates the default hours. Beside hours of one's own it would be a false promise."""
        if "hours" in self.model_fields_set and "hours_in" not in self.model_fields_set:
            self.hours_in = {}
        return self

    def hours_in_language(self, language: str) -> str:
        """The hours as pages in this language say them."""
        return self.hours_in.get(language) or self.hours

    @property
    def address_lines(self) -> list[str]:
        return self.address.splitlines()

    @property
    def tzinfo(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


class FurtherClinic(ClinicIdentity):
    """Another clinic of the same installation: an entry of MORE_CLINICS.

    It says everything itself. Nothing of the first clinic and no default stands in for what is missing: a page with another
    clinic's phone would be worse than none.
    """

    model_config = SettingsConfigDict(env_prefix="", extra="forbid", hide_input_in_errors=True)

    id: UUID = Field(description="As CLINIC_ID")
    name: str = Field(description="As CLINIC_NAME")
    outside_name: str = Field(description="As CLINIC_OUTSIDE_NAME")
    reference_prefix: str = Field(
        description="As CLINIC_REFERENCE_PREFIX; another than its neighbours'", pattern="^[A-Z]{2,5}$"
    )
    address: str = Field(description="As CLINIC_ADDRESS")
    phone: str = Field(description="As CLINIC_PHONE", pattern=r"^\+[1-9]\d{6,14}$")
    phone_display: str = Field(description="As CLINIC_PHONE_DISPLAY")
    hours: str = Field(description="As CLINIC_HOURS")
    hours_in: dict[str, str] = Field(default={}, description="As CLINIC_HOURS_IN")
    crisis_line: str = Field(description="As CLINIC_CRISIS_LINE")
    emergency_line: str = Field(description="As CLINIC_EMERGENCY_LINE")
    zone: ZoneName = Field(description="As CLINIC_ZONE")
    public_url: str = Field(
        description="As PUBLIC_URL: where its pages are. The host tells whose page is asked for, so no two clinics share one",
        pattern=r"^https?://[^/]+$",
    )
    mail_from: str = Field(description="As MAIL_FROM")
    cors_origins: list[str] = Field(default=[], description="As CORS_ORIGINS, as a JSON list")
    embed_parents: list[str] = Field(default=[], description="As EMBED_PARENTS, as a JSON list")
    site_texts: Path | None = Field(default=None, description="As SITE_TEXTS")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the framework's signature
        init_settings: PydanticBaseSettingsSource,
        *_: PydanticBaseSettingsSource,
        **__: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Its entry alone, never the environment: PHONE or CLINIC_PHONE there would be somebody else's."""
        return (init_settings,)


class MoreClinics(BaseSettings):
    """All that the job needs to know which prepares the tables."""

    model_config = SettingsConfigDict(
        secrets_dir=SECRETS if SECRETS.is_dir() else None, extra="ignore", hide_input_in_errors=True
    )

    more_clinics: list[FurtherClinic] | None = Field(
        default=None,
        description="The other clinics of this installation: a JSON list of objects, see below. Once it was set it stays "
        "set, as `[]` when only one clinic is left",
    )

    @property
    def several(self) -> bool:
        """Whether more than one clinic is, or was, served here: then each sees its own rows and no other."""
        return self.more_clinics is not None


class Settings(MoreClinics):
    """What every service and job reads. A service adds its own in `services/<name>/settings.py` only if it must."""

    environment: Literal["demo", "development", "production"] = Field(
        default="production", description="`production` refuses demo secrets and embedded parts"
    )
    public_url: str = Field(
        default="http://127.0.0.1:8080", description="The one origin people see, without a slash at the end"
    )
    listen_host: str = Field(default="127.0.0.1", description="Address the service listens on")
    listen_port: int = Field(default=8000, description="Port the service listens on", ge=0, le=65535)
    drain_seconds: float = Field(
        default=3,
        description="Seconds a stopping service goes on answering, so that the front door has noticed; 0 where it is alone",
        ge=0,
    )
    trusted_proxies: Annotated[list[str], NoDecode] = Field(
        default=["127.0.0.1"], description="Addresses of the front door, whose X-Forwarded-For is believed (comma list)"
    )
    cors_origins: Annotated[list[str], NoDecode] = Field(
        default=[], description="Origins of web front ends that may call the public API (comma list)"
    )
    burst_rate: float = Field(
        default=5,
        description="Changes a second that one address, or one of the staff, may go on sending; 0 switches the fence off",
        ge=0,
    )
    burst_size: int = Field(default=60, description="How many may come at once before that rate counts", ge=1)

    database_url: SecretStr = Field(description="Postgres; jobs use it as given, services put in their own role")
    database_user: str = Field(default="", description="Runtime role; by default chairside_<service>")
    database_password: SecretStr = Field(default=SecretStr(""), description="Password of the runtime role")
    database_pool_size: int = Field(default=10, description="Connections for requests and reactions", ge=2, le=200)
    keyring_url: SecretStr = Field(default=SecretStr(""), description="The keyring's own database")
    keyring_password: SecretStr = Field(default=SecretStr(""), description="Password of the role chairside_keyring")
    keyring_master_key: SecretStr = Field(
        default=SecretStr(""), description="Wraps patients' keys: 32 bytes, base64url"
    )
    sealing_key: SecretStr = Field(
        default=SecretStr(""), description="Seals kept answers and dead letters: 32 bytes, base64url"
    )
    form_key: SecretStr = Field(default=SecretStr(""), description="Signs the keys in HTML forms: 32 bytes, base64url")

    kafka_bootstrap_servers: Annotated[list[str], NoDecode] = Field(
        default=["127.0.0.1:9092"], description="Kafka, host:port (comma list)"
    )
    kafka_broker_kind: str = Field(default="kafka", description="`kafka`, or an embedded kind named in broker_kinds.py")
    kafka_replication_factor: int = Field(default=1, description="Copies of each topic", ge=1, le=9)
    kafka_client_name: str = Field(default="", description="Stable name of this process; only embedded brokers need it")

    staff_token_private_key: SecretStr = Field(
        default=SecretStr(""), description="Signs staff tokens; notifications only (JWK)"
    )
    staff_token_public_key: str = Field(default="", description="Verifies staff tokens (JWK)")
    service_token_private_key: SecretStr = Field(default=SecretStr(""), description="Signs this service's calls (JWK)")
    service_token_public_keys: dict[str, str] = Field(default={}, description="Who may call: {service: JWK}")
    intake_url: Annotated[list[str], NoDecode] = Field(
        default=["http://127.0.0.1:8001"], description="Where intake listens, all its replicas (comma list)"
    )
    scheduling_url: Annotated[list[str], NoDecode] = Field(
        default=["http://127.0.0.1:8002"], description="Where scheduling listens, all its replicas (comma list)"
    )
    notifications_url: str = Field(default="http://127.0.0.1:8003", description="Where notifications listens")
    smtp_url: SecretStr = Field(
        default=SecretStr("smtp://127.0.0.1:1025"), description="smtp[s]://[user:password@]host:port"
    )
    mail_from: str = Field(default="hello@ternstreet.example", description="Sender of the clinic's e-mails")

    clinic: ClinicIdentity = Field(default_factory=ClinicIdentity, description="Read from CLINIC_*")

    @model_validator(mode="before")
    @classmethod
    def _split_comma_lists(cls, values: dict[str, object]) -> dict[str, object]:
        for name in ("trusted_proxies", "cors_origins", "kafka_bootstrap_servers", "intake_url", "scheduling_url"):
            if name in values:
                values[name] = _comma_list(values[name])
        return values

    @property
    def host(self) -> str:
        """By which a request tells that it is for this clinic."""
        return urlsplit(self.public_url).hostname or ""

    @property
    def further(self) -> bool:
        """Whether these are the settings of another clinic than the first."""
        return isinstance(self.clinic, FurtherClinic)

    def of_each_clinic(self) -> list[Self]:
        """These settings as each clinic has them, the first one's first."""
        further = [
            self.model_copy(
                update={
                    "clinic": clinic,
                    "public_url": clinic.public_url,
                    "mail_from": clinic.mail_from,
                    "cors_origins": clinic.cors_origins,
                }
            )
            for clinic in self.more_clinics or ()
        ]
        return [self, *further]

    @model_validator(mode="after")
    def _clinics_differ(self) -> Self:
        every = self.of_each_clinic()
        for what, said in (
            ("id", [str(one.clinic.id) for one in every]),
            ("reference_prefix", [one.clinic.reference_prefix for one in every]),
            ("host of public_url", [one.host for one in every]),
        ):
            if twice := sorted({one for one in said if said.count(one) > 1}):
                raise ValueError(f"two clinics have the same {what}, {twice[0]}: give each of MORE_CLINICS its own")
        return self

    @model_validator(mode="after")
    def _production_is_meant(self) -> Self:
        if self.environment == "production":
            demo = [
                name
                for name in type(self).model_fields
                if isinstance(secret := getattr(self, name), SecretStr)
                and secret.get_secret_value().startswith(DEMO_SECRET)
            ]
            if demo:
                raise ValueError(f"production refuses demo secrets: {', '.join(demo).upper()}; set real ones")
            if self.kafka_broker_kind != "kafka":
                raise ValueError("production refuses an embedded broker: point KAFKA_BOOTSTRAP_SERVERS at Apache Kafka")
        return self
