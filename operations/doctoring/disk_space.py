"""Is there room left on this machine's disks? A full one takes no requests."""

import shutil
from collections.abc import AsyncIterator

from operations.doctoring.finding import Finding
from operations.doctoring.system import System

LEAST_SHARE = 0.1
GIGABYTE = 10**9


async def disk_space(system: System) -> AsyncIterator[Finding]:
    for folder in system.disks:
        usage = shutil.disk_usage(folder)
        words = f"{usage.free / GIGABYTE:.1f} of {usage.total / GIGABYTE:.1f} GB are free"
        well = usage.free >= LEAST_SHARE * usage.total
        yield Finding(f"disk of {folder}", well, words if well else f"only {words}: make room before it is full")
