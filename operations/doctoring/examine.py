"""All questions, side by side. One that cannot be asked is a finding too, and keeps no other from being asked."""

import asyncio
from collections.abc import AsyncIterator, Callable

from operations.doctoring.clinic_zone import clinic_zone
from operations.doctoring.clocks import clocks
from operations.doctoring.dead_letters import dead_letters
from operations.doctoring.disk_space import disk_space
from operations.doctoring.finding import Finding
from operations.doctoring.relay_lag import relay_lag
from operations.doctoring.rules_in_force import rules_in_force
from operations.doctoring.schema_versions import schema_versions
from operations.doctoring.services_ready import services_ready
from operations.doctoring.system import System
from operations.doctoring.topics_stated import topics_stated
from operations.doctoring.waiting_messages import waiting_messages

Check = Callable[[System], AsyncIterator[Finding]]
CHECKS: tuple[Check, ...] = (
    services_ready,
    schema_versions,
    topics_stated,
    relay_lag,
    dead_letters,
    waiting_messages,
    rules_in_force,
    clocks,
    clinic_zone,
    disk_space,
)


async def examine(system: System) -> list[Finding]:
    """In the order of the checks, whichever was answered first."""
    found = await asyncio.gather(*(_asked(check, system) for check in CHECKS))
    return [finding for findings in found for finding in findings]


async def _asked(check: Check, system: System) -> list[Finding]:
    found: list[Finding] = []
    try:
        async for finding in check(system):
            found.append(finding)  # noqa: PERF401 - what was found before it broke is kept
    except Exception as error:
        found.append(
            Finding(check.__name__.replace("_", " "), False, f"could not be looked at: {type(error).__name__}")
        )
    return found
