"""kill -9 of each service at each point of shared/crash_points.py that it passes, while commands flow.

The other replica takes over at once, the dead one is back seconds later. Position and effect of a consumer are one
transaction: there is no point between the two, and both sides of their commit are tried.
"""

import asyncio
from collections.abc import Iterable

import pytest

from shared.database.roles import SERVICES
from tests.faults.clinic import Clinic
from tests.faults.under_fire import assert_kept

pytestmark = [pytest.mark.kafka, pytest.mark.faults]

DEATHS = {
    "before_command_commit": SERVICES,
    "after_command_commit": SERVICES,
    "after_publish_before_mark": SERVICES,
    "before_effect_commit": SERVICES,
    "after_effect_commit": SERVICES,
    "after_smtp_accepted_before_mark": ("notifications",),
}


async def die(clinic: Clinic, service: str, points: Iterable[str]) -> None:
    passed = [point for point in points if service in DEATHS[point]]
    if passed:
        async with clinic.dying_at(f"{service}-2", *passed):
            """The load leads it there."""


@pytest.mark.parametrize(
    "points",
    [
        *(pytest.param((point,), marks=pytest.mark.faults_long, id=point) for point in DEATHS),
        pytest.param(tuple(DEATHS), marks=pytest.mark.faults_short, id="all"),
    ],
)
async def test_a_death_half_way_loses_and_doubles_nothing(replicated, load, say, points):
    async with load.running():
        await asyncio.gather(*(die(replicated, service, points) for service in SERVICES))

    await assert_kept(replicated, load, say, deaths=sum(len(DEATHS[point]) for point in points))
