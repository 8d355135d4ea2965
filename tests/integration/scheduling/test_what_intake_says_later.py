"""What intake says after a request was sent: declined, another address, more answers, totals of scales."""

from itertools import permutations

from shared.events.staff import Role
from shared.events.values import AwaitReason, ContactEnvelope, Disposition
from tests.integration.scheduling.desk import Asked
from tests.integration.scheduling.front import words

HELD = {"disposition": Disposition.AWAIT, "awaits": AwaitReason.SCREENING}


async def test_what_staff_decline_is_booked_by_nobody_in_whatever_order_it_is_heard(desk):
    for order in permutations(range(3)):
        asked = Asked.new()
        said = [asked.requested(**HELD), asked.cleared(), asked.declined(version=3)]
        await desk.hears(*(said[n] for n in order), said[1])

        assert (await desk.consultation(asked))["state"] == "cancelled", order
    assert await desk.active() == 0


async def test_a_booked_consultation_that_is_declined_gives_its_time_back(desk):
    asked = Asked.new()
    await desk.hears(asked.requested(), asked.declined(), asked.declined())

    (_, scheduled), (topic, cancelled) = await desk.said()
    assert topic == "consultation-cancelled"
    assert cancelled["by"] == "staff"
    assert cancelled["appointment"]["appointment_id"] == scheduled["appointment"]["appointment_id"]
    assert await desk.active() == 0


async def test_who_waits_in_line_and_is_declined_waits_no_longer(desk):
    asked = Asked.new()
    async with desk.database.transaction() as tx:
        await tx.execute("update appointment_need set resource_kind = 'clinician'")
        await tx.execute("update resource set active = false where kind = 'clinician'")
    await desk.hears(asked.requested())
    assert (await desk.consultation(asked))["state"] == "waitlisted"

    await desk.hears(asked.declined())
    async with desk.database.transaction() as tx:
        await tx.execute("update resource set active = true")
    await desk.review()

    assert (await desk.consultation(asked))["state"] == "cancelled"
    assert await desk.active() == 0


async def test_what_awaits_a_look_at_the_screening_books_nothing_however_often_the_line_is_looked_at(desk):
    asked = Asked.new()
    await desk.hears(asked.requested(**HELD), asked.at_risk(), asked.requested(**HELD))
    await desk.review()
    assert await desk.topics() == []

    await desk.hears(asked.cleared())

    assert await desk.topics() == ["consultation-scheduled"]


async def contact_of(desk, asked):
    row = await desk.database.pool.fetchrow("select * from patient where patient_id = $1", asked.patient_id)
    return row["contact"], row["person_version"], row["reachable"]


async def test_the_newest_address_stays_in_whatever_order_it_is_heard(desk):
    for order in permutations(range(4)):
        asked = Asked.new()
        said = [
            asked.requested(),
            asked.contact_changed("Mg==", person_version=2),
            asked.contact_changed("Mw==", person_version=3, reachable=False),
            asked.withdrawn(contact=ContactEnvelope(sealed="Mg==", person_version=2)),
        ]
        await desk.hears(*(said[n] for n in order), said[1])

        assert await contact_of(desk, asked) == ("Mw==", 3, False), order


async def test_what_is_said_of_the_contact_itself_stands_over_what_comes_along_with_other_news(desk):
    for order in permutations(range(2)):
        asked = Asked.new()
        said = [
            asked.contact_changed("Mg==", reachable=False),
            asked.cleared(contact=ContactEnvelope(sealed="Mg==", person_version=2)),
        ]
        await desk.hears(*(said[n] for n in order))

        assert await contact_of(desk, asked) == ("Mg==", 2, False), order


async def test_a_total_is_kept_once(desk):
    asked = Asked.new()
    answered = asked.answered()
    await desk.hears(answered, answered, asked.answered("gad-7", 9, "mild"))

    rows = await desk.database.pool.fetch("select scale, total from scale_total order by scale")
    assert [tuple(row) for row in rows] == [("gad-7", 9), ("phq-9", 14)]


async def a_session_with_scores(front, *roles):
    await front.desk.set_up()
    await front.sign_in(*roles)
    asked = await front.asks()
    address = await front.books(asked)
    session_id = address.rpartition("/")[2]
    await front.desk.hears(
        asked.answered("phq-9", 21, "severe", completed_at="2026-06-12T17:00:00Z"),
        asked.answered("phq-9", 19, "moderately-severe", item_9_above_zero=True),
        asked.answered("gad-7", 9, "mild"),
        asked.answered("phq-9", 12, "moderate", session_id=session_id, completed_at="2026-06-23T17:00:00Z"),
        asked.answered("pcl-5", None, None, session_id=session_id, completed_at="2026-06-23T17:01:00Z"),
    )
    return address


async def test_a_nurse_sees_before_and_after_on_the_sessions_page(bare_front):
    address = await a_session_with_scores(bare_front, Role.NURSE)

    page = words(await bare_front.page(address))

    assert "Scales before GAD-7 9, mild; PHQ-9 19, moderately severe, item 9 above zero" in page
    assert "Scales after PCL-5 without a total; PHQ-9 12, moderate" in page


async def test_the_day_list_says_the_newest_of_each_scale_in_one_line(bare_front):
    await a_session_with_scores(bare_front, Role.CLINICIAN)

    page = words(await bare_front.page("/staff/board?day=2026-06-22"))

    assert "GAD-7 9, mild; PHQ-9 19, moderately severe, item 9 above zero" in page
    assert "PHQ-9 21" not in page


async def test_who_does_not_treat_sees_no_scores(bare_front):
    address = await a_session_with_scores(bare_front, Role.FRONT_DESK, Role.ADMINISTRATOR)

    pages = words(await bare_front.page(address)) + words(await bare_front.page("/staff/board?day=2026-06-22"))

    assert "PHQ-9" not in pages
