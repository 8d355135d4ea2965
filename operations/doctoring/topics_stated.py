"""Is every topic there, with the partitions that its contract states?"""

from collections.abc import AsyncIterator

from operations.doctoring.finding import Finding
from operations.doctoring.system import System
from shared.events.catalogue import TOPICS
from shared.messaging.broker import BROKER_FAILURES
from shared.messaging.topics import partitions_found

ABOUT = "topics"


async def topics_stated(system: System) -> AsyncIterator[Finding]:
    try:
        found = await partitions_found(system.settings)
    except BROKER_FAILURES as error:
        servers = ", ".join(system.settings.kafka_bootstrap_servers)
        yield Finding(ABOUT, False, f"no broker answers at {servers} ({type(error).__name__}): bring Kafka back")
        return
    stated = {name: topic.partitions for name, topic in TOPICS.items()}
    missing = sorted(stated.keys() - found.keys())
    if missing:
        yield Finding(ABOUT, False, f"missing: {', '.join(missing)}; run `chairside topics`")
    for name in sorted(stated.keys() & found.keys()):
        if found[name] != stated[name]:
            words = f"has {found[name]} partitions, {stated[name]} are stated: keys lie elsewhere than before"
            yield Finding(f"topic {name}", False, words)
    if not missing and all(found[name] == partitions for name, partitions in stated.items()):
        yield Finding(ABOUT, True, f"all {len(stated)} are there, with the partitions that are stated")
