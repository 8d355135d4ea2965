"""Each service reads only its schema, and its runtime role owns nothing."""

import asyncpg
import pytest

from operations.migrate import service_estate
from shared.database.roles import prepare


@pytest.fixture(scope="session")
async def three_schemas(postgres):
    for service in ("intake", "scheduling", "notifications"):
        estate = service_estate(service, "roles_apart")
        await prepare(postgres.dsn(), estate)
        owner = await asyncpg.connect(postgres.dsn("roles_apart", estate.owner))
        await owner.execute("create table note (text text)")
        await owner.close()
    return postgres


@pytest.mark.parametrize("service", ["intake", "scheduling", "notifications"])
@pytest.mark.parametrize("foreign", ["intake", "scheduling", "notifications"])
async def test_a_runtime_role_reads_its_own_tables_and_no_others(three_schemas, service, foreign):
    role = await asyncpg.connect(three_schemas.dsn("roles_apart", f"chairside_{service}"))
    try:
        if service == foreign:
            assert await role.fetch(f"select * from {foreign}.note") == []
        else:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await role.fetch(f"select * from {foreign}.note")
    finally:
        await role.close()


@pytest.mark.parametrize(
    "attempt",
    ["drop table note", "alter table note add column more text", "create table mine (id int)", "create schema mine"],
)
async def test_a_runtime_role_owns_nothing_and_can_make_nothing(three_schemas, attempt):
    role = await asyncpg.connect(three_schemas.dsn("roles_apart", "chairside_intake"))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await role.execute(attempt)
    finally:
        await role.close()


async def test_bounds_hold_for_the_role_itself_and_not_only_for_our_pool(three_schemas):
    role = await asyncpg.connect(three_schemas.dsn("roles_apart", "chairside_intake"))
    try:
        assert await role.fetchval("show statement_timeout") == "10s"
        assert await role.fetchval("show lock_timeout") == "3s"
        assert await role.fetchval("show idle_in_transaction_session_timeout") == "10s"
    finally:
        await role.close()
