"""Whatever a program sends: a clear problem with a pointer, nothing kept, never a 500."""

import json
from typing import Any

import pytest

from tests.integration.intake.conftest import INES, Intake, errors_of

BAD: list[tuple[str, dict[str, Any], set[str]]] = [
    ("no name", {"name": ""}, {"#/name"}),
    ("only invisible characters", {"name": "\u200b\u200e"}, {"#/name"}),
    ("a name on two lines", {"name": "Ines\nMarchetti"}, {"#/name"}),
    ("a name too long", {"name": "x" * 201}, {"#/name"}),
    ("half a character", {"name": "\ud800"}, {"#/name"}),
    ("no address", {"email": "ines"}, {"#/email"}),
    ("two addresses", {"email": "a@example.com, b@example.com"}, {"#/email"}),
    ("no number", {"mobile": "call me"}, {"#/mobile"}),
    ("a number that cannot be", {"mobile": "555-0187"}, {"#/mobile"}),
    ("a number with an extension", {"mobile": "303 555 0187 ext 4"}, {"#/mobile"}),
    ("no way to answer", {"email": None, "mobile": None, "consents": []}, {"#/email"}),
    ("no consent", {"consents": []}, {"#/consents"}),
    ("consent to a channel without address", {"email": None}, {"#/email"}),
    ("a wording never shown", {"consents": ["contact-email-0"]}, {"#/consents"}),
    ("no reason", {"reasons": []}, {"#/reasons"}),
    ("an unknown reason", {"reasons": ["boredom"]}, {"#/reasons/0"}),
    ("an unknown day", {"wishes": {"weekdays": ["someday"]}}, {"#/wishes/weekdays/0"}),
    ("a date that never was", {"wishes": {"not_before": "2027-02-30"}}, {"#/wishes/not_before"}),
    ("a number for a date", {"wishes": {"not_before": 1782172800}}, {"#/wishes/not_before"}),
    ("a past date", {"wishes": {"not_before": "2026-06-14"}}, {"#/wishes/not_before"}),
    ("a date too far away", {"wishes": {"not_before": "2036-01-01"}}, {"#/wishes/not_before"}),
    ("a wrong zone", {"zone": "Mars/Olympus"}, {"#/zone"}),
    ("an unknown field", {"surname": "Marchetti"}, {"#/surname"}),
    ("an unknown field inside", {"wishes": {"hour": 9}}, {"#/wishes/hour"}),
    ("a number for a name", {"name": 7}, {"#/name"}),
    ("an object for a list", {"reasons": {}}, {"#/reasons"}),
    ("several at once", {"name": "", "email": "x", "mobile": "y"}, {"#/name", "#/email", "#/mobile"}),
]


async def test_each_field_has_its_pointer(intake: Intake, subtests: pytest.Subtests):
    for what, changes, pointers in BAD:
        with subtests.test(what):
            answer = await intake.http.post(
                "/api/consultation-requests",
                content=json.dumps({**INES, **changes}),
                headers={"Content-Type": "application/json"},
            )
            assert answer.status_code == 422
            assert set(errors_of(answer)) == pointers
    assert await intake.count("consultation_request") == 0


RAW: list[tuple[str, bytes, int]] = [
    ("a name twice", b'{"name": "A", "name": "B"}', 422),
    ("a name twice inside", b'{"wishes": {"weekdays": [], "weekdays": []}}', 422),
    ("no JSON", b"{name: Ines}", 422),
    ("nothing", b"", 422),
    ("half a document", b'{"name": "Ines"', 422),
    ("a list", b"[]", 422),
    ("null", b"null", 422),
    ("not UTF-8", b'{"name": "\xff\xfe"}', 422),
    ("deep nesting", b"[" * 30_000 + b"]" * 30_000, 422),
    ("a huge number", b'{"name": ' + b"9" * 10_000 + b"}", 422),
    ("not a number", b'{"name": NaN}', 422),
    ("a NUL character", b'{"name": "Ines\\u0000"}', 422),
    ("one megabyte", b'{"name": "' + b"x" * 1_000_000 + b'"}', 413),
]


async def test_a_body_that_is_no_request_is_refused(intake: Intake, subtests: pytest.Subtests):
    for what, body, status in RAW:
        with subtests.test(what):
            answer = await intake.http.post(
                "/api/consultation-requests", content=body, headers={"Content-Type": "application/json"}
            )
            assert answer.status_code == status
            assert answer.headers["content-type"] == "application/problem+json"
    assert await intake.count("consultation_request") == 0


async def test_only_json_is_read(intake: Intake):
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = await intake.http.post("/api/consultation-requests", content=b"{}", headers={"Content-Type": kind})
        assert answer.status_code == 415


async def test_names_of_any_script_come_through(intake: Intake):
    for name in ("李小龍", "عائشة بنت أحمد", "Zoë 🌻", "Ῥόδη", "O’Brien-Ngũgĩ wa Thiong’o"):
        answer = await intake.ask({**INES, "name": name})
        assert answer.status_code == 201


async def test_no_invented_token_opens_anything(intake: Intake):
    for token in ("x", "0" * 43, "%00", "..%2f..", "é", "a" * 5000):
        answer = await intake.http.get(f"/api/consultation-requests/{token}")
        assert answer.status_code in {404, 422}


async def test_a_name_that_stands_twice_is_refused_though_all_else_is_right(intake: Intake):
    answer = await intake.http.post(
        "/api/consultation-requests",
        content=json.dumps(INES)[:-1] + ', "name": "Somebody Else"}',
        headers={"Content-Type": "application/json"},
    )

    assert answer.status_code == 422
    assert "twice" in errors_of(answer)["#"]
    assert await intake.count("consultation_request") == 0
