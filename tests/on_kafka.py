"""`python -m tests.on_kafka COMMAND…`: runs it beside one Apache Kafka for all its workers.

One that is given by KAFKA_BOOTSTRAP_SERVERS is used, and none started. Tests have topics of their own on it.
"""

import asyncio
import os
import sys

from operations.embedded.kafka_jars import temporary_kafka

GIVEN = "KAFKA_BOOTSTRAP_SERVERS"


async def main(command: list[str]) -> int:
    if os.environ.get(GIVEN):
        return await _run(command)
    async with temporary_kafka() as kafka:
        return await _run(command, **{GIVEN: kafka.bootstrap})


async def _run(command: list[str], **environment: str) -> int:
    process = await asyncio.create_subprocess_exec(*command, env=os.environ | environment)
    return await process.wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
