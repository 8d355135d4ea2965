"""One key per patient, made once, found again, and gone for good when erased."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest

from shared.ids import uuid7
from shared.keyring import Keyring
from shared.keyring.errors import KeyErased, KeyUnknown, SealBroken
from shared.keyring.keyring import CACHE_FOR


@pytest.fixture
async def elsewhere(place, clock):
    """The keyring as another process sees it, with a cache of its own."""
    keyring = await Keyring.open(place.settings, clock)
    yield keyring
    await keyring.close()


async def test_a_key_made_here_is_found_by_another_process(keyring, elsewhere):
    patient = uuid7()
    sealed = (await keyring.create(patient)).seal(b"x", "c")

    assert (await elsewhere.cipher(patient)).open(sealed, "c") == b"x"


async def test_newcomers_have_keys_of_their_own_that_every_process_finds(keyring, elsewhere):
    newcomers = await asyncio.gather(*(keyring.newcomer() for _ in range(20)))

    found = await elsewhere.ciphers(one.patient_id for one in newcomers)

    assert len(found) == 20
    assert all(found[one.patient_id].open(one.seal(b"x", "c"), "c") == b"x" for one in newcomers)


async def test_made_twice_it_is_the_same_key(keyring, elsewhere):
    patient = uuid7()
    sealed = (await keyring.create(patient)).seal(b"x", "c")

    assert (await elsewhere.create(patient)).open(sealed, "c") == b"x"


async def test_sixteen_at_once_make_one_key(keyring, elsewhere, keyring_owner):
    patient = uuid7()

    ciphers = await asyncio.gather(*(one.create(patient) for one in (keyring, elsewhere) * 8))

    sealed = ciphers[0].seal(b"x", "c")
    assert {cipher.open(sealed, "c") for cipher in ciphers} == {b"x"}
    assert await keyring_owner.fetchval("select count(*) from patient_key where patient_id = $1", patient) == 1


async def test_a_patient_nobody_made_a_key_for_is_unknown(keyring):
    with pytest.raises(KeyUnknown):
        await keyring.cipher(uuid7())


async def test_erased_is_erased_here_at_once_and_elsewhere_when_the_cache_is_old(keyring, elsewhere, clock):
    patient = uuid7()
    await keyring.create(patient)
    await elsewhere.cipher(patient)

    await keyring.erase(patient)

    with pytest.raises(KeyErased):
        await keyring.cipher(patient)
    clock.advance(CACHE_FOR - timedelta(microseconds=1))
    await elsewhere.cipher(patient)
    clock.advance(timedelta(microseconds=1))
    with pytest.raises(KeyErased):
        await elsewhere.cipher(patient)


async def test_an_erased_patient_never_gets_a_new_key(keyring):
    patient = uuid7()
    await keyring.create(patient)
    await keyring.erase(patient)

    with pytest.raises(KeyErased):
        await keyring.create(patient)


async def test_erasing_twice_or_what_never_was_is_no_error(keyring):
    patient = uuid7()
    await keyring.erase(patient)
    await keyring.erase(patient)

    with pytest.raises(KeyErased):
        await keyring.create(patient)


async def test_creating_and_erasing_at_once_never_leaves_a_key_behind(keyring, elsewhere, keyring_owner):
    patients = [uuid7() for _ in range(60)]

    await asyncio.gather(
        *(keyring.create(patient) for patient in patients),
        *(elsewhere.erase(patient) for patient in patients),
        return_exceptions=True,
    )

    left = "select count(*) from patient_key where patient_id = any ($1::uuid[])"
    assert await keyring_owner.fetchval(left, patients) == 0


async def test_a_key_waits_for_an_erasure_that_is_under_way(keyring, keyring_owner):
    patient = uuid7()
    async with keyring_owner.transaction():
        await keyring_owner.execute("insert into erased (patient_id) values ($1)", patient)
        creating = asyncio.create_task(keyring.create(patient))
        await asyncio.sleep(0.3)
        assert not creating.done()

    with pytest.raises(KeyErased):
        await creating


async def test_not_even_psql_makes_a_key_for_an_erased_patient(keyring, keyring_owner):
    patient = uuid7()
    await keyring.erase(patient)

    with pytest.raises(asyncpg.PostgresError) as caught:
        await keyring_owner.execute("insert into patient_key values ($1, $2)", patient, b"x" * 64)
    assert caught.value.sqlstate == "CK001"


async def test_after_a_restore_what_was_erased_is_erased_again(keyring, elsewhere, keyring_owner):
    patient, told_by_events, stays = uuid7(), uuid7(), uuid7()
    for one in (patient, told_by_events, stays):
        await keyring.create(one)
    backup = await keyring_owner.fetch("select * from patient_key where patient_id = $1", patient)
    await keyring.erase(patient)
    await keyring_owner.execute("alter table patient_key disable trigger all")
    await keyring_owner.execute("insert into patient_key values ($1, $2, $3)", *backup[0])
    await keyring_owner.execute("alter table patient_key enable trigger all")

    assert await elsewhere.erase_again([told_by_events]) == 2

    for gone in (patient, told_by_events):
        with pytest.raises(KeyErased):
            await elsewhere.cipher(gone)
    await elsewhere.cipher(stays)


async def test_a_key_that_came_back_is_refused_even_before_it_is_erased_again(keyring, elsewhere, keyring_owner):
    patient = uuid7()
    await keyring.create(patient)
    backup = await keyring_owner.fetchrow("select * from patient_key where patient_id = $1", patient)
    await keyring.erase(patient)
    await keyring_owner.execute("alter table patient_key disable trigger all")
    await keyring_owner.execute("insert into patient_key values ($1, $2, $3)", *backup)
    await keyring_owner.execute("alter table patient_key enable trigger all")

    with pytest.raises(KeyErased):
        await elsewhere.cipher(patient)
    assert await elsewhere.ciphers([patient]) == {}


async def test_many_at_once_leave_out_the_unknown_and_the_erased(keyring, elsewhere):
    cached, stored, erased, unknown = (uuid7() for _ in range(4))
    for patient in (cached, stored, erased):
        await elsewhere.create(patient)
    await keyring.cipher(cached)
    await keyring.erase(erased)

    found = await keyring.ciphers([cached, stored, erased, unknown, stored])

    assert set(found) == {cached, stored}
    assert {found[patient].patient_id for patient in found} == {cached, stored}


async def test_one_patients_row_does_not_serve_for_another(keyring, elsewhere, keyring_owner):
    victim, thief = uuid7(), uuid7()
    await keyring.create(victim)
    await keyring_owner.execute(
        "insert into patient_key select $1, wrapped from patient_key where patient_id = $2", thief, victim
    )

    with pytest.raises(SealBroken):
        await elsewhere.cipher(thief)


async def test_another_master_key_opens_nothing(keyring, place, clock):
    patient = uuid7()
    await keyring.create(patient)
    settings = place.settings.model_copy(update={"keyring_master_key": place.settings.sealing_key})
    stranger = await Keyring.open(settings, clock)

    with pytest.raises(SealBroken):
        await stranger.cipher(patient)
    await stranger.close()


async def test_the_runtime_role_changes_no_key_and_forgets_no_erasure(place):
    url = place.settings.keyring_url.get_secret_value()
    connection = await asyncpg.connect(url, user="chairside_keyring")
    try:
        for statement in (
            "update keyring.patient_key set wrapped = wrapped",
            "delete from keyring.erased",
            "update keyring.erased set erased_at = now()",
            "truncate keyring.erased",
            "drop table keyring.erased",
            "alter table keyring.patient_key disable trigger all",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()


async def test_it_opens_while_its_database_is_away_and_says_so_when_asked(place, clock):
    settings = place.settings.model_copy(
        update={"keyring_url": type(place.settings.keyring_url)("postgresql://127.0.0.1:1/keyring")}
    )
    keyring = await Keyring.open(settings, clock)

    with pytest.raises(OSError):
        await keyring.cipher(uuid7())
    await keyring.close()


async def test_without_a_master_key_nothing_starts(place, clock):
    settings = place.settings.model_copy(update={"keyring_master_key": type(place.settings.keyring_master_key)("")})

    with pytest.raises(ValueError, match="KEYRING_MASTER_KEY"):
        await Keyring.open(settings, clock)
