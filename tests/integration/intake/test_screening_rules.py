"""The clinic's screening rules: who may write and approve them, and that nothing that was approved ever changes."""

from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from operations.player.browser import Page
from services.intake.store.version_kinds import SCREENING
from shared.events.staff import Role
from shared.versions.in_force import rules_in_force
from shared.versions.life import InForce
from tests.integration.intake.conftest import Intake, hidden, words

RULES = "/staff/requests/screening"
PAGES = [RULES, f"{RULES}/1", f"{RULES}/compare?before=1&after=1", f"{RULES}/1/items/liver"]


async def post(intake: Intake, path: str, **typed: Any) -> httpx.Response:
    return await intake.http.post(path, data=typed, headers={"Accept": "text/html"})


async def drafted(intake: Intake, base: int = 1) -> str:
    """The address of a new draft."""
    answer = await post(intake, f"{RULES}/{base}/draft")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def fields_of(intake: Intake, draft: str, item_id: str) -> dict[str, Any]:
    """What the form of an item would send if nothing were touched."""
    path = f"{draft}/items/{item_id}"
    fields: dict[str, Any] = {"only_for": []}
    for name, value in Page(path, 200, await intake.page(path)).form(having="seen").fields:
        fields[name] = [*fields[name], value] if name == "only_for" else value
    return fields


async def edited(intake: Intake, draft: str, item_id: str, **changes: Any) -> httpx.Response:
    return await post(intake, f"{draft}/items/{item_id}", **(await fields_of(intake, draft, item_id) | changes))


async def approved(intake: Intake, address: str) -> httpx.Response:
    return await post(intake, f"{address}/approve", seen=hidden(await intake.page(address), "seen"))


async def now(intake: Intake) -> InForce:
    async with intake.database.transaction(read_only=True) as tx:
        return await rules_in_force(tx, SCREENING, intake.clinic_id)


@pytest.fixture
async def clinician(intake: Intake) -> Intake:
    await intake.sign_in(Role.CLINICIAN)
    return intake


async def test_nobody_sees_the_rules_without_signing_in(intake: Intake):
    for path in PAGES:
        assert (await intake.http.get(path, headers={"Accept": "text/html"})).status_code == 303


async def test_before_any_approval_the_shipped_rules_are_in_force_and_the_pages_say_so(intake: Intake):
    await intake.sign_in(Role.FRONT_DESK)

    assert (await now(intake)).content.version == 1
    assert not (await now(intake)).approved
    assert "No clinician has approved a version yet" in words(await intake.page(RULES))
    assert "Proposal, not confirmed" in words(await intake.page(f"{RULES}/1"))


async def test_the_front_desk_reads_and_neither_drafts_nor_approves(intake: Intake):
    await intake.sign_in(Role.FRONT_DESK, Role.NURSE)
    page = words(await intake.page(f"{RULES}/1"))

    assert "A clinician approves a version" in page
    assert "Make a draft" not in page
    assert (await post(intake, f"{RULES}/1/draft")).status_code == 403
    assert (await post(intake, f"{RULES}/1/approve", seen=1)).status_code == 403


async def test_an_administrator_drafts_and_does_not_approve(intake: Intake):
    await intake.sign_in(Role.ADMINISTRATOR)
    draft = await drafted(intake)

    assert (await edited(intake, draft, "liver", yes="hard-stop")).status_code == 303
    assert (await post(intake, f"{draft}/approve", seen=2)).status_code == 403
    assert (await now(intake)).content.version == 1


async def test_a_clinician_edits_a_draft_and_approves_it_under_their_name(clinician: Intake):
    draft = await drafted(clinician)
    await edited(clinician, draft, "liver", yes="hard-stop", staff="Liver first.")
    assert (await now(clinician)).content.version == 1, "a draft is not in force"

    assert (await approved(clinician, draft)).status_code == 303

    in_force = await now(clinician)
    liver = in_force.content.item("liver")
    assert liver is not None
    assert (in_force.content.version, liver.weighs.yes, liver.staff) == (2, "hard-stop", "Liver first.")
    assert in_force.approval is not None
    assert in_force.approval.name == "Rosa Imani"
    page = words(await clinician.page(draft))
    assert "Approved by Rosa Imani" in page
    assert "liver changed by Rosa Imani" in page


async def test_a_form_that_was_not_touched_changes_nothing(clinician: Intake):
    """Every item of the shipped rules survives its own form."""
    draft = await drafted(clinician)
    for item in (await now(clinician)).content.items:
        assert (await edited(clinician, draft, item.id)).status_code == 303

    [row] = await clinician.rows("select rules, revision from screening_version where version = 2")
    [shipped] = await clinician.rows("select rules from screening_version where version = 1")
    assert row["revision"] == 1
    assert row["rules"]["items"] == shipped["rules"]["items"]


async def test_pressing_twice_makes_one_draft(clinician: Intake):
    assert await drafted(clinician) == await drafted(clinician)


async def test_an_edited_draft_is_not_taken_up_for_another(clinician: Intake):
    first = await drafted(clinician)
    await edited(clinician, first, "liver", yes="hard-stop")

    assert await drafted(clinician) == f"{RULES}/3"


async def test_what_was_approved_is_changed_by_no_form(clinician: Intake):
    draft = await drafted(clinician)
    fields = await fields_of(clinician, draft, "liver")
    await approved(clinician, draft)

    answer = await post(clinician, f"{draft}/items/liver", **(fields | {"yes": "clear"}))

    assert answer.status_code == 409
    assert "does not change any more" in words(answer.text)


@pytest.mark.parametrize(
    "statement",
    [
        "update screening_version set rules = '{}' where version = 2",
        "update screening_version set approved_name = 'Somebody Else' where version = 2",
        "update screening_version set approved_at = null, approved_by = null, approved_name = null where version = 2",
        "delete from screening_version where version = 2",
        "update screening_version set rules = '{}' where version = 1",
        "update screening_act set staff_name = 'Somebody Else'",
        "delete from screening_act",
    ],
)
async def test_the_database_itself_keeps_what_was_approved(clinician: Intake, statement: str):
    await approved(clinician, await drafted(clinician))

    with pytest.raises(asyncpg.RestrictViolationError):
        async with clinician.database.transaction() as tx:
            await tx.execute(statement)


async def test_a_draft_is_not_approved_and_changed_in_one_breath(clinician: Intake):
    await drafted(clinician)

    with pytest.raises(asyncpg.RestrictViolationError):
        async with clinician.database.transaction() as tx:
            await tx.execute(
                "update screening_version set rules = '{}', approved_by = made_by, approved_name = 'x', "
                "approved_at = now() where version = 2"
            )


async def test_nobody_approves_what_they_have_not_seen(clinician: Intake):
    draft = await drafted(clinician)
    seen = hidden(await clinician.page(draft), "seen")
    await edited(clinician, draft, "liver", yes="clear", unsure="clear")

    answer = await post(clinician, f"{draft}/approve", seen=seen)

    assert answer.status_code == 409
    assert not (await now(clinician)).approved


async def test_of_two_tabs_the_second_does_not_overwrite_the_first(clinician: Intake):
    draft = await drafted(clinician)
    stale = await fields_of(clinician, draft, "liver")
    await edited(clinician, draft, "liver", staff="Liver first.")

    answer = await post(clinician, f"{draft}/items/liver", **(stale | {"staff": "Liver last."}))

    assert answer.status_code == 409
    assert "Liver first." in words(await clinician.page(draft))


async def test_whose_item_was_changed_meanwhile_has_their_form_again_and_decides(clinician: Intake):
    draft = await drafted(clinician)
    mine = await fields_of(clinician, draft, "liver") | {"staff": "Liver last."}
    await edited(clinician, draft, "liver", staff="Liver first.")

    late = await post(clinician, f"{draft}/items/liver", **mine)

    assert "Nothing of yours was saved" in words(late.text)
    assert "In the draft now Liver first. Yours Liver last." in words(late.text)
    again = dict(Page(draft, 409, late.text).form(having="staff").fields)
    assert (again["staff"], again["seen"]) == ("Liver last.", "2")
    answer = await post(clinician, f"{draft}/items/liver", **(mine | {"seen": again["seen"]}))
    assert answer.status_code == 303
    assert "Liver last." in words(await clinician.page(draft))


async def test_an_item_that_was_left_out_meanwhile_stands_there_as_a_new_one(clinician: Intake):
    draft = await drafted(clinician)
    mine = await fields_of(clinician, draft, "liver") | {"staff": "Liver last."}
    await post(clinician, f"{draft}/items/liver/leave-out", seen=1)

    late = await post(clinician, f"{draft}/items/liver", **mine)

    assert late.status_code == 409
    again = Page(draft, 409, late.text).form(having="staff")
    assert again.action.endswith(f"{draft}/items/new")
    assert dict(again.fields)["staff"] == "Liver last."


async def test_a_new_item_keeps_what_was_typed_where_the_draft_was_changed_meanwhile(clinician: Intake):
    draft = await drafted(clinician)
    mine = await fields_of(clinician, draft, "liver") | {"name": "Something new"}
    await edited(clinician, draft, "liver", staff="Liver first.")

    late = await post(clinician, f"{draft}/items/new", **mine)

    assert late.status_code == 409
    again = dict(Page(draft, 409, late.text).form(having="staff").fields)
    assert again["name"] == "Something new"
    answer = await post(clinician, f"{draft}/items/new", **(mine | {"seen": again["seen"]}))
    assert answer.status_code == 303
    assert "Something new" in words(await clinician.page(draft))


async def test_the_shipped_version_can_be_approved_as_it_is(clinician: Intake):
    await approved(clinician, f"{RULES}/1")

    assert ((await now(clinician)).content.version, (await now(clinician)).approved) == (1, True)
    assert "Proposal, approved by Rosa Imani" in words(await clinician.page(f"{RULES}/1"))


async def test_what_was_approved_last_is_in_force(clinician: Intake):
    second = await drafted(clinician)
    await edited(clinician, second, "liver", yes="hard-stop")
    third = await drafted(clinician)
    await approved(clinician, third)
    clinician.clock.advance(timedelta(minutes=1))
    await approved(clinician, second)

    assert (await now(clinician)).content.version == 2


async def test_two_versions_are_compared_in_plain_words(clinician: Intake):
    draft = await drafted(clinician)
    await edited(clinician, draft, "liver", yes="hard-stop")

    page = words(await clinician.page(f"{RULES}/compare?before=1&after=2"))

    assert "1 difference." in page
    assert "Severe liver disease Yes Version 1 A clinician decides Version 2 Hard stop" in page


async def test_the_same_version_does_not_differ(clinician: Intake):
    assert "Nothing differs" in words(await clinician.page(f"{RULES}/compare?before=1&after=1"))


async def test_mistakes_in_an_item_are_named_beside_their_fields(clinician: Intake):
    draft = await drafted(clinician)
    answer = await edited(
        clinician, draft, "liver", unsure="clear", staff=" ", asks_en="", patient_es="x" * 601, instead_0_reason="ocd"
    )

    assert answer.status_code == 422
    for field in ("unsure", "staff", "asks_en", "patient_es", "instead_0_yes", "instead_0_staff"):
        assert f'id="{field}-error"' in answer.text, field
    assert "Where an answer makes a clinician decide" in words(answer.text)


async def test_a_reason_can_be_given_its_own_weight_and_lose_it_again(clinician: Intake):
    draft = await drafted(clinician)
    own = {"reason": "chronic-pain", "yes": "information", "no": "clear", "unsure": "information", "staff": "Usual."}
    await edited(
        clinician, draft, "opioids-or-hypnotics", **{f"instead_0_{name}": value for name, value in own.items()}
    )
    assert "Otherwise for chronic pain: Usual." in words(await clinician.page(draft))

    await edited(clinician, draft, "opioids-or-hypnotics", instead_0_reason="")

    assert "Otherwise for chronic pain" not in words(await clinician.page(draft))


NEW = {
    "name": "Migraine with aura",
    "group": "body",
    "sure": "P",
    "yes": "clinician",
    "no": "clear",
    "unsure": "clinician",
    "asks_en": "Do you have migraine with flashes of light?",
    "staff": "Ask how often.",
    "patient_en": "A clinician will ask about your migraine.",
}


async def test_an_item_is_added_to_a_draft(clinician: Intake):
    draft = await drafted(clinician)
    fields = await fields_of(clinician, draft, "new")
    answer = await post(clinician, f"{draft}/items/new", **(fields | NEW))

    assert answer.headers["location"] == f"{draft}#migraine-with-aura"
    assert "Ask how often." in words(await clinician.page(draft))
    assert "Migraine with aura Item Version 1 Not part of the rules Version 2 Part of the rules" in words(
        await clinician.page(f"{RULES}/compare?before=1&after=2")
    )


async def test_two_items_of_one_name_are_two(clinician: Intake):
    draft = await drafted(clinician)
    for _ in range(2):
        fields = await fields_of(clinician, draft, "new")
        answer = await post(clinician, f"{draft}/items/new", **(fields | NEW))

    assert answer.headers["location"] == f"{draft}#migraine-with-aura-2"


async def test_an_empty_new_item_names_what_is_missing(clinician: Intake):
    draft = await drafted(clinician)
    answer = await post(clinician, f"{draft}/items/new", **(await fields_of(clinician, draft, "new")))

    assert answer.status_code == 422
    assert "Choose what follows from yes." in words(answer.text)
    assert "Write the question in English" in words(answer.text)


async def test_an_item_is_left_out_of_a_draft_and_of_nothing_else(clinician: Intake):
    draft = await drafted(clinician)
    answer = await post(clinician, f"{draft}/items/liver/leave-out", seen=1)

    assert answer.status_code == 303
    page = words(await clinician.page(draft))
    assert "Severe liver disease" not in page
    assert "liver left out by Rosa Imani" in page
    assert "Severe liver disease" in words(await clinician.page(f"{RULES}/1"))
    assert (await post(clinician, f"{RULES}/1/items/liver/leave-out", seen=1)).status_code == 409


async def test_what_somebody_types_is_shown_as_text(clinician: Intake):
    draft = await drafted(clinician)
    await edited(clinician, draft, "liver", staff="<script>alert(1)</script>", name="<b>Liver</b>")

    page = await clinician.page(draft)

    assert "<script>alert" not in page
    assert "<b>Liver" not in page


async def test_what_does_not_exist_says_so(clinician: Intake):
    draft = await drafted(clinician)
    for path in (f"{RULES}/9", f"{draft}/items/wings", f"{RULES}/compare?before=1&after=9"):
        assert "no such" in words(await clinician.page(path, status=404))


async def _store_unreadable(intake: Intake, version: int) -> None:
    """As a later release may have left it: approved, and with something in it that this one does not know."""
    async with intake.database.transaction() as tx:
        await tx.execute(
            """
            insert into screening_version
                   (clinic_id, version, rules, based_on, made_by, made_at, approved_by, approved_name, approved_at)
            select clinic_id, $1, jsonb_set(jsonb_set(rules, '{version}', to_jsonb($1::integer)), '{colour}', '1'),
                   1, gen_random_uuid(), made_at, gen_random_uuid(), 'Dr. Later', now() + interval '1 hour'
              from screening_version
             where version = 1
            """,
            version,
        )


async def test_a_version_that_cannot_be_read_leaves_the_last_good_one_in_force(clinician: Intake):
    await approved(clinician, await drafted(clinician))
    await _store_unreadable(clinician, 3)

    in_force = await now(clinician)

    assert (in_force.content.version, in_force.failed) == (2, (3,))


async def test_pages_and_health_say_that_a_version_cannot_be_read(clinician: Intake):
    await approved(clinician, await drafted(clinician))
    healthy = await clinician.http.get("/health/screening")
    await _store_unreadable(clinician, 3)
    ill = await clinician.http.get("/health/screening")

    assert (healthy.status_code, ill.status_code) == (200, 503)
    assert ill.json() == {"ok": False, "version": 2, "approved": True, "unreadable": [3]}
    assert "Version 3 cannot be read" in words(await clinician.page(RULES))
    assert "colour" in words(await clinician.page(f"{RULES}/3"))
    assert (await clinician.http.get("/readyz")).status_code == 200
