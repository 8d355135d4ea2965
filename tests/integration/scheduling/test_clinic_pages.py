"""An administrator edits the clinic: a form, what it would mean, then it counts; nothing is changed unseen."""

import re
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest

from services.scheduling.domain.clinic import Purpose, ResourceKind
from services.scheduling.domain.override import Override, OverrideReason
from services.scheduling.domain.proposal import Proposal
from services.scheduling.store import clinic_changes, clinics
from services.scheduling.use_cases.book_session import SessionWanted, book_session
from services.scheduling.use_cases.keep_for_staff import keep_for_staff
from services.scheduling.use_cases.set_up_clinic import set_up_once
from shared.events.staff import Role, StaffChanged
from shared.ids import uuid7
from shared.web.staff_directory import store_staff
from tests.integration.scheduling.desk import CLINIC, CLINICIANS, STAFF_ID
from tests.integration.scheduling.front import VOSS, words

PAGE = "/staff/clinic"
TESSA = CLINIC.of_kind(ResourceKind.NURSE_SEAT)[0].person
CHAIR = CLINIC.of_kind(ResourceKind.CHAIR)[0]
JUNE_22_AWAY = {"who": str(VOSS.person), "from": "2026-06-22", "until": "2026-06-23"}


@pytest.fixture
async def office(bare_front):
    """An administrator who also works at the front desk."""
    await bare_front.desk.set_up()
    await bare_front.sign_in(Role.FRONT_DESK, Role.ADMINISTRATOR, name="Ada Lindqvist")
    return bare_front


def typed(page):
    """What stands in the fields of a form, ticked boxes included."""
    found = {}
    for tag in re.findall(r"<input [^>]*>", page):
        name, kind = re.search(r'name="([^"]*)"', tag), re.search(r'type="([^"]*)"', tag)
        if name and not (kind and kind[1] == "checkbox" and " checked" not in tag):
            value = re.search(r'value="([^"]*)"', tag)
            found[unescape(name[1])] = unescape(value[1]) if value else ""
    for name, options in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = unescape(chosen[1]) if chosen else ""
    return found


async def look(front, section, changed, query=""):
    """The answer to a form with these fields changed."""
    form = typed(await front.page(f"{PAGE}/{section}{query}"))
    return await front.send(f"{PAGE}/{section}", form | changed)


async def confirm(front, section, preview):
    sent = typed(preview.text) | {"confirm": re.search(r'name="confirm" value="(\d+)"', preview.text)[1]}
    return await front.send(f"{PAGE}/{section}", sent)


async def change(front, section, changed, query=""):
    preview = await look(front, section, changed, query)
    assert preview.status_code == 200, words(preview.text)
    answer = await confirm(front, section, preview)
    assert answer.status_code == 303, words(answer.text)
    return answer.headers["location"]


async def stored(front):
    async with front.desk.database.transaction(read_only=True) as tx:
        return await clinics.find(tx, CLINIC.id)


async def test_everybody_who_works_here_sees_the_clinic_and_administrators_change_it(front):
    page = words(await front.page(PAGE))

    assert "Monday 08:00 to 17:00" in page
    assert "Tessa Beaumont Nurse, watches 2 chairs at a time" in page
    assert "Infusion session 95 min: set-up 15 min, infusion 40 min, observation 30 min, turnover 10 min" in page
    assert "Change hours" not in page
    await front.page(f"{PAGE}/hours", 403)


async def test_nothing_counts_before_it_was_looked_at(office):
    preview = await look(office, "hours", {"day-5": "08:00-12:00"})

    assert "Friday: 08:00 to 12:00 instead of 08:00 to 17:00." in words(preview.text)
    assert "Every booking still has its place." in words(preview.text)
    assert (await stored(office)) == CLINIC


async def test_what_was_looked_at_counts_and_stands_in_the_history(office):
    assert await change(office, "hours", {"day-5": "08:00 to 12:00, 13:00–15:30"}) == f"{PAGE}?saved=1"

    assert [(one.opens.hour, one.closes.hour) for one in (await stored(office)).hours if one.weekday == 5] == [
        (8, 12),
        (13, 15),
    ]
    page = words(await office.page(f"{PAGE}/history"))
    assert "Friday: 08:00 to 12:00, 13:00 to 15:30 instead of 08:00 to 17:00." in page
    assert "Ada Lindqvist" in page


async def test_the_history_keeps_the_whole_clinic_before_and_after_as_data(office):
    await change(office, "hours", {"day-5": ""})

    async with office.desk.database.transaction(read_only=True) as tx:
        newest, first = await clinic_changes.newest(tx, CLINIC.id, skip=0, most=5)
    assert (newest.before, newest.after) == (CLINIC, await stored(office))
    assert (newest.changed_by, newest.version, first.before) == (STAFF_ID, 2, None)


async def test_of_two_who_edit_at_once_the_second_is_told_and_nothing_of_theirs_is_saved(office):
    one, other = [await look(office, "hours", {"day-5": hours}) for hours in ("08:00-12:00", "09:00-10:00")]
    await confirm(office, "hours", one)

    late = await confirm(office, "hours", other)

    assert late.status_code == 409
    assert "Somebody else changed the clinic meanwhile. Nothing of yours was saved." in words(late.text)
    assert "Friday: 09:00 to 10:00 instead of 08:00 to 12:00." in words(late.text)
    assert (await stored(office)).version == 2


async def test_pressing_save_twice_changes_it_once(office):
    preview = await look(office, "hours", {"day-5": "08:00-12:00"})

    answers = [await confirm(office, "hours", preview) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert (await stored(office)).version == 2


@pytest.mark.parametrize(
    ("section", "changed", "sentence"),
    [
        ("hours", {"day-1": "8"}, "Write hours such as 08:00 to 12:00"),
        ("hours", {"day-1": "25:00-26:00"}, "Write hours such as 08:00 to 12:00"),
        ("hours", {"day-1": "22:00-02:00"}, "Hours over midnight are entered as two"),
        ("hours", {"day-1": "08:00-08:00"}, "Hours end after they begin."),
        ("hours", {"day-1": "08:00-12:00, 11:00-13:00"}, "Two of these stretches overlap."),
        ("hours", {"horizon": "0"}, "Write a whole number from 1 to 366."),
        ("hours", {"minimum-notice": "-5"}, "Write a whole number from 0 to 10080."),
        ("hours", {"day-1": "x" * 101}, "Write at most 100 characters"),
        ("hours", {}, "This is what it says already."),
        ("closures", {"from": "2026-12-25"}, "Write what it is closed for"),
        ("closures", {"name": "Christmas"}, "Enter the date."),
        ("closures", {"name": "Christmas", "from": "2026-02-30"}, "Write a date that exists"),
        ("closures", {"name": "C", "from": "2026-12-25", "until": "2026-12-24"}, "It ends after it begins."),
        ("closures", {"name": "C", "from": "2026-12-25", "from-time": "noon"}, "Write a time on the 24-hour clock"),
        ("absences", {"from": "2026-12-25"}, "Choose who or what is away."),
        ("absences", JUNE_22_AWAY | {"who": str(UUID(int=5))}, "Choose somebody or something of this clinic."),
        ("absences", JUNE_22_AWAY | {"who": "<script>"}, "Choose somebody or something of this clinic."),
        ("chairs", {f"chair-{CHAIR.id}": ""}, "A chair needs a name."),
        ("chairs", {"new-chair": "chair 1"}, "Two chairs are called"),
        ("chairs", {"new-room": "garden ROOM"}, "Two rooms are called"),
        ("person?of=" + str(TESSA), {"seats": "two"}, "Write a whole number from 0 to 12."),
        ("roster?of=" + str(TESSA) + "&period=new", {}, "Enter the hours of at least one day."),
        (
            "roster?of=" + str(TESSA) + "&period=new",
            {"day-1": "08:00-12:00", "valid-from": "2026-07-02", "valid-until": "2026-07-01"},
            "It is valid until a day that is not before the first.",
        ),
        ("kind?of=session", {"minutes-2": "0"}, "Write a whole number from 1 to 1440."),
        ("kind?of=session", {"part-2": ""}, "Give this step a name, or clear its minutes to leave it out."),
        ("kind?of=session", {"minutes-1": "1440"}, "The whole visit is longer than a day."),
        ("kind?of=session", {"first-1": "6", "last-1": "7"}, "its step is not in the visit any more."),
        ("kind?of=session", {"last-1": ""}, "choose the step with which it ends."),
        ("kind?of=session", {"first-1": "3", "last-1": "2"}, "This step comes before the one it begins with."),
        ("kind?of=session", {"need-1": "nurse"}, "Choose what is needed from the list."),
        ("kind?of=session", {"qualification-1": "Juggling"}, "Nobody here is qualified for this."),
        ("kind?of=consultation", {"part-1": "", "minutes-1": ""}, "A visit has at least one step."),
        ("retired-kind?of=session", {}, "Tick this if you mean it"),
    ],
)
async def test_what_cannot_be_meant_is_said_beside_its_field_and_kept(office, section, changed, sentence):
    section, _, query = section.partition("?")

    answer = await look(office, section, changed, f"?{query}")

    assert answer.status_code == 422
    assert sentence in words(answer.text)
    assert all(
        typed(answer.text)[name] == value
        for name, value in changed.items()
        if not name.startswith(("who", "need", "qualification", "first", "last"))
    )
    assert (await stored(office)) == CLINIC


async def test_a_holiday_closes_the_clinic_and_can_be_taken_back(office):
    await change(office, "closures", {"name": "Solstice", "from": "2026-06-22"})
    assert "Solstice: Mon, Jun 22, 2026" in words(await office.page(PAGE))
    assert "The clinic is closed on this day" in words(await office.page("/staff/board?day=2026-06-22"))

    await change(office, "closures", {"remove": "Solstice: Mon, Jun 22, 2026"})

    assert (await stored(office)).closures == ()


async def test_the_nurse_ratio_is_a_change_of_data_there_and_back(office):
    for seats in (3, 1, 2):
        await change(office, "person", {"seats": str(seats)}, f"?of={TESSA}")

        assert len((await stored(office)).of_kind(ResourceKind.NURSE_SEAT)) == seats
    assert len((await stored(office)).resources) == len(CLINIC.resources) + 1


async def test_a_roster_holds_between_its_dates_beside_the_others(office):
    await change(office, "roster", {"day-1": "08:00-12:00"}, f"?of={TESSA}&period=new")
    summer = {"day-2": "09:00-17:00", "valid-from": "2026-07-01", "valid-until": "2026-08-31"}
    await change(office, "roster", summer, f"?of={TESSA}&period=new")

    page = words(await office.page(PAGE))
    assert "Roster always: Mon 08:00 to 12:00" in page
    assert "Roster from Wed, Jul 1, 2026 until Mon, Aug 31, 2026: Tue 09:00 to 17:00" in page

    await change(office, "roster", {"day-2": ""}, f"?of={TESSA}&period=2026-07-01_2026-08-31")
    assert [shift.weekday for shift in (await stored(office)).shifts] == [1]


async def test_rooms_and_chairs_are_named_added_and_given_up(office):
    sent = {"new-room": "Quiet room", "new-chair": "Chair 3", f"chair-{CHAIR.id}": "Window chair"}
    await change(office, "chairs", sent)
    room = next(one for one in (await stored(office)).rooms if one.name == "Quiet room")

    await change(office, "chairs", {f"in-{CHAIR.id}": str(room.id)})

    page = words(await office.page(PAGE))
    assert "Window chair Quiet room" in page
    assert "Chair 3 In no room" in page


async def test_a_new_nurse_from_the_directory_brings_her_seats(office):
    staff_id = uuid7()
    joined = StaffChanged(
        clinic_id=CLINIC.id, staff_id=staff_id, display_name="Noor Haddad", roles=(Role.NURSE,), active=True
    )
    async with office.desk.database.transaction() as tx:
        await store_staff(tx, [(joined, 1)])

    await change(office, "added", {"who": f"nurse:{staff_id}", "seats": "3"})

    seats = [one for one in (await stored(office)).of_kind(ResourceKind.NURSE_SEAT) if one.staff_id == staff_id]
    assert [seat.name for seat in seats] == [f"Noor Haddad, seat {number}" for number in (1, 2, 3)]


async def test_a_prescriber_whose_role_has_gone_is_out_of_role(office):
    gone = StaffChanged(
        clinic_id=CLINIC.id, staff_id=VOSS.staff_id, display_name=VOSS.name, roles=(Role.FRONT_DESK,), active=True
    )
    async with office.desk.database.transaction() as tx:
        await store_staff(tx, [(gone, 1)])

    assert "Dr. Amara Voss Out of role" in words(await office.page(PAGE))
    assert [one.out_of_role for one in (await stored(office)).of_kind(ResourceKind.CLINICIAN)] == [True, False]


@pytest.mark.parametrize(
    "path",
    [
        "person?of=nobody",
        "roster?of=",
        "roster?of=" + str(TESSA) + "&period=x",
        "kind?of=dance",
        "retired-kind?of=dance",
    ],
)
async def test_what_is_not_there_is_not_edited(office, path):
    await office.page(f"{PAGE}/{path}", 404)


@pytest.mark.parametrize("period", ["garbage", "2026-13-01_", "-1"])
async def test_a_roster_of_no_period_that_could_be_is_not_edited(office, period):
    answer = await office.send(f"{PAGE}/roster", {"of": str(TESSA), "period": period})

    assert answer.status_code == 404


async def test_a_form_that_comes_back_without_its_fields_is_shown_again(office):
    answer = await office.send(f"{PAGE}/hours", {})

    assert answer.status_code == 422
    assert "Opening hours and notice" in words(answer.text)


async def test_a_restart_does_not_undo_what_staff_decided(office):
    await change(office, "hours", {"day-5": ""})

    async with office.desk.database.transaction() as tx:
        await set_up_once(tx, CLINIC)

    assert not any(one.weekday == 5 for one in (await stored(office)).hours)


async def test_a_booking_that_no_longer_fits_is_named_before_and_stays_listed_after(office):
    asked = await office.asks("Ines Marchetti")
    await office.books(asked, time="10:00")

    preview = await look(office, "absences", JUNE_22_AWAY)

    page = words(preview.text)
    assert "1 booking no longer fits" in page
    assert "Ines Marchetti" in page
    assert "Dr. Amara Voss is away Mon, Jun 22, 00:00 to Wed, Jun 24, 00:00." in page
    assert "Proposed: Wed, Jun 24, 08:00, with Dr. Amara Voss" in page
    assert (await confirm(office, "absences", preview)).headers["location"] == f"{PAGE}/stranded?saved=1"
    assert "1 booking Ines Marchetti" in words(await office.page(f"{PAGE}/stranded"))


async def test_a_chair_that_is_given_up_while_it_is_held_breaks_nothing(office):
    asked = await office.asks("Ines Marchetti")
    session = await office.books(asked, time="10:00")
    shown = words(await office.page(session))
    given_up = next(one for one in CLINIC.of_kind(ResourceKind.CHAIR) if one.name in shown)
    taken = given_up.name

    form = typed(await office.page(f"{PAGE}/chairs"))
    del form[f"active-{given_up.id}"]
    preview = await office.send(f"{PAGE}/chairs", form)

    assert f"{taken} cannot be booked any more." in words(preview.text)
    assert "Proposed: the same time, with another chair or seat" in words(preview.text)
    assert (await confirm(office, "chairs", preview)).headers["location"] == f"{PAGE}/stranded?saved=1"
    assert taken in words(await office.page(session))
    assert await office.desk.overlaps() == 0


def ticked(page):
    return [unescape(value) for value in re.findall(r'name="move" value="([^"]*)"', page)]


async def strand(office, *names, date="2026-06-22"):
    """Sessions booked one after another, and then their prescriber goes away for two days."""
    sessions = []
    for number, name in enumerate(names):
        asked = await office.asks(name)
        sessions.append(await office.books(asked, date=date, time=f"{8 + 2 * number}:00"))
    await change(office, "absences", JUNE_22_AWAY)
    return sessions


async def test_one_press_moves_what_is_ticked_and_everybody_is_told(office):
    sessions = await strand(office, "Ines Marchetti", "Tomasz Wilk")
    said = len(await office.desk.said("session-scheduled"))
    boxes = ticked(await office.page(f"{PAGE}/stranded"))

    answer = await office.send(f"{PAGE}/stranded", {"move": boxes})

    assert answer.headers["location"] == f"{PAGE}/stranded?moved=2&not_moved=0"
    assert "2 bookings were moved." in words(await office.page(answer.headers["location"]))
    assert "Everything has its place" in words(await office.page(f"{PAGE}/stranded"))
    moved = (await office.desk.said("session-scheduled"))[said:]
    assert [body["appointment"]["revision"] for _, body in moved] == [2, 2]
    for session in sessions:
        assert "Wed, Jun 24" in words(await office.page(session))
    assert await office.desk.overlaps() == 0


async def test_what_has_its_place_again_is_not_moved_from_a_page_that_is_old(office):
    await strand(office, "Ines Marchetti")
    boxes = ticked(await office.page(f"{PAGE}/stranded"))
    await office.desk.set_up()

    answer = await office.send(f"{PAGE}/stranded", {"move": boxes})

    assert answer.headers["location"] == f"{PAGE}/stranded?moved=0&not_moved=1"


async def test_pressed_twice_it_moves_nothing_again(office):
    await strand(office, "Ines Marchetti")
    boxes = ticked(await office.page(f"{PAGE}/stranded"))

    answers = [await office.send(f"{PAGE}/stranded", {"move": boxes}) for _ in range(2)]

    assert [answer.headers["location"].partition("?")[2] for answer in answers] == [
        "moved=1&not_moved=0",
        "moved=0&not_moved=1",
    ]


async def test_who_is_not_ticked_stays_and_stays_listed(office):
    await strand(office, "Ines Marchetti", "Tomasz Wilk")
    first, _ = ticked(await office.page(f"{PAGE}/stranded"))

    await office.send(f"{PAGE}/stranded", {"move": [first]})

    page = words(await office.page(f"{PAGE}/stranded"))
    assert "1 booking Tomasz Wilk" in page


async def test_a_proposal_that_somebody_else_has_taken_leaves_it_where_it_was(office):
    (session,) = await strand(office, "Ines Marchetti")
    boxes = ticked(await office.page(f"{PAGE}/stranded"))
    other = await office.asks("Tomasz Wilk")
    await office.books(other, date="2026-06-24", time="08:00")

    answer = await office.send(f"{PAGE}/stranded", {"move": boxes})

    assert answer.headers["location"] == f"{PAGE}/stranded?moved=0&not_moved=1"
    assert "1 could not be moved: look at each." in words(await office.page(answer.headers["location"]))
    assert "Mon, Jun 22" in words(await office.page(session))


async def test_another_chair_at_the_same_time_is_nobody_written_about(office):
    asked = await office.asks("Ines Marchetti")
    session = await office.books(asked, time="10:00")
    shown = words(await office.page(session))
    given_up = next(one for one in CLINIC.of_kind(ResourceKind.CHAIR) if one.name in shown)
    form = typed(await office.page(f"{PAGE}/chairs"))
    del form[f"active-{given_up.id}"]
    await confirm(office, "chairs", await office.send(f"{PAGE}/chairs", form))
    said = await office.desk.said("session-scheduled")

    answer = await office.send(f"{PAGE}/stranded", {"move": ticked(await office.page(f"{PAGE}/stranded"))})

    assert answer.headers["location"] == f"{PAGE}/stranded?moved=1&not_moved=0"
    assert "Everything has its place" in words(await office.page(f"{PAGE}/stranded"))
    assert await office.desk.said("session-scheduled") == said
    active = await office.desk.database.pool.fetch(
        "select resource_id from resource_booking where active and resource_id = $1", given_up.id
    )
    assert active == []


async def test_the_other_chair_is_free_once_a_hold_on_it_is_over_though_nobody_took_note(office):
    await office.books(await office.asks("Ines Marchetti"), time="10:00")
    ten, other = office.desk.monday_at(10), CLINICIANS[1].id
    patient, kept_for = await office.desk.patient(), timedelta(minutes=15)
    async with office.desk.database.transaction() as tx:
        wish = Proposal(Purpose.SESSION, ten, patient, other)
        await keep_for_staff(tx, CLINIC.id, patient, wish, by=STAFF_ID, length=kept_for)
    form = typed(await office.page(f"{PAGE}/chairs"))
    booked = "select resource_id from resource_booking as b join appointment as a on a.id = b.appointment_id"
    rows = await office.desk.database.pool.fetch(f"{booked} where a.state = 'booked' and b.active")
    (chair,) = {one.id for one in CLINIC.of_kind(ResourceKind.CHAIR)} & {row["resource_id"] for row in rows}
    del form[f"active-{chair}"]
    await confirm(office, "chairs", await office.send(f"{PAGE}/chairs", form))
    office.desk.clock.advance(kept_for)
    office.renew(Role.FRONT_DESK, Role.ADMINISTRATOR)

    answer = await office.send(f"{PAGE}/stranded", {"move": ticked(await office.page(f"{PAGE}/stranded"))})

    assert answer.headers["location"] == f"{PAGE}/stranded?moved=1&not_moved=0"


async def test_another_chair_stands_in_the_history_of_the_appointment(office):
    await office.books(await office.asks("Ines Marchetti"), time="10:00")
    await give_up_chair(office)
    appointment = await office.desk.database.pool.fetchval("select id from appointment where session_id is not null")

    await office.send(f"{PAGE}/stranded", {"move": ticked(await office.page(f"{PAGE}/stranded"))})

    assert "Moved to another chair or seat, at the same time" in words(
        await office.page(f"/staff/appointments/{appointment}")
    )


@pytest.mark.parametrize(("hour", "overridden"), [(20, ["closed"]), (10, ["away"])])
async def test_what_was_booked_nevertheless_gets_another_chair_then_and_nobody_is_written_about(
    office, hour, overridden
):
    if overridden == ["away"]:
        await change(office, "absences", JUNE_22_AWAY)
    at = office.desk.monday_at(hour)
    override = Override(STAFF_ID, frozenset({Role.FRONT_DESK}), OverrideReason.DAY_RUNS_LATE)
    wish = SessionWanted(CLINIC.id, await office.desk.patient(), VOSS.id, at, STAFF_ID, override)
    async with office.desk.database.transaction() as tx:
        await book_session(tx, wish, office.desk.clock.now())
    given_up = await give_up_chair(office)
    said = await office.desk.said("session-scheduled")

    answer = await office.send(f"{PAGE}/stranded", {"move": ticked(await office.page(f"{PAGE}/stranded"))})

    assert answer.headers["location"] == f"{PAGE}/stranded?moved=1&not_moved=0"
    assert await office.desk.said("session-scheduled") == said
    taken = await office.desk.database.pool.fetch("select resource_id from resource_booking where active")
    assert taken
    assert given_up not in {row["resource_id"] for row in taken}
    after = await office.desk.database.pool.fetchrow("select starts_at, overridden from appointment")
    assert (after["starts_at"], after["overridden"]) == (at, overridden)


async def give_up_chair(office):
    """The one that is booked goes away."""
    booked = await office.desk.database.pool.fetch("select resource_id from resource_booking where active")
    (chair,) = {one.id for one in CLINIC.of_kind(ResourceKind.CHAIR)} & {row["resource_id"] for row in booked}
    form = typed(await office.page(f"{PAGE}/chairs"))
    del form[f"active-{chair}"]
    await confirm(office, "chairs", await office.send(f"{PAGE}/chairs", form))
    return chair


async def test_one_patients_bookings_are_proposed_times_that_can_all_be_had(office):
    asked = await office.asks("Ines Marchetti")
    for time in ("08:00", "10:00", "14:00"):
        await office.books(asked, date="2026-06-22", time=time)
    await change(office, "absences", JUNE_22_AWAY)

    answer = await office.send(f"{PAGE}/stranded", {"move": ticked(await office.page(f"{PAGE}/stranded"))})

    assert answer.headers["location"] == f"{PAGE}/stranded?moved=3&not_moved=0"


async def test_a_consultation_is_moved_as_well(office):
    asked = await office.asks("Ines Marchetti")
    booked = (await office.desk.appointments(asked))[0]
    await change(office, "closures", {"name": "Founders’ Day", "from": "2026-06-15"})

    await office.send(f"{PAGE}/stranded", {"move": ticked(await office.page(f"{PAGE}/stranded"))})

    (after,) = await office.desk.appointments(asked)
    assert (after["id"], after["revision"]) == (booked["id"], 2)
    assert after["starts_at"].date().isoformat() == "2026-06-16"


@pytest.mark.parametrize(
    "nonsense", ["", "x", "a,b,c,d", f"{STAFF_ID},1,2026-06-24T08:00:00,", f"{STAFF_ID},1,2026-06-24T08:00:00Z,"]
)
async def test_a_box_that_nobody_was_shown_moves_nothing(office, nonsense):
    answer = await office.send(f"{PAGE}/stranded", {"move": [nonsense]})

    assert "moved=0" in answer.headers["location"]
