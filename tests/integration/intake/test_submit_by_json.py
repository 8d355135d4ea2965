from base64 import b64decode
from uuid import UUID

import pytest

from services.intake.use_cases import raise_risk, submit_request
from shared.events.values import ContactEnvelope
from shared.keyring.contact import open_contact
from tests.integration.intake.conftest import INES, Intake


async def test_a_request_is_created_and_says_where_it_stands(intake: Intake):
    answer = await intake.ask()

    assert answer.status_code == 201
    body = answer.json()
    assert body["state"] == "received"
    assert body["reference"].startswith("TSC-")
    assert body["urgent_help"] is None
    status = await intake.http.get(answer.headers["location"])
    assert status.json() == body


async def test_one_event_tells_of_it_with_contact_sealed(intake: Intake):
    token = await intake.submitted()

    [(topic, event)] = await intake.said()
    assert topic == "consultation-requested"
    assert (event["disposition"], event["urgency"], event["by"]) == ("book", "routine", "patient")
    assert event["reachable"] is True
    assert event["wishes"]["weekdays"] == ["tuesday"]
    cipher = await intake.app.state.keyring.cipher(UUID(event["patient_id"]))
    contact = open_contact(cipher, ContactEnvelope.model_validate(event["contact"]))
    assert (contact.name, contact.email, contact.mobile) == ("Ines Marchetti", "ines@example.com", "+13035550187")
    assert contact.links == {"request": f"http://127.0.0.1:8080/r/{token}"}
    assert {consent.channel for consent in contact.consents} == {"email", "sms"}


async def test_the_wording_that_was_agreed_to_is_kept(intake: Intake):
    await intake.submitted(consents=["contact-email-1"])

    [kept] = await intake.rows("select channel, wording_version, wording from consent")
    assert (kept["channel"], kept["wording_version"]) == ("email", "contact-email-1")
    assert kept["wording"].startswith("Tern Street Clinic may email me")


async def test_suicidal_ideation_raises_a_risk_beside_the_request(intake: Intake):
    answer = await intake.ask({**INES, "reasons": ["suicidal-ideation"]})

    assert "988" in answer.json()["urgent_help"]["text"]
    (requested, request), (raised, risk) = await intake.said()
    assert (requested, raised) == ("consultation-requested", "risk-raised")
    assert request["urgency"] == "urgent"
    assert (risk["level"], risk["seen_in"], risk["request_id"]) == ("unassessed", "request", request["request_id"])


async def test_a_refusal_carries_help_for_somebody_at_risk(intake: Intake):
    refused = await intake.ask({**INES, "email": "ines", "reasons": ["suicidal-ideation"]})

    assert refused.status_code == 422
    assert "988" in refused.json()["urgent_help"]["text"]


async def test_a_request_and_its_risk_are_kept_together_or_not_at_all(intake: Intake, monkeypatch: pytest.MonkeyPatch):
    async def lost(*_: object) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(raise_risk.risk_flags, "add", lost)
    answer = await intake.ask({**INES, "reasons": ["suicidal-ideation"]})

    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    for table in ("patient", "consultation_request", "consent", "request_link", "risk_flag", "outbox"):
        assert await intake.count(table) == 0


async def test_reasons_are_in_no_event_and_sealed_in_the_table(intake: Intake):
    await intake.submitted(reasons=["ptsd"])

    [row] = await intake.rows("select reasons from consultation_request")
    assert b"ptsd" not in row["reasons"]
    [(_, event)] = await intake.said()
    assert "ptsd" not in str(event)
    assert b"ptsd" not in b64decode(event["contact"]["sealed"])


async def test_a_first_day_becomes_the_instant_it_begins_at_the_clinic(intake: Intake):
    await intake.submitted(wishes={"not_before": "2026-11-02"})

    [(_, event)] = await intake.said()
    assert event["wishes"]["not_before"] == "2026-11-02T07:00:00Z"


async def test_withdrawing_twice_is_told_once(intake: Intake):
    token = await intake.submitted()

    first = await intake.http.post(f"/api/consultation-requests/{token}/withdrawal")
    second = await intake.http.post(f"/api/consultation-requests/{token}/withdrawal")

    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert first.json()["state"] == "withdrawn"
    (_, requested), (topic, withdrawn) = await intake.said()
    assert topic == "consultation-withdrawn"
    assert withdrawn["by"] == "patient"
    assert {**withdrawn, "by": None} == {**requested, "by": None, "withdrawn_at": withdrawn["withdrawn_at"]}


async def test_an_event_carries_the_number_of_the_change(intake: Intake):
    token = await intake.submitted()
    await intake.http.post(f"/api/consultation-requests/{token}/withdrawal")

    headers = await intake.rows("select headers::jsonb ->> 'ce_subjectversion' as version from outbox order by seq")
    assert [row["version"] for row in headers] == ["1", "2"]


async def test_what_a_form_must_show_can_be_asked_for(intake: Intake):
    form = (await intake.http.get("/api/consultation-requests/form")).json()

    assert len(form["reasons"]) == 7
    assert {wording["version"] for wording in form["wordings"]} >= {"contact-email-1", "contact-sms-1"}
    assert form["crisis_line"] == "988"


async def test_only_configured_front_ends_may_call_from_a_browser(make_intake):
    intake = await make_intake(cors_origins=["https://front.example"])

    welcome = await intake.ask(Origin="https://front.example")
    foreign = await intake.ask(Origin="https://elsewhere.example")

    assert welcome.status_code == 201
    assert welcome.headers["access-control-allow-origin"] == "https://front.example"
    assert "location" in welcome.headers["access-control-expose-headers"].lower()
    assert foreign.status_code == 403


async def test_a_reference_that_is_taken_is_drawn_again(intake: Intake, monkeypatch: pytest.MonkeyPatch):
    drawn = iter(["TSC-222222", "TSC-222222", "TSC-222222", "TSC-333333"])
    monkeypatch.setattr(submit_request, "new_reference", lambda _prefix: next(drawn))

    first, second = await intake.ask(), await intake.ask()

    assert (first.json()["reference"], second.json()["reference"]) == ("TSC-222222", "TSC-333333")
    assert await intake.count("patient") == await intake.count("consultation_request") == 2
    assert await intake.count("consent") == 4
