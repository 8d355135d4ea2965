"""From what somebody typed to a request that can be taken, with every mistake found at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from services.intake.domain import contact_rules, wishes
from services.intake.domain.consent import Channel, Consent, can_be_sent_messages, consents_of
from services.intake.domain.reasons import Reason, reasons_of
from services.intake.domain.refusal import DraftRefused, NotPossible
from services.intake.domain.words import ENGLISH, Words, words
from shared.events.values import DecidedBy, Wishes

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Draft:
    """A form as it was filled in, by whichever door it came: nothing here has been checked."""

    name: str = ""
    email: str = ""
    mobile: str = ""
    reasons: Sequence[str] = ()
    weekdays: Sequence[str] = ()
    day_parts: Sequence[str] = ()
    not_before: str = ""
    consents: Sequence[str] = ()
    """Versions of the wordings agreed to."""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class ClinicRules:
    """What the rules need to know of the clinic, today."""

    name: str
    zone: str
    region: str
    """Whose phone numbers need no country code."""
    phone_display: str
    today: date


@dataclass(frozen=True, slots=True)
class Submission:
    """A request that keeps every rule."""

    name: str
    email: str | None
    mobile: str | None
    reasons: tuple[Reason, ...]
    wishes: Wishes
    consents: tuple[Consent, ...]
    zone: str

    @property
    def reachable(self) -> bool:
        """False when no message may be sent: then staff phone or meet the patient."""
        return can_be_sent_messages(self.consents, {Channel.EMAIL: self.email, Channel.SMS: self.mobile})


def submission_of(draft: Draft, clinic: ClinicRules, by: DecidedBy) -> Submission:
    """Raises DraftRefused with a sentence for every field that is wrong.

    A patient must leave some way to be reached, or nobody could ever answer. Staff who enter a caller need not: they
    have the person on the phone, and get a task to phone again.
    """
    errors: dict[str, str] = {}

    def checked(field: str, rule: Callable[[], T], otherwise: T) -> T:
        try:
            return rule()
        except NotPossible as reason:
            errors[field] = str(reason)
            return otherwise

    zone = ZoneInfo(clinic.zone)
    submission = Submission(
        name=checked("name", lambda: contact_rules.clean_name(draft.name), ""),
        email=checked("email", lambda: contact_rules.clean_email(draft.email) if draft.email else None, None),
        mobile=checked(
            "mobile", lambda: contact_rules.clean_phone(draft.mobile, clinic.region) if draft.mobile else None, None
        ),
        consents=checked("consents", lambda: consents_of(draft.consents, clinic.name), ()),
        reasons=checked("reasons", lambda: reasons_of(draft.reasons), ()),
        wishes=Wishes(
            weekdays=checked("weekdays", lambda: wishes.weekdays_of(draft.weekdays), ()),
            day_parts=checked("day_parts", lambda: wishes.day_parts_of(draft.day_parts), ()),
            not_before=checked("not_before", lambda: wishes.not_before_of(draft.not_before, zone, clinic.today), None),
        ),
        zone=checked("zone", lambda: wishes.zone_of(draft.zone, clinic.zone), clinic.zone),
    )
    for field, sentence in ways_to_answer(draft, submission.consents, clinic, by).items():
        errors.setdefault(field, sentence.in_language(ENGLISH))
    if errors:
        raise DraftRefused({field: errors[field] for field in FIELDS if field in errors})
    return submission


FIELDS = ("name", "email", "mobile", "consents", "reasons", "weekdays", "day_parts", "not_before", "zone")
"""In the order of the form, which is the order in which mistakes are listed."""


def ways_to_answer(draft: Draft, consents: Sequence[Consent], clinic: ClinicRules, by: DecidedBy) -> dict[str, Words]:
    """Addresses and permissions must fit: an address that nobody may use, or a permission without one, is a trap."""
    allowed = {consent.channel for consent in consents}
    errors: dict[str, Words] = {}
    if Channel.EMAIL in allowed and not draft.email:
        errors["email"] = words(
            "Write your email address, or do not choose email.",
            es="Escriba su correo electrónico, o no elija el correo.",
        )
    if allowed & {Channel.SMS, Channel.PHONE} and not draft.mobile:
        errors["mobile"] = words(
            "Write your phone number, or choose neither texts nor calls.",
            es="Escriba su número de teléfono, o no elija ni mensajes ni llamadas.",
        )
    if by is not DecidedBy.PATIENT:
        return errors
    if not draft.email and not draft.mobile:
        errors.setdefault(
            "email",
            words(
                f"Leave an email address or a phone number, so that we can answer. If you have neither, call "
                f"{clinic.phone_display}: we fill this in with you.",
                es="Deje un correo electrónico o un teléfono, para que podamos responderle. Si no tiene ninguno, llame al "
                f"{clinic.phone_display}: lo llenamos con usted.",
            ),
        )
    elif not allowed:
        errors["consents"] = words(
            "Choose at least one way in which we may contact you.",
            es="Elija al menos una forma en que podamos comunicarnos con usted.",
        )
    return errors
