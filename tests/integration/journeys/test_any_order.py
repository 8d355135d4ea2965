"""Whatever happens at a clinic, and however Kafka brings it: every service ends in the same state.

Journeys are made by the real use cases of all three services; what they said is then told to each service again and
again, in every way that Kafka has and in some that it has not (hearing.py), and all of its tables are compared (ends.py).
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from random import Random
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from services.scheduling.use_cases.review_waiting_list import review_waiting_list
from services.scheduling.use_cases.set_up_clinic import set_up_clinic
from shared.keyring.ciphers import ServiceCipher
from shared.keyring.sealing import secret_bytes
from tests.conftest import MakeScratch
from tests.examples import examples
from tests.integration.journeys.ends import End, differences, end_of, without_times
from tests.integration.journeys.hearing import as_kafka_may, in_any_order, one_by_one
from tests.integration.journeys.house import SERVICES, House
from tests.integration.journeys.journey import VERBS, Journey, clinic_of_its_own
from tests.integration.journeys.said import Said, Translation

STEPS = st.lists(st.tuples(st.sampled_from(sorted(VERBS)), st.integers(0, 59)), min_size=4, max_size=25)
"""A journey begins with a request: nothing else begins anything."""


@pytest.fixture
async def house(scratch: MakeScratch) -> AsyncIterator[House]:
    house = await House.open(await scratch("intake", "scheduling", "notifications"))
    yield house
    await house.close()


@examples(10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(steps=STEPS, seed=st.integers(0, 2**32 - 1))
async def test_in_whatever_way_a_journey_is_heard_its_end_is_the_same_in_every_service(house, steps, seed):
    journey = await Journey.begin(house)
    await journey.step("ask", seed)
    for verb, number in steps:
        await journey.step(verb, number)
    said = await journey.end()

    for hearer in SERVICES:
        telling = Telling(house, hearer, journey)
        expected = await telling.heard(one_by_one, said)
        sealer = ServiceCipher(secret_bytes(house.settings.sealing_key.get_secret_value(), "SEALING_KEY"), hearer)
        for way in range(2):
            chance = Random(f"{seed}.{way}")
            heard = await telling.heard(in_any_order, said, chance)
            assert differences(expected, heard) == {}, hearer
            heard = await telling.heard(as_kafka_may, said, chance, sealer, house.settings.clinic.id)
            assert differences(expected, heard) == {}, hearer


class Telling:
    """A journey, told to one service at clinics that have never heard of it."""

    def __init__(self, house: House, hearer: str, journey: Journey) -> None:
        self._house, self._hearer, self._journey = house, hearer, journey

    async def heard(self, way, said: list[Said], *more: object) -> End:
        told = Translation()
        clinic_id = UUID(told.there(str(self._journey.clinic.id)))
        database = self._house[self._hearer]
        if self._hearer == "scheduling":
            await self._set_up(clinic_id, told)
        await way(database, self._hearer, [told.told_there(one) for one in said], *more)
        if self._hearer == "scheduling":
            while await review_waiting_list(database):
                pass
        end = await end_of(database, self._hearer, clinic_id, told)
        # Of several patients whoever is heard first has the better time.
        return end if len(self._journey.requests) == 1 else without_times(end)

    async def _set_up(self, clinic_id: UUID, told: Translation) -> None:
        clinic = self._journey.clinic
        resources = tuple(replace(one, id=UUID(told.there(str(one.id)))) for one in clinic.resources)
        async with self._house["scheduling"].transaction() as tx:
            await set_up_clinic(tx, replace(clinic_of_its_own(clinic_id), resources=resources))
