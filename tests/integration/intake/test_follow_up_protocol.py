"""The follow-up protocol: who may write and approve it, that what was approved never changes, and what patients are asked."""

from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from operations.player.browser import Page
from services.intake.domain.questionnaire.protocol import FollowUpProtocol
from services.intake.domain.scales import ScaleCode
from services.intake.store.version_kinds import FOLLOW_UP
from shared.events.staff import Role
from shared.versions.in_force import rules_in_force
from shared.versions.life import InForce
from tests.integration.intake.conftest import Intake, hidden, words
from tests.integration.intake.questionnaires import Patient, ask, bodies

PROTOCOL = "/staff/requests/protocol"
PAGES = [PROTOCOL, f"{PROTOCOL}/1", f"{PROTOCOL}/compare?before=1&after=1", f"{PROTOCOL}/1/edit"]


async def post(intake: Intake, path: str, **typed: Any) -> httpx.Response:
    return await intake.http.post(path, data=typed, headers={"Accept": "text/html"})


async def drafted(intake: Intake, base: int = 1) -> str:
    """The address of a new draft."""
    answer = await post(intake, f"{PROTOCOL}/{base}/draft")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def fields_of(intake: Intake, draft: str) -> dict[str, Any]:
    """What the form would send if nothing were touched."""
    fields: dict[str, Any] = {}
    for name, value in Page(draft, 200, await intake.page(f"{draft}/edit")).form(having="seen").fields:
        fields.setdefault(name, []).append(value)
    return fields


async def edited(intake: Intake, draft: str, **changes: Any) -> httpx.Response:
    named = {name.replace("_for_", "-"): value for name, value in changes.items()}
    return await post(intake, f"{draft}/edit", **(await fields_of(intake, draft) | named))


async def approved(intake: Intake, address: str) -> httpx.Response:
    return await post(intake, f"{address}/approve", seen=hidden(await intake.page(address), "seen"))


async def now(intake: Intake) -> InForce[FollowUpProtocol]:
    async with intake.database.transaction(read_only=True) as tx:
        return await rules_in_force(tx, FOLLOW_UP, intake.clinic_id)


@pytest.fixture
async def clinician(intake: Intake) -> Intake:
    await intake.sign_in(Role.CLINICIAN)
    return intake


async def test_nobody_sees_the_protocol_without_signing_in(intake: Intake):
    for path in PAGES:
        assert (await intake.http.get(path, headers={"Accept": "text/html"})).status_code == 303


async def test_before_any_approval_it_is_a_proposal_and_the_pages_say_so(intake: Intake):
    await intake.sign_in(Role.FRONT_DESK)

    assert "No clinician has approved a version yet" in words(await intake.page(PROTOCOL))
    assert "Proposal, not confirmed" in words(await intake.page(f"{PROTOCOL}/1"))


async def test_the_front_desk_reads_and_changes_nothing(intake: Intake):
    await intake.sign_in(Role.FRONT_DESK, Role.NURSE)

    assert "Make a draft" not in words(await intake.page(f"{PROTOCOL}/1"))
    for path in ("draft", "approve", "edit"):
        assert (await post(intake, f"{PROTOCOL}/1/{path}", seen=1)).status_code == 403


async def test_an_administrator_drafts_and_does_not_approve(intake: Intake):
    await intake.sign_in(Role.ADMINISTRATOR)
    draft = await drafted(intake)

    assert (await edited(intake, draft, hours_after="44")).status_code == 303
    assert (await post(intake, f"{draft}/approve", seen=2)).status_code == 403


async def test_a_clinician_changes_a_draft_and_approves_it_under_their_name(clinician: Intake):
    draft = await drafted(clinician)
    await edited(clinician, draft, hours_after="44", scales_for_ptsd=["pcl-5", "phq-9"])
    assert (await now(clinician)).content.version == 1, "a draft is not in force"

    assert (await approved(clinician, draft)).status_code == 303

    in_force = await now(clinician)
    assert in_force.approval
    assert in_force.approval.name == "Rosa Imani"
    assert in_force.content.hours_after == 44
    page = words(await clinician.page(draft))
    assert "Proposal, approved by Rosa Imani" in page
    assert "PTSD PHQ-9, PCL-5" in page


async def test_a_form_that_was_not_touched_changes_nothing(clinician: Intake):
    draft = await drafted(clinician)

    assert (await edited(clinician, draft)).status_code == 303

    [row] = await clinician.rows("select rules, revision from follow_up_version where version = 2")
    [shipped] = await clinician.rows("select rules from follow_up_version where version = 1")
    assert row["revision"] == 1
    assert row["rules"] == {**shipped["rules"], "version": 2}


async def test_pressing_twice_makes_one_draft(clinician: Intake):
    assert await drafted(clinician) == await drafted(clinician)


async def test_what_was_approved_is_changed_by_no_form(clinician: Intake):
    draft = await drafted(clinician)
    fields = await fields_of(clinician, draft)
    await approved(clinician, draft)

    answer = await post(clinician, f"{draft}/edit", **(fields | {"hours_after": ["1"]}))

    assert answer.status_code == 409
    assert "does not change any more" in words(answer.text)


@pytest.mark.parametrize(
    "statement",
    [
        "update follow_up_version set rules = '{}' where version = 2",
        "update follow_up_version set approved_name = 'Somebody Else' where version = 2",
        "update follow_up_version set approved_at = null, approved_by = null, approved_name = null where version = 2",
        "delete from follow_up_version where version = 2",
        "update follow_up_version set rules = '{}' where version = 1",
        "update follow_up_act set staff_name = 'Somebody Else'",
        "delete from follow_up_act",
    ],
)
async def test_the_database_itself_keeps_what_was_approved(clinician: Intake, statement: str):
    await approved(clinician, await drafted(clinician))

    with pytest.raises(asyncpg.RestrictViolationError):
        async with clinician.database.transaction() as tx:
            await tx.execute(statement)


async def test_nobody_approves_or_overwrites_what_they_have_not_seen(clinician: Intake):
    draft = await drafted(clinician)
    stale = await fields_of(clinician, draft)
    await edited(clinician, draft, hours_after="44")

    assert (await post(clinician, f"{draft}/approve", seen=1)).status_code == 409
    assert (await post(clinician, f"{draft}/edit", **(stale | {"hours_after": ["1"]}))).status_code == 409
    assert "44 hours" in words(await clinician.page(draft))


async def test_whose_draft_was_changed_meanwhile_has_their_form_again_and_decides(clinician: Intake):
    draft = await drafted(clinician)
    mine = await fields_of(clinician, draft) | {"screener_from": [""], "scales-ocd": ["gad-7"]}
    await edited(clinician, draft, hours_after="44")

    late = await post(clinician, f"{draft}/edit", **mine)

    assert late.status_code == 409
    assert "Nothing of yours was saved" in words(late.text)
    assert "OCD Scales In the draft now PHQ-9 Yours GAD-7" in words(late.text)
    again = Page(draft, 409, late.text).form(having="seen").fields
    assert dict(again)["seen"] == "2"
    assert [value for name, value in again if name == "scales-ocd"] == ["gad-7"]


async def test_two_versions_are_compared_in_plain_words(clinician: Intake):
    draft = await drafted(clinician)
    await edited(clinician, draft, scales_for_ocd=["gad-7"], screener_from="")

    page = words(await clinician.page(f"{PROTOCOL}/compare?before=1&after=2"))

    assert "2 differences." in page
    assert "OCD Scales Version 1 PHQ-9 Version 2 GAD-7" in page
    assert "For a risk seen before Version 1 High Version 2 Nobody" in page


async def test_mistakes_are_named_beside_their_fields(clinician: Intake):
    draft = await drafted(clinician)

    answer = await edited(clinician, draft, hours_after="soon", scales_for_ocd=[])

    assert answer.status_code == 422
    for field in ("hours_after", "scales-ocd"):
        assert f'id="{field}-error"' in answer.text


async def test_what_is_not_on_the_page_is_refused(clinician: Intake):
    draft = await drafted(clinician)

    assert (await edited(clinician, draft, scales_for_ocd=["y-bocs"])).status_code == 422
    assert (await edited(clinician, draft, screener_from="extreme")).status_code == 422


async def test_the_next_infusion_is_followed_by_what_was_approved(clinician: Intake):
    patient = await Patient.who_asked(clinician, "ptsd")
    draft = await drafted(clinician)
    await edited(clinician, draft, hours_after="44", scales_for_ptsd=["pcl-5", "phq-9"])
    await approved(clinician, draft)

    plan = (await patient.sheet(await patient.asked())).plan

    assert (plan.scales, plan.protocol_version) == ((ScaleCode.PHQ_9, ScaleCode.PCL_5), 2)
    (due,) = await bodies(clinician, "scales-due")
    assert due["due_at"].startswith("2026-06-17T14:00")


async def test_several_reasons_are_one_link_with_each_scale_once(intake: Intake):
    patient = await Patient.who_asked(intake, "depression", "ocd", "anxiety", "chronic-pain")

    token = await patient.asked()

    assert (await patient.sheet(token)).plan.scales == (ScaleCode.PHQ_9, ScaleCode.GAD_7, ScaleCode.PAIN_NRS)
    assert await patient.links() == [token]


async def test_who_was_at_high_risk_before_is_asked_the_screener_whatever_the_scales_say(intake: Intake):
    patient = await Patient.who_asked(intake)
    first = await patient.asked()
    assert not (await patient.sheet(first)).plan.screener
    await patient.save(first, "phq-9-9", "1")
    await patient.save(first, "screener-intent", "yes")
    assert [one["level"] for one in await bodies(intake, "risk-raised")][-1] == "high"

    second = await patient.asked()

    assert (await patient.sheet(second)).plan.screener


async def _store_unreadable(intake: Intake, version: int) -> None:
    """As a later release may have left it: approved, and with something in it that this one does not know."""
    async with intake.database.transaction() as tx:
        await tx.execute(
            """
            insert into follow_up_version
                   (clinic_id, version, rules, based_on, made_by, made_at, approved_by, approved_name, approved_at)
            select clinic_id, $1, jsonb_set(jsonb_set(rules, '{version}', to_jsonb($1::integer)), '{colour}', '1'),
                   1, gen_random_uuid(), made_at, gen_random_uuid(), 'Dr. Later', now() + interval '1 hour'
              from follow_up_version
             where version = 1
            """,
            version,
        )


async def test_a_version_that_cannot_be_read_leaves_the_last_good_one_in_force(clinician: Intake):
    patient = await Patient.who_asked(clinician)
    draft = await drafted(clinician)
    await edited(clinician, draft, hours_after="44")
    await approved(clinician, draft)
    await _store_unreadable(clinician, 3)

    token = await patient.asked()

    assert (await patient.sheet(token)).plan.protocol_version == 2
    ill = await clinician.http.get("/health/follow-up")
    assert (ill.status_code, ill.json()["version"], ill.json()["unreadable"]) == (503, 2, [3])
    assert "Version 3 cannot be read. Patients are asked under version 2" in words(await clinician.page(PROTOCOL))


async def test_a_questionnaire_keeps_the_version_it_was_asked_under(clinician: Intake):
    patient = await Patient.who_asked(clinician)
    token = await patient.asked()
    await approved(clinician, await drafted(clinician))

    clinician.clock.advance(timedelta(days=1))
    await ask(clinician)

    assert (await patient.sheet(token)).plan.protocol_version == 1
