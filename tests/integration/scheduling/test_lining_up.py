"""A backlog of requests that come behind somebody who waits is heard together, and ends as if each had been heard alone."""

import asyncio
from uuid import UUID

import pytest

from shared.events.values import ContactEnvelope, Disposition, Urgency, Weekday, Wishes
from shared.ids import uuid7
from shared.messaging.reactions import OneByOne
from tests.as_far_as_it_gets import as_far_as_it_gets
from tests.integration.scheduling.desk import REACTIONS, Asked

LATER = "2026-06-15T18:00:00Z"


@pytest.fixture
async def line(bare_desk):
    """Somebody waits: the clinic has no times yet."""
    await bare_desk.hears(Asked.new().requested())
    return bare_desk


async def of(desk, asked):
    """What is stored and said of one request, without the ids that are made anew."""
    consultation = dict(await desk.consultation(asked))
    patient = dict(await desk.database.pool.fetchrow("select * from patient where patient_id = $1", asked.patient_id))
    said = [
        (topic, body | {"consultation_id": None})
        for topic, body in await desk.said()
        if body["request_id"] == str(asked.request_id)
    ]
    return consultation | {"id": None}, patient, said


async def test_together_comes_to_the_same_as_one_by_one(line):
    several = [Asked.new() for _ in range(5)]
    wish = {"requested_at": LATER, "wishes": Wishes(weekdays=(Weekday.THURSDAY,))}
    await line.hears(*(asked.requested(**wish) for asked in several))
    alone = [await of(line, asked) for asked in several]
    await line.database.pool.execute("delete from consultation where requested_at >= $1::text::timestamptz", LATER)
    await line.database.pool.execute("delete from outbox_waiting; delete from patient")

    await line.hears_together(*(asked.requested(**wish) for asked in several))

    assert [await of(line, asked) for asked in several] == alone
    assert all(consultation["state"] == "waitlisted" for consultation, *_ in alone)


async def test_each_is_told_of_as_the_consequence_of_its_own_request(line):
    first, second = Asked.new().requested(requested_at=LATER), Asked.new().requested(requested_at=LATER)
    await line.hears_together(first, second)

    rows = await line.database.pool.fetch(
        "select headers::jsonb ->> 'ce_causationid' as cause from outbox order by seq desc limit 2"
    )
    assert {row["cause"] for row in rows} == {str(first.id), str(second.id)}


async def test_those_who_joined_are_served_by_their_age(line):
    older, younger = Asked.new(), Asked.new()
    await line.hears_together(
        younger.requested(requested_at="2026-06-15T19:00:00Z"), older.requested(requested_at=LATER)
    )
    await line.set_up()

    await line.settles()
    await line.settles()

    assert (await line.consultation(older))["state"] == "booked"
    assert (await line.consultation(younger))["state"] == "waitlisted"


@pytest.mark.parametrize(
    "before",
    [
        lambda asked: asked.withdrawn(),
        lambda asked: asked.at_risk(),
        lambda asked: asked.requested(disposition=Disposition.AWAIT),
    ],
    ids=["withdrawn", "at risk", "heard already"],
)
async def test_of_whom_more_is_known_is_looked_at_alone(line, before):
    known, other = Asked.new(), Asked.new()
    await line.hears(before(known))

    with pytest.raises(OneByOne):
        await line.hears_together(other.requested(requested_at=LATER), known.requested(requested_at=LATER))

    assert await line.consultation(other) is None


async def test_who_has_chosen_a_time_is_looked_at_alone(desk):
    """Also where the request does not say so."""
    for _ in range(2):
        await desk.hears(Asked.new().requested())
    chosen = Asked.new()
    await desk.keeps(chosen, (await desk.free_times())[0])
    await desk.database.pool.execute("update consultation set state = 'waitlisted'")

    with pytest.raises(OneByOne):
        await desk.hears_together(*(one.requested(requested_at=LATER) for one in (chosen, Asked.new())))


async def test_two_states_of_one_request_are_heard_one_after_the_other(line):
    asked = Asked.new()

    with pytest.raises(OneByOne):
        await line.hears_together(asked.requested(requested_at=LATER), asked.requested(version=2, requested_at=LATER))


async def test_where_nobody_waits_each_looks_for_a_time(desk):
    with pytest.raises(OneByOne):
        await desk.hears_together(Asked.new().requested(), Asked.new().requested())

    assert await desk.said() == []


async def test_who_asked_before_all_who_wait_looks_for_a_time(line):
    with pytest.raises(OneByOne):
        await line.hears_together(
            Asked.new().requested(requested_at=LATER), Asked.new().requested(requested_at="2026-06-01T12:00:00Z")
        )


@pytest.mark.parametrize(
    ("changed", "fits"),
    [
        ({}, True),
        ({"urgency": Urgency.SOON}, False),
        ({"urgency": Urgency.URGENT}, False),
        ({"hold_id": uuid7()}, False),
        ({"disposition": Disposition.AWAIT}, False),
    ],
)
def test_only_who_has_nothing_to_look_for_fits_among_others(changed, fits):
    message = Asked.new().requested(**changed)

    assert REACTIONS[type(message.event)].together.fits(message) is fits


async def test_the_newest_contact_of_somebody_who_asks_twice_is_kept(line):
    asked = Asked.new()
    again = Asked(asked.patient_id, uuid7(), "TSC-AGAIN")
    newer = ContactEnvelope(sealed="bmV3ZXI=", person_version=2)
    await line.hears_together(asked.requested(requested_at=LATER, contact=newer), again.requested(requested_at=LATER))

    known = await line.database.pool.fetchrow("select * from patient where patient_id = $1", asked.patient_id)
    assert (known["contact"], known["person_version"]) == (newer.sealed, 2)


async def test_groups_that_meet_in_opposite_order_do_not_wait_for_each_other(line):
    patients = [uuid7() for _ in range(12)]

    def group(ids: list[UUID]):
        return [Asked(one, uuid7(), "TSC-GROUP").requested(requested_at=LATER) for one in ids]

    await asyncio.gather(
        *(line.hears_together(*group(patients if number % 2 else patients[::-1])) for number in range(10))
    )

    assert await line.database.pool.fetchval("select count(*) from consultation") == 1 + 10 * 12


A_REQUEST = """
    select pg_try_advisory_xact_lock(hashtextextended('request:' || $1::uuid, 0))
"""
A_PATIENT = """
    select exists (select from patient where patient_id = $1 for no key update skip locked)
"""


@pytest.mark.parametrize(
    ("of", "lock"), [("request_id", A_REQUEST), ("patient_id", A_PATIENT)], ids=["requests", "patients"]
)
async def test_whoever_waits_for_the_first_has_none_of_the_others(line, of, lock):
    """All begin with the same one, in whatever order they have come: so nobody waits for each other."""
    several = [Asked.new() for _ in range(6)]
    if of == "patient_id":
        await line.hears(*(Asked(one.patient_id, uuid7(), one.reference).withdrawn() for one in several))
    first, *others = sorted(getattr(one, of) for one in several)
    newer = ContactEnvelope(sealed="bmV3ZXI=", person_version=2)
    backwards = [one.requested(requested_at=LATER, contact=newer) for one in reversed(several)]

    async with line.database.transaction() as tx:
        assert await tx.fetchval(lock, first)
        group = await as_far_as_it_gets(line.database, line.hears_together(*backwards))
        assert [await tx.fetchval(lock, one) for one in others] == [True] * len(others)
    await group
