import re
import unicodedata
from collections.abc import Callable

import phonenumbers
import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from services.intake.domain.contact_rules import clean_email, clean_name, clean_phone, readable_phone, region_of
from services.intake.domain.refusal import NotPossible


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ines   Marchetti ", "Ines Marchetti"),
        ("Zoe\u0308", "Zoë"),
        ("\u202eevil\u202c", "evil"),
        ("👩🏽\u200d🚀", "👩🏽\u200d🚀"),
        ("X Æ A-12", "X Æ A-12"),
    ],
)
def test_a_name_is_kept_in_one_form(typed: str, kept: str):
    assert clean_name(typed) == kept


@given(st.text(max_size=400))
def test_a_name_is_accepted_clean_or_refused(typed: str):
    try:
        name = clean_name(typed)
    except NotPossible:
        return
    assert 1 <= len(name) <= 200
    assert name == unicodedata.normalize("NFC", name) == clean_name(name)
    assert not re.search(r"[\x00-\x1f\x7f]|\s\s", name)


@given(st.text(min_size=1, max_size=200, alphabet=st.characters(categories=["L"])))
def test_letters_of_any_script_make_a_name(typed: str):
    assert clean_name(typed)


@given(st.text(max_size=100))
def test_a_phone_number_is_e164_or_refused(typed: str):
    try:
        number = clean_phone(typed, "US")
    except NotPossible:
        return
    assert re.fullmatch(r"\+[1-9]\d{6,14}", number)
    assert clean_phone(number, "DE") == number


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_numbers_of_every_country_are_taken(region: str):
    example = phonenumbers.example_number(region)
    assert example is not None
    written = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.INTERNATIONAL)

    assert clean_phone(written, "US") == phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)


AREAS = st.sampled_from(
    ["(303)", "303", "(212) ", "800-", "(555)", "700.", "123", "911 ", "242 ", "876-", "(604) ", "1303"]
)


@given(AREAS, st.sampled_from(["", " ", "-", "."]), st.from_regex(r"[0-9]{3}[ .-]?[0-9]{3,5}", fullmatch=True))
@example("(011) ", "", "690-7290")  # a call abroad: Tokelau's numbers have four digits
@example("011", "-", "690-7290")
def test_a_number_is_read_as_the_library_reads_it(area: str, between: str, rest: str):
    typed = area + between + rest
    number = phonenumbers.parse(typed, "US")
    valid = phonenumbers.is_valid_number(number)
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if valid else None

    assert accepted(lambda: clean_phone(typed, "US")) == written


def test_a_number_without_country_belongs_to_the_clinics_region():
    assert region_of("+13035550142") == "US"
    assert clean_phone("(303) 555-0187", "US") == "+13035550187"
    assert clean_phone("030 123456", region_of("+493012345678")) == "+4930123456"


def test_numbers_are_shown_as_people_at_the_clinic_write_them():
    assert readable_phone("+13035550187", "US") == "(303) 555-0187"
    assert readable_phone("+4930123456", "US") == "+49 30 123456"


@given(st.text(max_size=100))
def test_an_email_is_sendable_or_refused(typed: str):
    try:
        address = clean_email(typed)
    except NotPossible:
        return
    assert address.isascii()
    assert address.count("@") == 1


LONG_ONCE_DECODED = ("あ" * 40).encode("idna").decode()


@pytest.mark.parametrize(
    "typed",
    [
        "INFO@example.com",
        "Postmaster@EXAMPLE.com",
        "ines.@example.com",
        "in..es@example.com",
        "ines@localhost",
        "a@b.test",
    ]
    + [
        "ines@xn--bcher-kva.example",
        "ines@XN--BCHER-KVA.example",
        "ines@ab--cd.com",
        "ines@example.com.",
        "ines@-a.com",
    ]
    + [f"{'a' * length}@example.com" for length in (64, 65)]
    + [f"ines@{'a' * length}.com" for length in (63, 64)]
    + [f"{'i' * length}@{LONG_ONCE_DECODED}.{LONG_ONCE_DECODED}.com" for length in (8, 9, 10, 20)]
    + [f"{'a' * 60}@{'a.' * 95}{'a' * length}" for length in (3, 4)],
)
def test_an_address_at_the_edge_is_read_as_the_library_reads_it(typed: str):
    assert accepted(lambda: clean_email(typed)) == as_the_library_reads_it(typed)


PIECES = st.text("aA1-_+.", max_size=12) | st.text(st.characters(exclude_categories=["Cf", "Cs"]), max_size=10)


@given(PIECES, PIECES, st.sampled_from(["", ".com", ".Org", ".test", ".c0"]))
def test_any_address_is_read_as_the_library_reads_it(mailbox: str, domain: str, end: str):
    typed = f"{mailbox}@{domain}{end}".strip()

    assert accepted(lambda: clean_email(typed)) == as_the_library_reads_it(typed)


def as_the_library_reads_it(email: str) -> str | None:
    try:
        found = validate_email(email, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError:
        return None
    return found.ascii_email or found.normalized


def accepted(clean: Callable[[], str]) -> str | None:
    try:
        return clean()
    except NotPossible:
        return None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ines+care@EXAMPLE.com", "ines+care@example.com"),
        (" ines@example.com ", "ines@example.com"),
        ("ines@bücher.example", "ines@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_kept_as_any_server_takes_it(typed: str, kept: str):
    assert clean_email(typed) == kept
