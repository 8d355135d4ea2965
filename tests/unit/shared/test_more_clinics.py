"""Several clinics in the settings: each says everything about itself, and no two can be taken for one another."""

import json

import pytest
from pydantic import ValidationError

from shared.settings import Settings

HARBOR: dict[str, object] = {
    "id": "01900000-0000-7000-8000-000000000002",
    "name": "Harbor Light Clinic",
    "outside_name": "Harbor Light",
    "reference_prefix": "HLC",
    "address": "8 Pier Road\nPortland, ME 04100",
    "phone": "+12075550188",
    "phone_display": "(207) 555-0188",
    "hours": "Tuesday to Saturday, 9 AM to 6 PM",
    "crisis_line": "+12075550100",
    "emergency_line": "112",
    "zone": "America/New_York",
    "public_url": "https://harbor.example",
    "mail_from": "hello@harbor.example",
}


@pytest.fixture
def described(monkeypatch: pytest.MonkeyPatch):
    """`described(name="Pier")`: the settings with a second clinic that differs in this from Harbor Light."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://nowhere/chairside")
    monkeypatch.setenv("ENVIRONMENT", "demo")

    def read(*more: dict[str, object], **differs: object) -> Settings:
        monkeypatch.setenv("MORE_CLINICS", json.dumps([HARBOR | differs, *more]))
        return Settings()  # type: ignore[call-arg]

    return read


def test_one_clinic_is_all_there_is_without_the_setting(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nowhere/chairside")
    monkeypatch.setenv("ENVIRONMENT", "demo")
    settings = Settings()  # type: ignore[call-arg]

    assert settings.of_each_clinic() == [settings]
    assert (settings.several, settings.further) == (False, False)


def test_each_clinic_has_its_own_name_address_sender_and_zone(described):
    first, second = described().of_each_clinic()

    assert (first.clinic.name, first.public_url, first.further) == (
        "Tern Street Clinic",
        "http://127.0.0.1:8080",
        False,
    )
    assert (second.clinic.name, second.public_url, second.further) == (
        "Harbor Light Clinic",
        "https://harbor.example",
        True,
    )
    assert (second.host, second.mail_from, second.clinic.zone) == (
        "harbor.example",
        "hello@harbor.example",
        "America/New_York",
    )


def test_an_empty_list_says_that_there_were_several(described, monkeypatch):
    described()
    monkeypatch.setenv("MORE_CLINICS", "[]")
    settings = Settings()  # type: ignore[call-arg]

    assert settings.several
    assert settings.of_each_clinic() == [settings]


@pytest.mark.parametrize("left_out", sorted(HARBOR))
def test_nothing_of_the_first_clinic_stands_in_for_what_is_missing(described, monkeypatch, left_out):
    for name in (f"CLINIC_{left_out.upper()}", left_out.upper()):
        monkeypatch.setenv(name, str(HARBOR[left_out]))
    lacking = {name: value for name, value in HARBOR.items() if name != left_out}
    monkeypatch.setenv("MORE_CLINICS", json.dumps([lacking]))

    with pytest.raises(ValidationError, match=f"more_clinics.0.{left_out}"):
        Settings()  # type: ignore[call-arg]


def test_the_environment_does_not_fill_in_its_hours_in_other_languages(described, monkeypatch):
    monkeypatch.setenv("HOURS_IN", '{"es":"De lunes a viernes"}')
    monkeypatch.setenv("CLINIC_HOURS_IN", '{"es":"De lunes a viernes"}')

    _, second = described().of_each_clinic()

    assert second.clinic.hours_in_language("es") == "Tuesday to Saturday, 9 AM to 6 PM"


def test_a_misspelt_word_is_found(described):
    with pytest.raises(ValidationError, match="phones"):
        described(phones="+12075550188")


@pytest.mark.parametrize(
    ("differs", "what"),
    [
        ({"id": "01900000-0000-7000-8000-000000000001"}, "id"),
        ({"reference_prefix": "TSC"}, "reference_prefix"),
        ({"public_url": "http://127.0.0.1:9090"}, "host of public_url"),
    ],
)
def test_no_two_clinics_share_what_tells_them_apart(described, differs, what):
    with pytest.raises(ValidationError, match=f"same {what}"):
        described(**differs)


def test_two_further_clinics_are_compared_with_each_other_too(described):
    with pytest.raises(ValidationError, match="same id"):
        described(HARBOR | {"reference_prefix": "QQQ", "public_url": "https://other.example"})


@pytest.mark.parametrize("address", ["harbor.example", "https://harbor.example/", "https://harbor.example/pages", ""])
def test_an_address_that_is_none_is_refused(described, address):
    with pytest.raises(ValidationError, match="public_url"):
        described(public_url=address)
