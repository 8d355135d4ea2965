"""Where there are several clinics, a connection of one sees and writes its rows and no others, whatever it asks for."""

from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import pytest

from operations.migrate import SeveralWereServed, keep_clinics_apart, revisions, service_estate
from shared.database import Database
from shared.database.one_clinic import APART_OTHERWISE, ClinicsNotKeptApart, are_kept_apart, keep_apart
from shared.ids import uuid7
from shared.observe.health import Readiness

ONE, OTHER = UUID(int=1), UUID(int=2)
ADD = "insert into waiting_list_review (id, clinic_id, due_at) values ($1, $2, now())"
SERVICES = ("intake", "scheduling", "notifications")


@pytest.fixture
async def three(scratch):
    """A database of all three services, and for each the owner's connection to it."""
    place = await scratch(*SERVICES)
    owners = {}
    for service in SERVICES:
        estate = service_estate(service, urlsplit(place.dsn).path.lstrip("/"))
        owners[service] = await asyncpg.connect(
            place.dsn, user=estate.owner, server_settings={"search_path": estate.schema}
        )
    yield place, owners
    for owner in owners.values():
        await owner.close()


@pytest.fixture
async def sees(three):
    """`await sees("intake", ONE)`: the database as the service has it for a clinic."""
    place, _ = three
    opened = []

    async def see(service: str, clinic_id: UUID | None) -> Database:
        opened.append(await Database.open(place.settings, service, clinic_id=clinic_id))
        return opened[-1]

    yield see
    for database in opened:
        await database.close()


async def tables_of(owner: asyncpg.Connection) -> set[str]:
    """Every table that says whose a row is."""
    rows = await owner.fetch(
        """
        select table_name
          from information_schema.columns
          join information_schema.tables using (table_schema, table_name)
         where table_schema = current_schema() and column_name = 'clinic_id' and table_type = 'BASE TABLE'
        """
    )
    return {row["table_name"] for row in rows}


@pytest.mark.parametrize("service", SERVICES)
async def test_every_table_that_says_whose_a_row_is_has_its_policy(three, service):
    _, owners = three
    owner = owners[service]

    await keep_apart(owner)

    guarded = await owner.fetch(
        """
        select tablename
          from pg_policies join pg_class on relname = tablename and relnamespace = schemaname::regnamespace
         where schemaname = current_schema() and policyname = 'one_clinic' and relrowsecurity and cmd = 'ALL'
        """
    )
    assert {row["tablename"] for row in guarded} == await tables_of(owner) - set(APART_OTHERWISE)


async def test_of_two_clinics_each_sees_its_own_and_who_names_none_sees_both(three, sees):
    _, owners = three
    await keep_apart(owners["scheduling"])
    everybody = await sees("scheduling", None)
    async with everybody.transaction() as tx:
        for clinic_id in (ONE, OTHER):
            await tx.execute(
                "insert into waiting_list_review (id, clinic_id, due_at) values ($1, $2, now())", uuid7(), clinic_id
            )

    async def seen_by(clinic_id: UUID | None) -> set[UUID]:
        async with (await sees("scheduling", clinic_id)).transaction() as tx:
            return {row["clinic_id"] for row in await tx.fetch("select clinic_id from waiting_list_review")}

    assert await seen_by(ONE) == {ONE}
    assert await seen_by(OTHER) == {OTHER}
    assert await seen_by(None) == {ONE, OTHER}


async def test_nothing_of_another_clinic_is_changed_or_added(three, sees):
    _, owners = three
    await keep_apart(owners["scheduling"])
    ours, everybody = await sees("scheduling", ONE), await sees("scheduling", None)
    theirs = uuid7()
    async with everybody.transaction() as tx:
        await tx.execute(ADD, theirs, OTHER)

    async with ours.transaction() as tx:
        assert await tx.execute("update waiting_list_review set due_at = due_at where id = $1", theirs) == "UPDATE 0"
        assert await tx.execute("delete from waiting_list_review") == "DELETE 0"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with ours.transaction() as tx:
            await tx.execute(ADD, uuid7(), OTHER)


async def test_a_clinic_of_several_sees_nothing_until_the_tables_are_ready(three, sees):
    _, owners = three
    ours = await sees("scheduling", ONE)
    readiness = Readiness(ours, revisions("scheduling"))

    with pytest.raises(ClinicsNotKeptApart, match="chairside migrate"):
        async with ours.transaction():
            pass
    assert await readiness.reasons() == ["clinics-not-kept-apart"]

    await keep_apart(owners["scheduling"])

    async with ours.transaction():
        pass
    assert await readiness.reasons() == []


async def test_a_table_that_a_later_release_adds_is_noticed_until_it_is_ready(three, sees):
    _, owners = three
    owner = owners["scheduling"]
    await keep_apart(owner)
    await owner.execute("create table note (clinic_id uuid not null, words text)")

    with pytest.raises(ClinicsNotKeptApart, match="note"):
        async with (await sees("scheduling", ONE)).transaction():
            pass

    await keep_apart(owner)
    async with (await sees("scheduling", ONE)).transaction():
        pass


async def test_doing_it_again_changes_nothing(three):
    _, owners = three
    await keep_apart(owners["intake"])
    await keep_apart(owners["intake"])

    assert await are_kept_apart(owners["intake"])


async def test_who_is_told_of_one_clinic_where_there_were_several_is_stopped(three):
    """Its loops would write to the other's patients in its own name."""
    place, _ = three
    estate = service_estate("intake", urlsplit(place.dsn).path.lstrip("/"))

    await keep_clinics_apart(place.dsn, estate, several=False)
    await keep_clinics_apart(place.dsn, estate, several=True)
    with pytest.raises(SeveralWereServed, match="MORE_CLINICS"):
        await keep_clinics_apart(place.dsn, estate, several=False)
