"""Which names, e-mail addresses and phone numbers are accepted, and in which one form each is kept."""

import unicodedata
from functools import cache

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from services.intake.domain.refusal import NotPossible
from services.intake.domain.words import Words, words

LONGEST_NAME = 200
"""Characters after NFC. Names of a hundred exist; what is far longer is no name."""
LONGEST_PHONE = 40
# Direction controls that override or embed: they come along when text is copied, mean nothing in a name, and could make
# one name look like another on a page. The plain marks U+200E and U+200F and joiners belong to scripts and stay.
_DIRECTION = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF])
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
    try:
        found = validate_email(
            typed.translate(_DIRECTION).strip(), check_deliverability=False, allow_smtputf8=False, strict=True
        )
    except EmailNotValidError:
        raise NotPossible(
            words(
                "Write an email address like name@example.com.",
                es="Escriba un correo electrónico como nombre@example.com.",
            )
        ) from None
    return found.ascii_email or found.normalized


def clean_phone(typed: str, region: str) -> str:
    """The number in E.164. Without a country code it belongs to `region`, such as US. Raises NotPossible."""
    typed = typed.translate(_DIRECTION).strip()
    if len(typed) > LONGEST_PHONE:
        raise NotPossible(words("Write one phone number only.", es="Escriba un solo número de teléfono."))
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException:
        raise NotPossible(_example(region)) from None
    if number.extension:
        raise NotPossible(
            words(
                "Write a number without an extension: we cannot text one, and a call may end at a desk.",
                es="Escriba un número sin extensión: ahí no llegan los mensajes, y la llamada podría atenderla otra persona.",
            )
        )
    if not phonenumbers.is_valid_number(number):
        raise NotPossible(_example(region))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


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
