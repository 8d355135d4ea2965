"""kill -9 of each service at each point of shared/crash_points.py that it passes, while commands flow.

The other replica takes over at once, the dead one is back seconds later. Position and effect of a consumer are one
transaction: there is no point between the two, and both sides of their commit are tried.
"""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from shared.database.roles import SERVICES
from tests.faults.clinic import Clinic
from tests.faults.under_fire import assert_kept

pytestmark = [pytest.mark.kafka, pytest.mark.faults]

Deaths = Mapping[str, Sequence[str]]
"""Of each service, where it dies in turn."""

EACH_ALONE: Mapping[str, Deaths] = {
    "before_command_commit": {service: ["before_command_commit"] for service in SERVICES},
    "after_command_commit": {service: ["after_command_commit"] for service in SERVICES},
    "after_publish_before_mark": {service: ["after_publish_before_mark"] for service in SERVICES},
    "before_effect_commit": {service: ["before_effect_commit"] for service in SERVICES},
    "after_effect_commit": {service: ["after_effect_commit"] for service in SERVICES},
    "after_smtp_accepted_before_mark": {"notifications": ["after_smtp_accepted_before_mark"]},
}
EACH_ONCE: Deaths = {
    "intake": ["before_command_commit", "after_publish_before_mark"],
    "scheduling": ["before_effect_commit", "after_command_commit"],
    "notifications": ["after_smtp_accepted_before_mark", "after_effect_commit"],
}


async def die(clinic: Clinic, service: str, points: Sequence[str]) -> None:
    async with clinic.dying_at(f"{service}-2", *points):
        """The load leads it there."""


@pytest.mark.parametrize(
    "deaths",
    [
        *(pytest.param(deaths, marks=pytest.mark.faults_long, id=point) for point, deaths in EACH_ALONE.items()),
        pytest.param(EACH_ONCE, marks=pytest.mark.faults_short, id="each point once"),
    ],
)
async def test_a_death_half_way_loses_and_doubles_nothing(replicated, load, say, deaths):
    async with load.running():
        await asyncio.gather(*(die(replicated, service, points) for service, points in deaths.items()))

    await assert_kept(replicated, load, say, deaths=sum(map(len, deaths.values())))
