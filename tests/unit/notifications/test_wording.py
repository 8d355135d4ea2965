"""What stands in a mailbox, where others read too."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.message import MessageKind
from services.notifications.domain.wording import About, ClinicWords, Letter, letter
from services.notifications.outside.mail_format import build_email
from services.notifications.store.letter_texts import SHIPPED, read_wordings
from services.notifications.use_cases.outside import Mail

CLINIC = ClinicWords(
    "Tern Street Clinic", "(303) 555-0142", "Monday to Friday, 8 AM to 5 PM", "214 Tern Street", "988", "911"
)
FORBIDDEN = (
    "ketamine", "infus", "psych", "depress", "anxiet", "ptsd", "ocd", "suicid", "addict", "substance", "dose", "drug",
    "therap", "treat", "pain", "mental", "session", "consultation", "nurse", "clinician",
    "psiq", "psic", "depres", "ansied", "adicc", "sustanc", "dosis", "droga", "tratam", "dolor", "sesión", "consulta",
    "enfermer", "medicament", "clínic",
)  # fmt: skip
WORDINGS = read_wordings()
LANGUAGES = list(WORDINGS)
VARIANTS: list[dict[str, Any]] = [
    {},
    {"is_read_first": True},
    {"is_moved": True},
    {"is_changed": True},
    {"is_amended": True},
    {"chosen": "Thursday, June 18, 8:30 AM, Denver time (MDT)"},
]


def _letter(kind: MessageKind, name: str = "Ines Marchetti", language: str = "en", **known: Any) -> Letter:
    about = About(
        name=name,
        day="Thursday, June 18",
        when="Thursday, June 18, 9:30 AM, Denver time (MDT)",
        until="Thursday, July 16",
        reference="TSC-4K7Q2M",
        link="https://clinic.example/r/abc",
        **known,
    )
    return letter(kind, CLINIC, language, WORDINGS[language], about)


def _email(kind: MessageKind, name: str = "Ines Marchetti", language: str = "en", **known: Any):
    return build_email(
        Mail(
            letter=_letter(kind, name, language, **known),
            invitation=None,
            sender="hello@ternstreet.example",
            sender_name="Tern Street Clinic",
            recipient="ines@example.com",
            message_id="<01@ternstreet.example>",
            dated=datetime(2026, 6, 15, 18, tzinfo=UTC),
        )
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("known", VARIANTS)
@pytest.mark.parametrize("kind", MessageKind)
def test_no_word_hints_at_a_treatment(kind: MessageKind, known: dict[str, Any], language: str) -> None:
    said = _email(kind, language=language, **known)
    parts = (said["Subject"], *(said.get_body((shape,)).get_content() for shape in ("plain", "html")))
    everything = "".join(map(str, parts)).casefold()

    assert [word for word in FORBIDDEN if word in everything] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("known", VARIANTS)
@pytest.mark.parametrize("kind", MessageKind)
def test_nothing_in_braces_is_left_for_the_patient(kind: MessageKind, known: dict[str, Any], language: str) -> None:
    said = _email(kind, language=language, **known)
    text = str(said["Subject"]) + said.get_body(("plain",)).get_content()

    assert "{" not in text
    assert "}" not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", MessageKind)
def test_a_letter_says_in_which_language_it_is(kind: MessageKind, language: str) -> None:
    said = _email(kind, language=language)

    assert said["Content-Language"] == language
    assert f'<html lang="{language}">' in said.get_body(("html",)).get_content()


def test_every_language_says_the_same_things() -> None:
    asked = {
        name: {
            kind: (len(said.paragraphs), bool(said.link), *(sorted(_braces(text)) for text in _texts(said)))
            for kind, said in wording.letters.items()
        }
        for name, wording in WORDINGS.items()
    }

    assert all(one == asked["en"] for one in asked.values())


def _texts(said):
    return (said.subject, said.opening, " ".join(said.paragraphs))


def _braces(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_a_language_that_leaves_a_letter_out_is_refused(tmp_path) -> None:
    for file in SHIPPED.glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        if file.stem == "es":
            text = text.replace("[letters.scales-due]", "[letters.scales]")
        (tmp_path / file.name).write_text(text, encoding="utf-8")

    with pytest.raises(ValueError, match=r"es\.toml: .*scales-due"):
        read_wordings(tmp_path)


@pytest.mark.parametrize("kind", MessageKind)
def test_the_subject_names_nobody(kind: MessageKind) -> None:
    assert "Ines" not in _letter(kind).subject
    assert "Marchetti" not in str(_email(kind)["Subject"])


@pytest.mark.parametrize("kind", [kind for kind in MessageKind if kind.confirms or kind.cancels])
def test_a_time_stands_with_its_zone(kind: MessageKind) -> None:
    text = _email(kind).get_body(("plain",)).get_content()

    assert "Thursday, June 18, 9:30 AM, Denver time (MDT)" in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", MessageKind)
def test_help_in_a_crisis_is_always_named(kind: MessageKind, language: str) -> None:
    text = _email(kind, language=language).get_body(("plain",)).get_content()

    assert "988" in text
    assert "911" in text


@given(name=st.text(max_size=300))
def test_whatever_a_name_holds_no_header_is_added(name: str) -> None:
    message = _email(MessageKind.CONSULTATION_SCHEDULED, name + "\r\nBcc: evil@example.com")

    raw = message.as_bytes().partition(b"\r\n\r\n")[0]
    assert b"Bcc" not in raw
    assert message["Bcc"] is None


def test_a_name_from_right_to_left_stays_whole() -> None:
    message = _email(MessageKind.CONSULTATION_SCHEDULED, "نور حداد")

    assert "\u2068Hello نور حداد,\u2069" in message.get_body(("plain",)).get_content()
    assert "نور حداد" in message.get_body(("html",)).get_content()


@pytest.mark.parametrize(
    "typed",
    [
        "You have won, see https://evil.example/free",
        "www.evil.example",
        "Click evil.example now",
        "write to win@evil.example",
        "Call (303) 555-0142 at once",
    ],
)
def test_nobody_sends_links_or_numbers_to_strangers_through_a_name(typed: str) -> None:
    assert _letter(MessageKind.REQUEST_RECEIVED, typed).greeting == "Hello,"


@pytest.mark.parametrize("typed", ["J. R. Marchetti Jr.", "Dr. Ines O'Neill-Marchetti", "M.Ines", "Noa 2nd", "李小龍"])
def test_names_with_dots_and_numbers_are_names(typed: str) -> None:
    assert _letter(MessageKind.REQUEST_RECEIVED, typed).greeting == f"Hello {typed},"


def test_markup_in_a_name_is_text() -> None:
    html = _email(MessageKind.CONSULTATION_SCHEDULED, "<b onload=alert(1)>").get_body(("html",)).get_content()

    assert "<b onload" not in html
    assert "&lt;b onload" in html


def test_the_same_mail_is_the_same_bytes() -> None:
    assert _email(MessageKind.AFTER_CARE).as_bytes() == _email(MessageKind.AFTER_CARE).as_bytes()
