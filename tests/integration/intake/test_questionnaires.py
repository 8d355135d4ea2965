"""After an infusion: one link for one session, its answers kept with their risk, and what they came to said once."""

from datetime import timedelta
from itertools import permutations

import pytest

from services.intake.domain.refusal import NotPossible
from services.intake.domain.scales import ScaleCode
from services.intake.use_cases import save_questionnaire as saving
from services.intake.use_cases.enter_total import enter_total
from services.intake.use_cases.finish_follow_up import finish_follow_up
from services.intake.use_cases.renew_questionnaire import renew_questionnaire
from services.intake.use_cases.save_questionnaire import ChangedElsewhere, Ended, Kept
from shared.events.session import Outcome
from shared.ids import uuid7
from tests.integration.intake.conftest import SITE, Intake, heard
from tests.integration.intake.questionnaires import LINK_LIFE, Patient, ask, bodies, hear

MOOD = {f"phq_9_{n}": "2" for n in range(1, 9)} | {"phq_9_9": "0"}


async def test_the_end_of_an_infusion_makes_a_link_for_the_next_day(intake: Intake):
    patient = await Patient.who_asked(intake)
    session = patient.session()

    token = await patient.asked(session)

    (due,) = await bodies(intake, "scales-due")
    assert due["due_at"] == (session.ended_at + timedelta(hours=20)).isoformat().replace("+00:00", "Z")
    assert (await patient.sheet(token)).first_open == "phq-9-1"
    assert token not in str(await intake.said())


@pytest.mark.parametrize("order", list(permutations(["first", "again", "other", "ask"])))
async def test_in_any_order_and_twice_one_session_has_one_link(intake: Intake, order: tuple[str, ...]):
    patient = await Patient.who_asked(intake)
    session = patient.session()
    events = {"first": session, "again": session, "other": patient.session(Outcome.TRANSFERRED)}

    for step in (*order, "ask", "first", "ask"):
        if step == "ask":
            await ask(intake)
        else:
            await hear(intake, heard(events[step], 1, events[step].session_id))

    assert [due["session_id"] for due in await bodies(intake, "scales-due")] == [str(session.session_id)]


async def test_an_old_end_that_is_heard_late_asks_nobody(intake: Intake):
    patient = await Patient.who_asked(intake)
    session = patient.session()
    intake.clock.advance(LINK_LIFE + timedelta(days=1))

    await hear(intake, heard(session, 1, session.session_id))
    await ask(intake)

    assert await bodies(intake, "scales-due") == []


async def test_nothing_is_made_for_somebody_who_was_erased(intake: Intake):
    patient = await Patient.who_asked(intake)
    await intake.app.state.keyring.erase(patient.cipher.patient_id)
    session = patient.session()

    await hear(intake, heard(session, 1, session.session_id))
    await ask(intake)

    assert await intake.count("questionnaire") == 0
    assert await ask(intake) == 0


@pytest.mark.parametrize("outcome", [Outcome.STOPPED_EARLY, Outcome.TRANSFERRED])
async def test_after_a_session_that_did_not_end_well_a_person_speaks_with_them_first(intake: Intake, outcome: Outcome):
    patient = await Patient.who_asked(intake)
    session = patient.session(outcome)
    await hear(intake, heard(session, 1, session.session_id))
    await ask(intake)
    assert await bodies(intake, "scales-due") == []

    intake.clock.advance(timedelta(days=2))
    async with intake.database.transaction() as tx:
        await finish_follow_up(tx, intake.clinic_id, session.session_id, uuid7())
    await ask(intake)

    assert len(await bodies(intake, "scales-due")) == 1


async def test_item_9_above_zero_leads_to_the_screener_and_raises_the_risk_with_the_answer(intake: Intake):
    patient = await Patient.who_asked(intake)
    token = await patient.asked()
    for n in range(1, 9):
        await patient.save(token, f"phq-9-{n}", "1")

    await patient.save(token, "phq-9-9", "1")

    assert (await patient.sheet(token)).first_open == "screener-wish"
    (raised,) = await bodies(intake, "risk-raised")
    assert (raised["level"], raised["seen_in"]) == ("unassessed", "questionnaire")
    assert raised["request_id"] == str(patient.request_id)


@pytest.mark.parametrize("step", ["questionnaires.save", "raise_risk"])
async def test_what_breaks_between_an_answer_and_its_risk_undoes_both(
    intake: Intake, monkeypatch: pytest.MonkeyPatch, step: str
):
    patient = await Patient.who_asked(intake)
    token = await patient.asked()

    async def dies(*_: object, **__: object) -> None:
        raise SystemError("died between risk and answer")

    monkeypatch.setattr(f"{saving.__name__}.{step}", dies)
    with pytest.raises(SystemError):
        await patient.save(token, "phq-9-9", "2")

    assert not (await patient.sheet(token)).answers.has("phq-9-9")
    assert await intake.count("risk_flag") == 0
    assert await bodies(intake, "risk-raised") == []


async def test_a_graver_answer_is_raised_again_and_the_same_is_not(intake: Intake):
    patient = await Patient.who_asked(intake)
    token = await patient.asked()
    await patient.save(token, "phq-9-9", "1")
    await patient.save(token, "phq-9-9", "1")

    await patient.save(token, "screener-intent", "yes")

    assert [one["level"] for one in await bodies(intake, "risk-raised")] == ["unassessed", "high"]


async def test_a_risk_in_what_another_window_has_changed_is_raised_though_it_is_not_kept(intake: Intake):
    patient = await Patient.who_asked(intake)
    token = await patient.asked()
    await patient.save(token, "phq-9-9", "0")

    saved = await patient.save(token, "phq-9-9", "3", revision=0)

    assert isinstance(saved, ChangedElsewhere)
    assert len(await bodies(intake, "risk-raised")) == 1


async def test_a_risk_that_comes_after_the_end_of_the_link_is_raised_all_the_same(intake: Intake):
    patient = await Patient.who_asked(intake)
    token = await patient.asked()
    intake.clock.advance(timedelta(days=30))

    saved = await patient.save(token, "phq-9-9", "3")

    assert isinstance(saved, Ended)
    assert len(await bodies(intake, "risk-raised")) == 1


async def test_the_last_answer_completes_it_and_each_scale_is_said_once(intake: Intake):
    patient = await Patient.who_asked(intake, "depression", "anxiety")
    token = await patient.asked()

    await patient.answer_all(token, phq_9_9="0")
    await patient.save(token, "gad-7-7", "3", revision=1)

    completed = await bodies(intake, "questionnaire-completed")
    assert [(one["scale"], one["total"], one["finished"]) for one in completed] == [
        ("phq-9", 8, False),
        ("gad-7", 7, True),
    ]
    assert completed[0]["item_9_above_zero"] is False


async def test_the_same_answer_sent_twice_at_the_end_is_kept_once(intake: Intake):
    patient = await Patient.who_asked(intake, "anxiety")
    token = await patient.asked()
    for n in range(1, 8):
        await patient.save(token, f"gad-7-{n}", "1")

    assert isinstance(await patient.save(token, "safety", "no"), Kept)
    assert isinstance(await patient.save(token, "safety", "no"), Ended)

    assert await intake.count("scale_score") == 1


async def test_for_suicidal_ideation_the_screener_is_asked_whatever_item_9_says(intake: Intake):
    patient = await Patient.who_asked(intake, "suicidal-ideation")
    token = await patient.asked()

    await patient.answer_all(token, "0")

    assert (await patient.sheet(token)).answers.has("screener-behaviour")


async def test_a_new_link_takes_the_answers_along_and_is_in_the_envelope_only(intake: Intake):
    patient = await Patient.who_asked(intake)
    token = await patient.asked()
    await patient.save(token, "phq-9-1", "2")
    intake.clock.advance(timedelta(days=30))

    for _ in range(3):
        async with intake.database.transaction() as tx:
            await renew_questionnaire(tx, token, patient.cipher, LINK_LIFE, SITE)

    first, second = await patient.links()
    assert first == token
    assert (await patient.sheet(second)).first_open == "phq-9-2"


async def test_an_open_link_is_not_renewed(intake: Intake):
    patient = await Patient.who_asked(intake)
    token = await patient.asked()

    async with intake.database.transaction() as tx:
        await renew_questionnaire(tx, token, patient.cipher, LINK_LIFE, SITE)

    assert await patient.links() == [token]


async def test_staff_enter_the_total_of_a_paper_form(intake: Intake):
    patient = await Patient.who_asked(intake, "ocd")

    async with intake.database.transaction() as tx:
        await enter_total(
            tx,
            intake.clinic_id,
            patient.request_id,
            ScaleCode.Y_BOCS,
            24,
            entry_id=uuid7(),
            by=uuid7(),
            cipher=patient.cipher,
        )

    (said,) = await bodies(intake, "questionnaire-completed")
    assert (said["scale"], said["total"], said["band"], said["questionnaire_id"]) == ("y-bocs", 24, "severe", None)


async def test_a_total_that_the_form_does_not_have_is_refused(intake: Intake):
    patient = await Patient.who_asked(intake, "ocd")

    async with intake.database.transaction() as tx:
        with pytest.raises(NotPossible, match="from 0 to 40"):
            await enter_total(
                tx,
                intake.clinic_id,
                patient.request_id,
                ScaleCode.Y_BOCS,
                41,
                entry_id=uuid7(),
                by=uuid7(),
                cipher=patient.cipher,
            )
