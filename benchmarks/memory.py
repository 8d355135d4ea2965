"""Memory and CPU of each service at rest, with every topic of the catalogue subscribed.

    python -m benchmarks.memory [--json]

RSS counts pages that processes share in each of them, PSS shares them out: PSS is what one more process costs. The reference
is an interpreter that imports FastAPI, FastStream and asyncpg, and does nothing.
"""

import asyncio
import os
import sys
import time

import psutil

from benchmarks.frame import Row, show
from benchmarks.system import servers, services
from shared.database.roles import SERVICES
from shared.events.catalogue import TOPICS

SETTLE = float(os.environ.get("BENCH_SETTLE", "15"))
SECONDS = float(os.environ.get("BENCH_SECONDS", "20"))
MIB = 1024 * 1024
PLAIN = "import asyncpg, fastapi, faststream.kafka, time; print(flush=True); time.sleep(3600)"


async def measure() -> list[Row]:
    rows = []
    async with servers() as place:
        plain = await asyncio.create_subprocess_exec(sys.executable, "-c", PLAIN, stdout=asyncio.subprocess.PIPE)
        assert plain.stdout is not None
        await plain.stdout.readline()
        async with services(place, *SERVICES, program=(sys.executable, "-m", "benchmarks.all_topics")) as running:
            await asyncio.sleep(SETTLE)
            before, begin = {name: one.cpu() for name, one in running.items()}, time.perf_counter()
            await asyncio.sleep(SECONDS)
            reference = psutil.Process(plain.pid).memory_full_info()
            for name, one in running.items():
                busy = (one.cpu() - before[name]) / (time.perf_counter() - begin) * 100
                used = one.process.memory_full_info()
                rows += [
                    Row(
                        f"{name}, idle, {len(TOPICS)} topics: RSS",
                        used.rss / MIB,
                        "MiB",
                        reference.rss / MIB,
                        "imports only",
                        "≤ 120 MB",
                        "≤ 80 MB",
                    ),
                    Row("  PSS", used.pss / MIB, "MiB", reference.pss / MIB, "imports only"),
                    Row("  CPU", busy, "% of a core"),
                ]
        plain.kill()
        await plain.wait()
    return rows


if __name__ == "__main__":
    show("Memory", measure)
