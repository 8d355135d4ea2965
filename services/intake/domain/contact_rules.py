"""Which names, e-mail addresses and phone numbers are accepted, and in which one form each is kept."""

import re
import unicodedata
from functools import cache, lru_cache

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from email_validator.rfc_constants import CASE_INSENSITIVE_MAILBOX_NAMES, EMAIL_MAX_LENGTH, LOCAL_PART_MAX_LENGTH

from services.intake.domain.refusal import NotPossible
from services.intake.domain.words import Words, words

LONGEST_NAME = 200
"""Characters after NFC. Names of a hundred exist; what is far longer is no name."""
LONGEST_PHONE = 40
# Direction controls that override or embed: they come along when text is copied, mean nothing in a name, and could make
# one name look like another on a page. The plain marks U+200E and U+200F and joiners belong to scripts and stay.
_DIRECTION = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF])
# How nearly everybody writes them. What a library makes of these is known beforehand, without reading them letter by letter;
# it still judges each domain and each number.
_PLAIN_EMAIL = re.compile(r"([A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*)@([A-Za-z0-9.-]+)")
_PLAIN_US_PHONE = re.compile(r"(?:\(([2-9][0-9]{2})\) ?|([2-9][0-9]{2})[ .-]?)([0-9]{3})[ .-]?([0-9]{4})")
_REFUSED_CATEGORIES = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean_name(typed: str) -> str:
    """The name in NFC with single spaces, in any script, emoji and all. Raises NotPossible."""
    name = " ".join(unicodedata.normalize("NFC", typed.translate(_DIRECTION)).split(" ")).strip()
    name = " ".join(part for part in name.split(" ") if part)
    if any(unicodedata.category(character) in _REFUSED_CATEGORIES for character in name):
        raise NotPossible(
            words(
                "Write the name on one line, without invisible control characters.",
                es="Escriba el nombre en una sola línea, sin caracteres invisibles.",
            )
        )
    if not any(unicodedata.category(character)[0] in "LNSP" for character in name):
        raise NotPossible(
            words("Write the name we should call you by.", es="Escriba el nombre por el que quiere que le llamemos.")
        )
    if len(name) > LONGEST_NAME:
        raise NotPossible(
            words(
                f"Write at most {LONGEST_NAME} characters. This has {len(name)}.",
                es=f"Escriba como máximo {LONGEST_NAME} caracteres. Aquí hay {len(name)}.",
            )
        )
    return name


def clean_email(typed: str) -> str:
    """The address as a mail server takes it: the part after @ in its ASCII form, so that any server can send to it.

    Nothing is looked up: whether a domain exists now says nothing about tomorrow, and the answer would wait for DNS.
    Raises NotPossible.
    """
    typed = typed.translate(_DIRECTION).strip()
    try:
        return _plain_email(typed) or _any_email(typed)
    except EmailNotValidError:
        raise NotPossible(
            words(
                "Write an email address like name@example.com.",
                es="Escriba un correo electrónico como nombre@example.com.",
            )
        ) from None


def _any_email(typed: str) -> str:
    found = validate_email(typed, check_deliverability=False, allow_smtputf8=False, strict=True)
    return found.ascii_email or found.normalized


def _plain_email(typed: str) -> str | None:
    """None when it takes more than a look: then ask the library for the whole."""
    if len(typed) > EMAIL_MAX_LENGTH or "xn--" in typed.lower() or not (plain := _PLAIN_EMAIL.fullmatch(typed)):
        return None
    mailbox, domain = plain.groups()
    if len(mailbox) > LOCAL_PART_MAX_LENGTH or mailbox.lower() in CASE_INSENSITIVE_MAILBOX_NAMES:
        return None
    return f"{mailbox}@{_domain(domain)}"


@lru_cache(maxsize=1000)
def _domain(typed: str) -> str:
    """Most people's mail is in few domains."""
    return _any_email(f"a@{typed}").removeprefix("a@")


def clean_phone(typed: str, region: str) -> str:
    """The number in E.164. Without a country code it belongs to `region`, such as US. Raises NotPossible."""
    typed = typed.translate(_DIRECTION).strip()
    if len(typed) > LONGEST_PHONE:
        raise NotPossible(words("Write one phone number only.", es="Escriba un solo número de teléfono."))
    try:
        number = _plain_us_phone(typed, region) or phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException:
        raise NotPossible(_example(region)) from None
    if number.extension:
        raise NotPossible(
            words(
                "Write a number without an extension: we cannot text one, and a call may end at a desk.",
                es="Escriba un número sin extensión: ahí no llegan los mensajes, y la llamada podría atenderla otra persona.",
            )
        )
    # Most numbers are of the region; the library would first find out which of those with the same country code it is.
    if not (phonenumbers.is_valid_number_for_region(number, region) or phonenumbers.is_valid_number(number)):
        raise NotPossible(_example(region))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _plain_us_phone(typed: str, region: str) -> phonenumbers.PhoneNumber | None:
    """As `phonenumbers.parse` reads it; None when it takes more than a look."""
    if region != "US" or not (plain := _PLAIN_US_PHONE.fullmatch(typed)):
        return None
    return phonenumbers.PhoneNumber(
        country_code=1, national_number=int("".join(part for part in plain.groups() if part))
    )


@cache
def region_of(clinic_phone: str) -> str:
    """The region whose numbers may be written without a country code: the one the clinic's own E.164 number is in."""
    return phonenumbers.region_code_for_number(phonenumbers.parse(clinic_phone)) or "US"


def readable_phone(e164: str, region: str) -> str:
    """As people in `region` write it: `(303) 555-0187` at home, `+49 30 123456` abroad."""
    number = phonenumbers.parse(e164)
    at_home = phonenumbers.region_code_for_number(number) == region
    form = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)


def _example(region: str) -> Words:
    home = words("such as (303) 555-0123", es="como (303) 555-0123")
    if region != "US":
        home = words("with its area code", es="con su código de área")
    return words(
        f"Write a phone number that exists, {home.in_language('en')}, or with + and the country code.",
        es=f"Escriba un número de teléfono que exista, {home.in_language('es')}, o con + y el código del país.",
    )
