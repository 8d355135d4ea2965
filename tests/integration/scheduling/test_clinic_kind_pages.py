"""A practice manager says how a visit goes and who is needed when: by names, with a picture, and nothing counts unseen."""

import re

from services.scheduling.domain.clinic import Need, Part, Purpose, ResourceKind
from tests.integration.scheduling.front import words
from tests.integration.scheduling.test_clinic_pages import (
    JUNE_22_AWAY,
    PAGE,
    TESSA,
    change,
    look,
    office,
    stored,
    typed,
)

__all__ = ["office"]

SESSION = "?of=session"


async def session_of(office):
    return (await stored(office)).kind(Purpose.SESSION)


def drawn(page):
    """The rows of the visits that are drawn: the clock, the step, and whether each column is needed during it."""
    return [
        [words(cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, re.DOTALL)]
        for row in re.findall(r'<tr class="(?:tall-\d+|over)">(.*?)</tr>', page, re.DOTALL)
    ]


async def test_a_need_names_its_steps_and_the_rest_between_two_visits_is_in_days(office):
    await change(office, "person", {"qualifications": "Ketamine"}, f"?of={TESSA}")

    await change(office, "kind", {"last-1": "3", "qualification-2": "Ketamine", "days-apart": "2"}, SESSION)

    kind = await session_of(office)
    assert (kind.needs[0].last_part, kind.needs[1].qualification, kind.days_apart) == (3, "Ketamine", 2)


async def test_a_step_is_put_between_two_others_and_every_need_keeps_its_steps(office):
    before = await session_of(office)

    await change(office, "kind", {"new-part": "hand-over", "new-minutes": "5", "new-after": "1"}, SESSION)

    after = await session_of(office)
    assert after.parts == (before.parts[0], Part("hand-over", 5), *before.parts[1:])
    chair = next(need for need in after.needs if need.resource_kind is ResourceKind.CHAIR)
    assert chair == Need(ResourceKind.CHAIR, 1, 5)
    assert [after.parts[need.first_part - 1].name for need in after.needs] == [
        before.parts[need.first_part - 1].name for need in before.needs
    ]


async def test_what_was_needed_over_a_step_that_is_left_out_is_needed_over_the_others(office):
    before = await session_of(office)
    last = len(before.parts)

    await change(office, "kind", {f"part-{last}": "", f"minutes-{last}": ""}, SESSION)

    after = await session_of(office)
    assert after.parts == before.parts[:-1]
    assert after.needs[0] == Need(ResourceKind.CHAIR, 1, last - 1)


async def test_what_is_needed_during_a_step_that_is_left_out_alone_is_said_once_each(office):
    form = typed(await office.page(f"{PAGE}/kind{SESSION}"))
    only = {"first-1": "3", "last-1": "3", "first-2": "3", "last-2": "3", "part-3": "", "minutes-3": ""}

    answer = await office.send(f"{PAGE}/kind", form | only)

    assert answer.status_code == 422
    lines = re.findall(r'<li><a href="#[^"]*">([^<]*)</a>', answer.text)
    gone = "its step is not in the visit any more. Choose another, or leave this line out too."
    assert lines == [
        f"{needed}: {gone}" for needed in ("A chair, line 1", "A prescriber, line 2", "A nurse’s seat, line 5")
    ]


async def test_a_ninth_step_is_refused_and_not_dropped(office):
    full = {f"part-{row}": f"step {row}" for row in range(1, 9)} | {f"minutes-{row}": "5" for row in range(1, 9)}

    answer = await look(office, "kind", full | {"new-part": "one more", "new-minutes": "5"}, SESSION)

    assert answer.status_code == 422
    assert "A visit has at most 8 steps." in words(answer.text)
    assert typed(answer.text)["new-part"] == "one more"


async def test_the_visit_is_drawn_before_it_counts_beside_how_it_goes_today(office):
    preview = await look(office, "kind", {"minutes-2": "60"}, SESSION)

    rows = drawn(preview.text)
    today, then = rows[: len(rows) // 2], rows[len(rows) // 2 :]
    assert [row[0] for row in today] == ["09:00", "09:15", "09:55", "10:25", "10:35"]
    assert [row[0] for row in then] == ["09:00", "09:15", "10:15", "10:45", "10:55"]
    assert then[1][:3] == ["09:15", "infusion 60 min", "needed"]
    assert then[-1][1] == "Over 115 min in all"


async def test_the_form_draws_what_is_typed_and_puts_the_new_step_in(office):
    form = typed(await office.page(f"{PAGE}/kind{SESSION}"))
    added = {"new-part": "hand-over", "new-minutes": "5", "new-after": "0", "again": "draw"}

    answer = await office.send(f"{PAGE}/kind", form | added)

    assert answer.status_code == 200
    assert drawn(answer.text)[0][1] == "hand-over 5 min"
    assert typed(answer.text)["part-1"] == "hand-over"
    assert typed(answer.text)["part-2"] == form["part-1"]


async def test_drawing_says_what_is_wrong(office):
    form = typed(await office.page(f"{PAGE}/kind{SESSION}"))

    answer = await office.send(f"{PAGE}/kind", form | {"minutes-2": "soon", "again": "draw"})

    assert answer.status_code == 422
    assert "Write a whole number from 1 to 1440." in words(answer.text)


async def test_a_step_beyond_all_numbers_is_refused_beside_its_field(office):
    form = typed(await office.page(f"{PAGE}/kind{SESSION}"))

    answer = await office.send(f"{PAGE}/kind", form | {"first-1": "1" * 5000})

    assert answer.status_code == 422
    assert "Write at most 100 characters" in words(answer.text)


async def test_whoever_may_change_a_kind_or_a_person_sees_where(office):
    page = words(await office.page(PAGE))

    assert "Change how the infusion session goes" in page
    assert "Change how Tessa Beaumont is booked" in page


async def test_a_kind_is_given_up_and_offered_again(office):
    await change(office, "retired-kind", {"sure": "yes"}, SESSION)

    assert await session_of(office) is None
    page = words(await office.page(PAGE))
    assert "Infusion session Not offered Offer it" in page
    assert "Infusion session, no longer offered: it was set-up 15 min" in words(await office.page(f"{PAGE}/history"))
    await office.page(f"{PAGE}/retired-kind{SESSION}", 404)

    minutes = {f"minutes-{row}": str(10 * row) for row in range(1, 5)}
    await change(office, "kind", minutes, SESSION)

    kind = await session_of(office)
    assert kind.parts == (
        Part("Set-up", 10),
        Part("Treatment", 20),
        Part("Observation", 30),
        Part("Turnover", 40),
    )
    assert [need.resource_kind for need in kind.needs] == ["chair", "nurse_seat", "clinician"]


async def test_what_is_booked_for_a_kind_that_is_given_up_stays(office):
    session = await office.books(await office.asks("Ines Marchetti"), time="10:00")

    preview = await look(office, "retired-kind", {"sure": "yes"}, SESSION)
    assert "1 is booked of this kind and stays at its time. It cannot be moved any more" in words(preview.text)
    assert "Every booking still has its place" not in words(preview.text)

    await change(office, "retired-kind", {"sure": "yes"}, SESSION)

    assert "Ines Marchetti" in words(await office.page(session))
    assert "Ines Marchetti" in words(await office.page("/staff/board?day=2026-06-22"))
    assert "Everything has its place" in words(await office.page(f"{PAGE}/stranded"))


async def test_who_asks_while_no_consultations_are_offered_stands_on_the_waiting_list(office):
    await change(office, "retired-kind", {"sure": "yes"}, "?of=consultation")

    asked = await office.asks("Ines Marchetti")

    assert await office.desk.appointments(asked) == []
    assert "Ines Marchetti" in words(await office.page("/staff/waiting-list"))


async def test_back_to_the_form_keeps_every_tick_and_every_word(office):
    await change(office, "closures", {"name": "Solstice", "from": "2026-06-22"})
    await change(office, "absences", JUNE_22_AWAY)
    (away,) = re.findall(r'name="remove" value="([^"]*)"', await office.page(f"{PAGE}/absences"))
    forms = {
        "closures": {"remove": "Solstice: Mon, Jun 22, 2026", "name": "Founders’ Day", "from": "2026-06-24"},
        "absences": JUNE_22_AWAY | {"remove": away, "from": "2026-06-24", "until": "2026-06-25"},
        f"retired-kind{SESSION}": {"sure": "yes"},
        f"person?of={TESSA}": {"seats": "3", "qualifications": "IV access"},
    }
    for section, changed in forms.items():
        section, _, query = section.partition("?")
        preview = await look(office, section, changed, f"?{query}")
        assert preview.status_code == 200, words(preview.text)

        form = await office.send(f"{PAGE}/{section}", typed(preview.text) | {"again": "yes"})

        assert form.status_code == 200
        again = typed(form.text)
        assert {name: again.get(name) for name in changed} == changed


async def test_a_chair_that_was_unticked_comes_back_unticked(office):
    form = typed(await office.page(f"{PAGE}/chairs"))
    tick = next(name for name in form if name.startswith("active-"))
    del form[tick]
    preview = await office.send(f"{PAGE}/chairs", form)

    again = await office.send(f"{PAGE}/chairs", typed(preview.text) | {"again": "yes"})

    assert tick not in typed(again.text)
    assert typed(again.text) | {"seen": ""} == form | {"seen": ""}


async def test_an_older_form_that_takes_back_what_another_person_changed_leads_to_a_fresh_one(office):
    stale = typed(await office.page(f"{PAGE}/kind{SESSION}")) | {"minutes-3": "45"}
    await change(office, "kind", {"minutes-2": "65"}, SESSION)

    late = await office.send(f"{PAGE}/kind", stale)

    assert f'<a class="btn btn-primary" href="{PAGE}/kind{SESSION}">Back to the form as it is now</a>' in late.text
    assert '<button class="btn btn-quiet" name="confirm" value="2">Save mine instead; it also takes back' in late.text
    assert "Save the change" not in late.text


async def test_an_older_form_takes_nothing_back_where_another_part_of_the_clinic_was_changed(office):
    stale = typed(await office.page(f"{PAGE}/kind{SESSION}")) | {"minutes-3": "45"}
    await change(office, "hours", {"day-5": ""})

    late = await office.send(f"{PAGE}/kind", stale)

    assert "Somebody else changed the clinic meanwhile." in words(late.text)
    assert "Save the change" in words(late.text)
    assert "takes back" not in words(late.text)


async def test_a_mistake_makes_no_older_form_new(office):
    stale = typed(await office.page(f"{PAGE}/kind{SESSION}"))
    await change(office, "kind", {"minutes-2": "65"}, SESSION)
    wrong = await office.send(f"{PAGE}/kind", stale | {"minutes-3": "soon"})

    late = await office.send(f"{PAGE}/kind", typed(wrong.text) | {"minutes-3": "45"})

    assert "Somebody else changed the clinic meanwhile." in words(late.text)


async def test_a_step_in_another_direction_turns_nothing_that_stands_beside_it(office):
    preview = await look(office, "kind", {"part-2": "\u202eliqui\u2069d"}, SESSION)

    assert "\u2068\u202eliquid\u2069 40 min, " in preview.text
