"""How soon a consultation must be: who may write and approve it, that what was approved never changes, and whom it is for."""

import json
import re
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from operations.player.browser import Page
from services.scheduling.store.urgency_versions import URGENCY, shipped_urgency
from shared.events.risk import RiskLevel
from shared.events.staff import Role
from shared.events.values import Urgency
from shared.versions.in_force import rules_in_force
from tests.integration.scheduling.desk import CLINIC, Asked
from tests.integration.scheduling.front import hidden, words

RULES = "/staff/urgency"
PAGES = [RULES, f"{RULES}/1", f"{RULES}/compare?before=1&after=1", f"{RULES}/1/edit"]
ASKED_AT = datetime(2026, 6, 15, 17, 59, tzinfo=UTC)


@pytest.fixture
async def clinician(front):
    await front.sign_in(Role.CLINICIAN, version=2)
    return front


async def post(front, path, **typed):
    return await front.http.post(path, data=typed, headers={"Accept": "text/html"})


async def drafted(front, base=1):
    """The address of a new draft."""
    answer = await post(front, f"{RULES}/{base}/draft")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def fields_of(front, draft):
    """What the form would send if nothing were touched."""
    return dict(Page(draft, 200, await front.page(f"{draft}/edit")).form(having="seen").fields)


async def edited(front, draft, **changes):
    named = {name.replace("_", "-") if name != "again_hours" else name: value for name, value in changes.items()}
    return await post(front, f"{draft}/edit", **(await fields_of(front, draft) | named))


async def approved(front, address):
    return await post(front, f"{address}/approve", seen=hidden(await front.page(address), "seen"))


async def now(front):
    async with front.desk.database.transaction(read_only=True) as tx:
        return await rules_in_force(tx, URGENCY, CLINIC.id)


async def due(front, asked):
    row = await front.desk.consultation(asked)
    return row["due_by"], row["due_rules"]


async def test_nobody_sees_the_rules_without_signing_in(bare_front):
    for path in PAGES:
        assert (await bare_front.http.get(path, headers={"Accept": "text/html"})).status_code == 303


async def test_before_any_approval_they_are_a_proposal_and_the_pages_say_so(front):
    assert "No clinician has approved a version yet" in words(await front.page(RULES))
    page = words(await front.page(f"{RULES}/1"))
    assert "It is proposed, not yet confirmed by a clinician." in page
    assert "Proposed, not confirmed To be seen within this time" in page
    assert "High risk 24 hours, day and night" in page
    assert "No published source gives numbers" in page
    assert "Version 1: proposed, not yet confirmed by a clinician." in words(await front.page("/staff/clinic"))


async def test_the_front_desk_reads_and_changes_nothing(front):
    assert "Make a draft" not in words(await front.page(f"{RULES}/1"))
    for path in ("draft", "approve", "edit"):
        assert (await post(front, f"{RULES}/1/{path}", seen=1)).status_code == 403


async def test_an_administrator_drafts_and_does_not_approve(front):
    await front.sign_in(Role.ADMINISTRATOR, version=2)
    draft = await drafted(front)

    assert (await edited(front, draft, high_hours="12")).status_code == 303
    assert (await post(front, f"{draft}/approve", seen=2)).status_code == 403


async def test_a_clinician_changes_a_draft_and_approves_it_under_their_name(clinician):
    draft = await drafted(clinician)
    await edited(clinician, draft, high_hours="12", low_counted="day", again_hours="6", source="Our own, March 2026.")
    assert (await now(clinician)).content.version == 1, "a draft is not in force"

    assert (await approved(clinician, draft)).status_code == 303

    in_force = await now(clinician)
    assert in_force.approval.name == "Rita Imura"
    assert in_force.content.by_risk[RiskLevel.HIGH].hours == 12
    page = words(await clinician.page(draft))
    assert "Approved by Rita Imura" in page
    assert "Low risk 168 hours by day, from 08:00 to 21:00" in page
    assert "again every 6 hours" in page
    assert "Version 2, approved by Rita Imura" in words(await clinician.page("/staff/clinic"))


async def test_a_form_that_was_not_touched_changes_nothing(clinician):
    draft = await drafted(clinician)

    assert (await edited(clinician, draft)).status_code == 303

    row = await clinician.desk.database.pool.fetchrow("select rules, revision from urgency_version where version = 2")
    assert row["revision"] == 1
    assert row["rules"] == {**shipped_urgency().written(), "version": 2}


async def test_pressing_twice_makes_one_draft_and_approves_once(clinician):
    draft = await drafted(clinician)
    assert await drafted(clinician) == draft
    seen = hidden(await clinician.page(draft), "seen")
    await post(clinician, f"{draft}/approve", seen=seen)
    at = (await now(clinician)).approval.at
    clinician.desk.clock.advance(timedelta(minutes=1))

    assert (await post(clinician, f"{draft}/approve", seen=seen)).status_code == 303
    assert (await now(clinician)).approval.at == at


@pytest.mark.parametrize(
    "statement",
    [
        "update urgency_version set rules = '{}' where version = 2",
        "update urgency_version set approved_name = 'Somebody Else' where version = 2",
        "update urgency_version set approved_at = null, approved_by = null, approved_name = null where version = 2",
        "delete from urgency_version where version = 2",
        "update urgency_version set rules = '{}' where version = 1",
        "update urgency_act set staff_name = 'Somebody Else'",
        "delete from urgency_act",
    ],
)
async def test_the_database_itself_keeps_what_was_approved(clinician, statement):
    await approved(clinician, await drafted(clinician))

    with pytest.raises(asyncpg.RestrictViolationError):
        async with clinician.desk.database.transaction() as tx:
            await tx.execute(statement)


async def test_what_was_approved_is_changed_by_no_form(clinician):
    draft = await drafted(clinician)
    fields = await fields_of(clinician, draft)
    await approved(clinician, draft)

    answer = await post(clinician, f"{draft}/edit", **(fields | {"high-hours": "1"}))

    assert answer.status_code == 409
    assert "does not change any more" in words(answer.text)


async def test_nobody_approves_or_overwrites_what_they_have_not_seen(clinician):
    draft = await drafted(clinician)
    stale = await fields_of(clinician, draft)
    await edited(clinician, draft, high_hours="12")

    assert (await post(clinician, f"{draft}/approve", seen=1)).status_code == 409
    assert (await post(clinician, f"{draft}/edit", **(stale | {"high-hours": "1"}))).status_code == 409
    assert "High risk 12 hours" in words(await clinician.page(draft))


async def test_an_approval_that_is_opened_again_leads_to_the_version(clinician):
    draft = await drafted(clinician)

    opened = await clinician.http.get(f"{draft}/approve", headers={"Accept": "text/html"})

    assert (opened.status_code, opened.headers.get("location")) == (303, draft)


async def test_whose_draft_was_changed_meanwhile_has_their_form_again_and_decides(clinician):
    draft = await drafted(clinician)
    mine = await fields_of(clinician, draft) | {"urgent-hours": "6", "source": "Read in March."}
    await edited(clinician, draft, high_hours="12")

    late = await post(clinician, f"{draft}/edit", **mine)

    assert late.status_code == 409
    again = dict(Page(draft, 409, late.text).form(having="seen").fields)
    assert again == mine | {"seen": "2"}
    assert "Nothing of yours was saved" in words(late.text)
    assert re.search(r"changed meanwhile by Rita Imura ?, .*12:00", words(late.text))
    assert "High risk To be seen within In the draft now 12 hours, day and night Yours 24 hours" in words(late.text)
    assert "Save mine instead" in words(late.text)
    assert (await post(clinician, f"{draft}/edit", **again)).status_code == 303
    assert "Urgent request, no risk seen 6 hours" in words(await clinician.page(draft))


async def test_two_versions_are_compared_in_plain_words(clinician):
    draft = await drafted(clinician)
    await edited(clinician, draft, high_hours="12", again_hours="6")

    page = words(await clinician.page(f"{RULES}/compare?before=1&after=2"))

    assert "2 differences." in page
    assert "High risk To be seen within Version 1 24 hours, day and night Version 2 12 hours" in page
    assert "Version 2 Said at once, and again every 6 hours, never at night" in page


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        (
            "high-hours",
            "",
            "High risk: write a number of hours. Empty is no deadline, and somebody might be forgotten.",
        ),
        ("high-hours", "0", "High risk: at least 1 hour. Nobody can be seen in no time."),
        ("high-hours", "-24", "High risk: at least 1 hour."),
        ("high-hours", "soon", "High risk: write a whole number of hours, such as 24."),
        ("high-hours", "1.5", "High risk: write a whole number of hours"),
        ("high-hours", "٢٤", "High risk: write a whole number of hours"),
        ("low-hours", "8761", "Low risk: a year at most. Later than that is no deadline."),
        ("low-hours", "71", "Low risk: not sooner than “Moderate risk”, which is graver."),
        ("soon-hours", "23", "Request to be seen soon: not sooner than “Urgent request, no risk seen”"),
        ("high-hours", "100", "High risk: not later than “Risk not yet assessed”, which is less grave."),
        ("high-counted", "day", "High risk: not later than “Risk not yet assessed”, which is less grave."),
        ("high-counted", "", "High risk: choose which hours count."),
        ("again_hours", "", "Said again: write a number of hours, such as 24."),
        ("again_hours", "0", "Said again: every 1 to 168 hours."),
        ("source", " ", "Source: write where these numbers come from, or that there is none."),
    ],
)
async def test_what_makes_no_sense_is_refused_beside_its_field(clinician, field, typed, sentence):
    draft = await drafted(clinician)

    answer = await post(clinician, f"{draft}/edit", **(await fields_of(clinician, draft) | {field: typed}))

    assert answer.status_code == 422
    assert sentence in words(answer.text)
    assert f'id="{field}-error"' in answer.text


async def test_what_is_heard_from_then_on_is_judged_by_what_was_approved(clinician):
    draft = await drafted(clinician)
    await edited(clinician, draft, high_hours="12", urgent_hours="6")
    await approved(clinician, draft)
    calm, risky = Asked.new(), Asked.new()

    await clinician.desk.hears(calm.requested(urgency=Urgency.URGENT))
    await clinician.desk.hears(risky.at_risk(level=RiskLevel.HIGH), risky.requested())

    assert await due(clinician, calm) == (ASKED_AT + timedelta(hours=6), 2)
    assert await due(clinician, risky) == (ASKED_AT + timedelta(hours=12), 2)


async def test_who_has_a_deadline_keeps_it_whatever_is_approved_and_heard_again(clinician):
    waits, risky = Asked.new(), Asked.new()
    risk = risky.at_risk(level=RiskLevel.HIGH)
    await clinician.desk.hears(waits.requested(urgency=Urgency.SOON), risky.requested(), risk)
    kept = (await due(clinician, waits), await due(clinician, risky))
    draft = await drafted(clinician)
    await edited(clinician, draft, high_hours="1", unassessed_hours="2", urgent_hours="1", soon_hours="2")
    assert "2 patients who have not been seen yet have a deadline" in words(await clinician.page(draft))
    await approved(clinician, draft)

    await clinician.desk.hears(waits.requested(version=2, urgency=Urgency.SOON), risky.requested(version=2), risk)

    assert (await due(clinician, waits), await due(clinician, risky)) == kept
    assert kept[0][1] == kept[1][1] == 1


async def test_a_risk_that_is_seen_later_is_judged_by_what_counts_then(clinician):
    asked = Asked.new()
    await clinician.desk.hears(asked.requested(urgency=Urgency.SOON))
    draft = await drafted(clinician)
    await edited(clinician, draft, high_hours="12")
    await approved(clinician, draft)

    await clinician.desk.hears(asked.at_risk(level=RiskLevel.HIGH))

    assert await due(clinician, asked) == (ASKED_AT + timedelta(hours=12), 2)


async def test_a_version_that_cannot_be_read_leaves_the_last_good_one_in_force(clinician):
    """As a later release may have left it: approved, and with something in it that this one does not know."""
    draft = await drafted(clinician)
    await edited(clinician, draft, urgent_hours="6")
    await approved(clinician, draft)
    await clinician.desk.database.pool.execute(
        """
        insert into urgency_version
               (clinic_id, version, rules, based_on, made_by, made_at, approved_by, approved_name, approved_at)
        select clinic_id, 3, $1::text::jsonb, 1, gen_random_uuid(), made_at, gen_random_uuid(), 'Dr. Later',
               approved_at + interval '1 hour'
          from urgency_version
         where version = 2
        """,
        json.dumps(shipped_urgency().written() | {"version": 3, "colour": "red"}),
    )
    asked = Asked.new()
    await clinician.desk.hears(asked.requested(urgency=Urgency.URGENT))

    assert await due(clinician, asked) == (ASKED_AT + timedelta(hours=6), 2)
    ill = await clinician.http.get("/health/urgency")
    assert (ill.status_code, ill.json()["version"], ill.json()["unreadable"]) == (503, 2, [3])
    assert "Version 3 cannot be read. Deadlines are set by version 2" in words(await clinician.page(RULES))
