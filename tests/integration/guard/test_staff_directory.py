"""The copy of the directory: the newest version wins, in whatever order the events come."""

from datetime import timedelta
from itertools import permutations

import pytest

from shared.events.staff import Role, StaffChanged
from shared.ids import uuid7
from shared.web.staff_directory import KEEP, DirectoryReader, store_staff
from tests.conftest import NOON

CLINIC = uuid7()


def change(staff_id, *roles: Role, active: bool = True, revoked=None) -> StaffChanged:
    return StaffChanged(
        clinic_id=CLINIC,
        staff_id=staff_id,
        display_name="Rosa Imani",
        roles=roles,
        active=active,
        sessions_revoked_before=revoked,
    )


@pytest.fixture
def reader(database, clock) -> DirectoryReader:
    return DirectoryReader(database, clock)


async def test_nobody_is_known_before_the_event_and_everybody_right_after_it(database, reader):
    member = uuid7()
    assert await reader.standing(member) is None

    async with database.transaction() as tx:
        await store_staff(tx, [(change(member, Role.NURSE, revoked=NOON), 1)])

    standing = await reader.standing(member)
    assert standing is not None
    assert (standing.display_name, standing.active, standing.sessions_revoked_before) == ("Rosa Imani", True, NOON)
    assert (standing.roles, standing.clinics) == ({"nurse"}, {CLINIC})


@pytest.mark.parametrize("together", [True, False], ids=["one batch", "one by one"])
async def test_the_newest_version_stands_whatever_the_order(database, reader, together):
    for order in permutations([1, 2, 3]):
        member = uuid7()
        states = {
            1: change(member, Role.NURSE),
            2: change(member, Role.NURSE, Role.ADMINISTRATOR),
            3: change(member, active=False),
        }
        changes = [(states[version], version) for version in (*order, order[0])]

        for batch in [changes] if together else [[one] for one in changes]:
            async with database.transaction() as tx:
                await store_staff(tx, batch)

        standing = await reader.standing(member)
        assert standing is not None
        assert (standing.active, standing.roles) == (False, frozenset()), order


async def test_a_revocation_is_noticed_within_seconds(database, reader, clock):
    member = uuid7()
    async with database.transaction() as tx:
        await store_staff(tx, [(change(member, Role.NURSE), 1)])
    await reader.standing(member)
    async with database.transaction() as tx:
        await store_staff(tx, [(change(member, Role.NURSE, active=False), 2)])

    clock.advance(KEEP - timedelta(milliseconds=1))
    assert (await reader.standing(member)).active
    clock.advance(timedelta(milliseconds=1))
    assert not (await reader.standing(member)).active
