"""I10: what still waits to be sent, heard or told; and the wait for it to become nothing.

The broker is asked for the ends of its logs before a snapshot of the database and after it. When the ends asked for
later are no further than what the snapshot knows to be heard, and nothing waits in it, then nothing waited at that
instant anywhere. A hearer that stands at the end of a log that was cut and has grown as long again since has heard nothing
of what stands there now: its log epoch says so, until it notices.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from operations.auditing.findings import Finding
from shared.database.roles import SERVICES
from shared.messaging.last_records import epochs_of_last_records

LOOK_EVERY = 0.3

WAITING = " union all ".join(
    f"select '{service}' as service, count(*) as rows from {service}.outbox_waiting where parked_at is null"
    for service in SERVICES
)
REMEMBERED = " union all ".join(
    f"""select '{service}' as service, topic, "partition", highest_offset from {service}.log_state"""
    for service in SERVICES
)
POSITIONS = """
    select hearer.consumer_group, hearer.topic, "partition", next_offset, log_epoch
      from hearer
      join consumer_position as position using (service, consumer_group, topic)
"""
HEARERS = "select consumer_group, topic from hearer"
MAIL = """
    select concat_ws(' ', 'message', state, reason) as waits,
           count(*) as messages,
           count(*) filter (
               where state = 'claimed'
                  or (state = 'retrying' and (due_at <= now() or reason is distinct from 'quiet-hours'))
                  or (state = 'planned' and due_at <= now() and reason is distinct from 'waits-for-staff')
           ) as due
      from notifications.message
     group by state, reason
"""


@dataclass(slots=True)
class Lag:
    """What waits. `looked_at` counts what could wait."""

    outboxes: dict[str, int] = field(default_factory=dict)
    cut: list[str] = field(default_factory=list)
    """Logs that are not those that a relay or a hearer remembers: nobody has noticed yet."""
    unheard: dict[str, int] = field(default_factory=dict)
    due_messages: dict[str, int] = field(default_factory=dict)
    """By their state, and why they wait."""
    places: int = 0
    messages: int = 0

    @property
    def none(self) -> bool:
        return not self.waits

    @property
    def waits(self) -> tuple[str, ...]:
        """What waits, the most of each kind."""
        return (*_examples(self.outboxes), *self.cut[:2], *_examples(self.unheard), *_examples(self.due_messages))

    def findings(self, took: float | None, within: float) -> list[Finding]:
        """`took`: seconds until nothing waited; None when that did not happen."""
        remark = f"after {took:.1f} s" if took is not None else f"still so after {within:.0f} s"
        return [
            Finding(
                "I10",
                "no outbox keeps an event waiting",
                len(SERVICES),
                len(self.outboxes),
                examples=_examples(self.outboxes),
                remark=remark,
            ),
            Finding(
                "I10",
                "every hearer stands at the end of each log",
                self.places,
                len(self.unheard) + len(self.cut),
                examples=(*self.cut[:2], *_examples(self.unheard)),
                remark=remark,
            ),
            Finding(
                "I10",
                "no message that is due waits",
                self.messages,
                sum(self.due_messages.values()),
                examples=_examples(self.due_messages),
                remark=remark,
            ),
        ]


def _examples(counts: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(f"{name}: {count}" for name, count in sorted(counts.items(), key=lambda one: -one[1])[:3])


async def lag_of(
    connection: asyncpg.Connection, first: Mapping[TopicPartition, int], ends: Mapping[TopicPartition, int]
) -> Lag:
    """What waits in this snapshot, when the logs ended at `ends`."""
    lag = Lag(outboxes={row["service"]: row["rows"] for row in await connection.fetch(WAITING) if row["rows"]})
    for row in await connection.fetch(REMEMBERED):
        place = TopicPartition(row["topic"], row["partition"])
        if row["highest_offset"] >= ends.get(place, 0):
            lag.cut.append(f"{place.topic}[{place.partition}] ends before what {row['service']} sent")
    stands = {
        (row["consumer_group"], TopicPartition(row["topic"], row["partition"])): row["next_offset"]
        for row in await connection.fetch(POSITIONS)
    }
    for hearer in await connection.fetch(HEARERS):
        for place, end in ends.items():
            if place.topic != hearer["topic"]:
                continue
            lag.places += 1
            stand = max(stands.get((hearer["consumer_group"], place), 0), first[place])
            name = f"{hearer['consumer_group']}[{place.partition}]"
            if stand > end:
                lag.cut.append(f"{name} ends before what was heard")
            elif stand < end:
                lag.unheard[name] = end - stand
    mail = await connection.fetch(MAIL)
    lag.due_messages = {row["waits"]: row["due"] for row in mail if row["due"]}
    lag.messages = sum(row["messages"] for row in mail)
    return lag


async def cuts_not_noticed(
    connection: asyncpg.Connection, reader: AIOKafkaConsumer, ends: Mapping[TopicPartition, int]
) -> list[str]:
    """Hearers in this snapshot that came to the end of a log before it was cut. Raises one of BROKER_FAILURES."""
    epochs = await epochs_of_last_records(reader, ends)
    return [
        f"{row['consumer_group']}[{row['partition']}] has not noticed that its log was cut"
        for row in await connection.fetch(POSITIONS)
        if row["log_epoch"] < epochs.get(TopicPartition(row["topic"], row["partition"]), 0)
    ]


async def pause() -> None:
    await asyncio.sleep(LOOK_EVERY)
