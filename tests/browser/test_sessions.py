"""Staff book an infusion session by hand and record its end; everybody concerned hears of it."""

from datetime import UTC, datetime

from playwright.async_api import expect

from operations.player import staff as at_the_desk
from operations.player.browser import Browser
from operations.stack.home import Running
from tests.browser.accessible import assert_accessible
from tests.browser.booking import book, record
from tests.browser.open_days import ZONE, open_day
from tests.browser.people import Person, ask, until_scheduled

AMARA, JONAH = "Dr. Amara Voss", "Dr. Jonah Ravel"


async def test_a_recorded_session_brings_after_care_and_a_follow_up(patient, staff, system):
    person = Person.called("Ines Calloway")
    await ask(patient, system.url, person, "Depression")
    await until_scheduled(patient)
    start = open_day(datetime.now(UTC), -1, 13)
    await book(staff, system, person, start, AMARA)
    await expect(staff.get_by_role("heading", level=1)).to_have_text(person.name)
    await expect(staff.locator(".chip")).to_have_text("To record")

    await record(staff, start)

    await expect(staff.locator("#main")).to_contain_text("38.5 mg")
    await expect(staff.locator("#main")).to_contain_text("by Rita Imura")
    await staff.goto(f"{system.url}/staff/inbox/messages")
    await expect(
        staff.locator("#messages-list > ul > li", has_text=person.name).filter(has_text="After-care")
    ).to_be_visible()
    await staff.goto(f"{system.url}/staff/requests")
    due = staff.locator("[data-item]", has_text=person.name).filter(has_text="worst side effect mild")
    await due.get_by_role("button", name="Done").click()
    await expect(due).to_have_count(0)
    await staff.goto(f"{system.url}/staff/inbox")
    await expect(staff.locator("[data-item]", has_text=person.name).filter(has_text="Session done")).to_be_visible()


async def receive(reference: str, system: Running) -> None:
    """The patient is here today, whatever day was the first that was free."""
    async with Browser(system.url) as desk:
        await at_the_desk.sign_in(desk, system.staff_email, system.staff_password)
        known = await at_the_desk.find(desk, reference)
        await at_the_desk.receive(desk, known["request_id"], datetime.now(UTC), str(ZONE))


async def test_a_clinician_decides_with_the_facts_on_one_page_and_the_patient_reads_it(
    patient, staff, clinician, system
):
    person = Person.called("Ottilie Brandt")
    await ask(patient, system.url, person, "Depression")
    await until_scheduled(patient)
    await staff.goto(f"{system.url}/staff/consultations?whose=all")
    await staff.get_by_role("link", name=person.name).click()
    await receive(await patient.locator(".ref").inner_text(), system)
    await staff.get_by_role("link", name="Move, arrive, cancel").click()
    await expect(staff.get_by_role("button", name="Take back: not arrived")).to_be_visible()

    await clinician.goto(f"{system.url}/staff/consultations?whose=all")
    await clinician.get_by_role("link", name=person.name).click()
    await expect(clinician.locator("#main")).to_contain_text("This request came with neither screening")
    await assert_accessible(clinician)
    await clinician.get_by_label("More information needed: earlier records").check()
    await clinician.get_by_label("Note for whoever treats").fill("Letters from 2019 are missing.")
    await clinician.get_by_role("button", name="Save the decision").click()

    await expect(clinician.locator("#head .chip").first).to_have_text("More information needed")
    await expect(clinician.locator("#main")).to_contain_text("Letters from 2019 are missing.")
    await expect(patient.get_by_role("heading", level=1)).to_have_text("After your consultation")
    await expect(patient.locator("#main")).not_to_contain_text("2019")
    await staff.goto(f"{system.url}/staff/inbox")
    await expect(staff.locator("[data-item]", has_text=person.name)).to_contain_text("The clinician needs to know more")


async def test_a_taken_time_is_refused_with_the_next_best(patient, staff, system):
    person = Person.called("Carlos Iturbe")
    await ask(patient, system.url, person)
    await until_scheduled(patient)
    start = open_day(datetime.now(UTC), -2, 13)
    await book(staff, system, person, start, JONAH)
    await expect(staff.get_by_role("heading", level=1)).to_have_text(person.name)

    await book(staff, system, person, start, JONAH)

    refusal = staff.locator("#refusal")
    await expect(refusal).to_be_focused()
    await expect(refusal).to_contain_text("The patient has another appointment")
    assert await staff.get_by_label("Date").input_value() == f"{start:%Y-%m-%d}"
    await refusal.get_by_role("button").first.click()
    await expect(staff.get_by_role("heading", level=1)).to_have_text(person.name)


async def test_a_cancelled_session_says_why(patient, staff, system):
    person = Person.called("Ada Nowak")
    await ask(patient, system.url, person)
    await until_scheduled(patient)
    await book(staff, system, person, open_day(datetime.now(UTC), -3, 13), AMARA)

    await staff.get_by_text("Cancel this session").click()
    await staff.get_by_label("The patient is unwell").check()
    await staff.get_by_role("button", name="Cancel the session").click()

    await expect(staff.locator("#main")).to_contain_text("This session was cancelled. The patient is unwell.")


async def test_the_board_shows_the_session_at_once(patient, staff, system):
    person = Person.called("Yuki Tanabe")
    await ask(patient, system.url, person)
    await until_scheduled(patient)
    start = open_day(datetime.now(UTC), -4, 13)
    await staff.goto(f"{system.url}/staff/board?day={start:%Y-%m-%d}")
    await staff.locator("html[data-live=on]").wait_for(state="attached")
    other = await staff.context.new_page()
    await book(other, system, person, start, JONAH)

    row = staff.locator("[data-item]", has_text=person.name)
    await expect(row).to_contain_text("13:00")
    await expect(row).to_contain_text("Infusion session")


async def test_a_session_is_moved_on_the_board_by_keyboard_and_by_mouse(patient, staff, system):
    person = Person.called("Ruben Castellan")
    await ask(patient, system.url, person)
    await until_scheduled(patient)
    start = open_day(datetime.now(UTC), 4, 10)
    await book(staff, system, person, start, JONAH)
    await expect(staff.get_by_role("heading", level=1)).to_have_text(person.name)
    board = f"{system.url}/staff/board?day={start:%Y-%m-%d}"
    await staff.goto(board)
    block, said = staff.locator(".slot[data-move]", has_text="Infusion session"), staff.locator("#board-says")

    await block.get_by_role("link", name=person.name, exact=True).focus()
    await staff.keyboard.press("m")
    await staff.keyboard.press("ArrowRight")
    await expect(said).to_contain_text(f"{person.name} would move to 10:15, until 11:50, Chair")
    await staff.keyboard.press("Escape")
    await expect(said).to_have_text("Nothing was moved.")
    await staff.keyboard.press("m")
    await staff.keyboard.press("ArrowRight")
    await staff.keyboard.press("Enter")
    await staff.wait_for_url("**/move?at=*")
    await expect(staff.get_by_label("Start")).to_have_value("10:15")

    await staff.goto(board)
    box = await block.bounding_box()
    assert box is not None
    hour = box["width"] * 60 / 95
    await staff.mouse.move(box["x"] + 60, box["y"] + 10)
    await staff.mouse.down()
    await staff.mouse.move(box["x"] + 60 + 2 * hour, box["y"] + 10, steps=4)
    await staff.mouse.up()
    await staff.wait_for_url("**/move?at=*")
    await expect(staff.get_by_label("Start")).to_have_value("12:00")
    await staff.get_by_role("button", name="Move the appointment").click()

    await expect(staff.locator("#main")).to_contain_text("12:00 to 13:35")
