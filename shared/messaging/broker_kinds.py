"""What each kind of broker can do, in one place: nothing else in the code asks which broker it talks to.

Every line was tried with aiokafka 0.14; the conformance suite of the embedded brokers tries it again.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class BrokerKind:
    """The differences a client has to know. True is always what Apache Kafka does."""

    name: str
    """As in the setting KAFKA_BROKER_KIND."""
    title: str
    """For people."""
    idempotent_producer: bool
    """`enable_idempotence=True` is understood: a retried send is stored once."""
    dead_members_expire: bool
    """A consumer that was killed loses its partitions after its session time-out."""
    keeps_acknowledged_after_kill: bool
    """What was acknowledged is there after `kill -9` of the broker."""
    keeps_offsets_after_kill: bool
    """Offsets committed by groups are there after `kill -9` of the broker."""
    keeps_data_after_stop: bool
    """Records and offsets are there after an orderly stop."""
    fetch_wakes_on_data: bool
    """A waiting fetch is answered when a record arrives, not at the end of `fetch_max_wait_ms`."""
    holds_empty_fetches: bool
    """A fetch that finds nothing is held for up to `fetch_max_wait_ms`. Where it is answered at once, see `pace.py`."""
    leaves_topics_to_us: bool
    """A topic that nobody created does not appear, in a layout of the broker's own, because somebody asked for it."""
    refuses_large_records: bool
    """A record above the topic's `max.message.bytes` is refused with an error of its own."""
    for_production: bool
    """Production settings accept it."""

    @property
    def needs_static_members(self) -> bool:
        """Whether every process must join with a `group_instance_id` that is the same after a restart.

        Where dead members never expire, the partitions of a killed process would stay with the dead; a member that
        comes back under the same id has them again at once. Elsewhere dynamic members are better: they say goodbye
        when they stop.
        """
        return not self.dead_members_expire

    def shortfalls(self) -> tuple[str, ...]:
        """What this broker cannot do, as sentences for start-up messages and test reports."""
        return tuple(_WITHOUT[ability] for ability in _WITHOUT if not getattr(self, ability))

    def shortfall(self, ability: str) -> str:
        """What follows for this broker from not being able to do that."""
        return _WITHOUT[ability]


_WITHOUT = {
    "idempotent_producer": "a retried send may be stored twice",
    "dead_members_expire": "the partitions of a killed consumer wait for that consumer to come back",
    "keeps_acknowledged_after_kill": "records of the last seconds are lost when the broker is killed",
    "keeps_offsets_after_kill": "committed offsets are lost when the broker is killed",
    "keeps_data_after_stop": "everything is gone after a stop",
    "fetch_wakes_on_data": "an event waits for the next poll",
    "leaves_topics_to_us": "topics that it lost come back with one partition and have to be widened",
    "refuses_large_records": "a record of any size is taken",
    "holds_empty_fetches": "an event may wait a tenth of a second after a silence",
}


KAFKA = BrokerKind(
    name="kafka",
    title="Apache Kafka",
    idempotent_producer=True,
    dead_members_expire=True,
    keeps_acknowledged_after_kill=True,
    keeps_offsets_after_kill=True,
    keeps_data_after_stop=True,
    fetch_wakes_on_data=True,
    holds_empty_fetches=True,
    leaves_topics_to_us=True,
    refuses_large_records=True,
    for_production=True,
)

NOIDA = BrokerKind(
    name="noida",
    title="noida-db",
    idempotent_producer=True,
    dead_members_expire=False,
    keeps_acknowledged_after_kill=False,
    keeps_offsets_after_kill=False,
    keeps_data_after_stop=True,
    fetch_wakes_on_data=True,
    holds_empty_fetches=False,
    leaves_topics_to_us=False,
    refuses_large_records=False,
    for_production=False,
)

BROKER_KINDS = {kind.name: kind for kind in (KAFKA, NOIDA)}


def broker_kind(name: str) -> BrokerKind:
    """The kind of that name; ValueError names the ones there are."""
    try:
        return BROKER_KINDS[name]
    except KeyError:
        raise ValueError(f"unknown broker kind {name!r}: one of {', '.join(sorted(BROKER_KINDS))}") from None
