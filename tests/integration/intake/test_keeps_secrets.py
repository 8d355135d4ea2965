"""Canaries: words that must never be found outside of what is sealed."""

import logging

from services.intake.use_cases.reveal_people import reveal_people
from tests.integration.intake.conftest import INES, INES_TYPED, Intake
from tests.integration.intake.guided import Walk

CANARIES = ("Canary Quillfeather", "canary.quill", "555-0199", "3035550199")
SENT = {**INES, "name": CANARIES[0], "email": "canary.quill@example.com", "mobile": "(303) 555-0199"}
TYPED = {**INES_TYPED, "name": CANARIES[0], "email": "canary.quill@example.com", "mobile": "(303) 555-0199"}
TABLES = (
    "patient",
    "consultation_request",
    "consent",
    "request_link",
    "risk_flag",
    "request_draft",
    "request_answers",
    "outbox",
    "idempotency",
    "patient_mark",
    "request_act",
    "caller_act",
    "information_ask",
    "information_answer",
    "information_reading",
)


async def _page_by_page(intake: Intake) -> str:
    walk = await Walk.begin(intake)
    await walk.save("name", name=CANARIES[0])
    await walk.save(
        "contact", {"email": (SENT["email"],), "mobile": (SENT["mobile"],), "consents": ("contact-email-1",)}
    )
    await walk.say(reasons="depression", phq_9_9="2", screener_plan="yes")
    await walk.save("name", name=f"{CANARIES[0]} II", revision=0)
    await walk.send()
    await walk.save("name", name=f"{CANARIES[0]} III")
    return walk.token


async def _journey(intake: Intake) -> str:
    token = await intake.submitted(**{**SENT, "reasons": ["suicidal-ideation"]})
    await intake.ask(SENT, **{"Idempotency-Key": "a-key-of-mine"})
    await intake.send_form(typed=TYPED)
    await intake.send_form(typed={**TYPED, "email": "canary.quill"})
    await intake.ask({**SENT, "surname": CANARIES[0]})
    await intake.http.post(f"/r/{token}/withdraw")
    return token


async def test_no_table_holds_a_name_an_address_or_a_link(intake: Intake):
    tokens = await _journey(intake), await _page_by_page(intake)

    for table in TABLES:
        for row in await intake.rows(f"select * from {table}"):
            text = " ".join(value.hex() if isinstance(value, bytes) else str(value) for value in row.values())
            for canary in (*CANARIES, *tokens):
                assert canary not in text, table
                assert canary.encode().hex() not in text, table


async def test_no_log_line_holds_one(intake: Intake, caplog, capsys):
    caplog.set_level(logging.DEBUG, logger="services")
    tokens = await _journey(intake), await _page_by_page(intake)

    said = caplog.text + "".join(capsys.readouterr())
    for canary in (*CANARIES, *tokens):
        assert canary not in said


async def test_no_problem_repeats_what_was_typed(intake: Intake):
    answer = await intake.ask({**SENT, "email": "canary.quill", "mobile": "555-0199", "zone": CANARIES[0]})

    assert answer.status_code == 422
    for canary in CANARIES:
        assert canary not in answer.text


async def test_a_contact_does_not_show_itself_in_a_traceback(intake: Intake):
    await intake.submitted(**SENT)
    from services.intake.domain.queue import View
    from services.intake.use_cases.look_at_requests import look_through_requests

    async with intake.database.transaction(read_only=True) as tx:
        found = await look_through_requests(tx, intake.clinic_id, View.OPEN, 1)
    people = await reveal_people(intake.app.state.keyring, found.sealed)

    for canary in CANARIES:
        assert canary not in repr(people) + repr(found)
