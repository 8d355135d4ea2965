"""Kafka may lose everything, or its tail. How that is noticed, and how the log is filled again.

`log_state` remembers per partition the highest offset that was acknowledged and marked, and the log epoch, which counts
how often the log was found cut. Offsets of a log only rise. So it was cut

* when an end of the log lies at or below the highest remembered offset (`find_cuts`: at start, after every new start of
  the producer, every 10 s), or
* when a send is answered with an offset not above the highest that was known when it left (`relay_session.Batch.above`).

Then (`reopen`), under a lock on the partition's row, the epoch rises, and every sent row from the cut on waits again.
The relay forgets what it has in hand and reads from the oldest, so those go first, with the higher `ce_logepoch`. A
consumer that meets a higher epoch starts over from the beginning of that partition; its inbox absorbs what it knows.

Several relays. Only the first to lock the row raises the epoch; a second finds it raised, and only adds what it knows
itself. Marks carry the epoch under which their rows were sent: a mark that comes after the epoch rose is refused, and
its row is sent again.

What was sent after the cut and before anybody noticed carries the old epoch and stands in the log from the cut on. If
it was marked, its offset is not below the cut, so it is among the rows that wait again, beside the lost ones that
had the same offsets before. If it was not marked yet, the mark is refused. Either way it is sent once more under the
new epoch: a repeat that the inbox drops, and a consumer whose position lay beyond the shortened log, and so might have
skipped it, starts over anyway.

Where exactly a log was cut is not known: what is seen first, an answer or an end, may lie above the cut, because other
relays, or one that died before it could tell, wrote below it meanwhile. Marked rows among those show as offsets that
occur twice. Unmarked ones are bounded by what relays have in hand, so rows from MARGIN records below wait again too. That
repeats some that were not lost, once, in an accident that is rare.

A log may be cut and grow past its old length unseen: batches were on their way to it that left before their relay knew of
the lost rows, so their answers lie above all they knew of. Such a batch stands where lost rows had stood. So whatever was
marked long after its relay last looked into the common memory is compared with the sent rows of others: one offset is
never two rows' (`find_overwritten`).

What stays open takes three accidents at once: a log cut and grown again, by rows whose lanes were lost meanwhile, so that
they leave no mark there; and the lost rows of another relay, acknowledged before, that the database lets it mark only
after all that.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import asyncpg
from aiokafka import TopicPartition

from shared.messaging.broker import log_reader
from shared.messaging.outbox_rows import Acknowledged
from shared.messaging.relay_connection import RelayConnection
from shared.settings import Settings

MARGIN = 100_000
"""Records: more than all relays of a service together can have written unmarked (relay_session.MOST_IN_HAND each)."""
LONGEST_REFILL = 900.0
"""Seconds that putting rows back may take: a year of one partition, with room."""


@dataclass(frozen=True, slots=True)
class LogCut:
    """A log that is shorter than what was acknowledged. `at` is the lowest offset seen to be lost or written anew."""

    place: TopicPartition
    at: int
    log_epoch: int
    """The epoch under which it was noticed."""


class LogMemory:
    """What one relay knows of each log: the highest acknowledged offset and the epoch to send under."""

    def __init__(self) -> None:
        self._highest: dict[TopicPartition, int] = {}
        self._epoch: dict[TopicPartition, int] = {}
        self.looked_at = float("-inf")
        """The loop's time at which what others had sent was asked for last."""

    def highest(self, place: TopicPartition) -> int:
        return self._highest.get(place, -1)

    def epoch(self, place: TopicPartition) -> int:
        return self._epoch.get(place, 0)

    def acknowledged(self, place: TopicPartition, offset: int) -> None:
        self._highest[place] = max(offset, self.highest(place))

    async def refresh(self, connection: asyncpg.Connection) -> None:
        """Takes in what other relays have found out."""
        now = asyncio.get_running_loop().time()
        rows = await connection.fetch('select topic, "partition", highest_offset, log_epoch from log_state')
        for row in rows:
            place = TopicPartition(row["topic"], row["partition"])
            if row["log_epoch"] != self.epoch(place):
                self._epoch[place] = row["log_epoch"]
                self._highest[place] = row["highest_offset"]
            else:
                self.acknowledged(place, row["highest_offset"])
        self.looked_at = now


async def find_cuts(memory: RelayConnection, settings: Settings, service: str) -> list[LogCut]:
    """Compares every remembered log with what the broker has. Raises one of BROKER_FAILURES.

    The memory is read first: an end that was asked for later can only lie higher, unless the log was cut. Its connection
    is free again before the broker is asked, or a broker that answers slowly would keep leases from being renewed.
    """
    async with memory.use() as connection:
        rows = await connection.fetch(
            'select topic, "partition", highest_offset, log_epoch from log_state where highest_offset >= 0'
        )
    remembered = {TopicPartition(row["topic"], row["partition"]): row for row in rows}
    if not remembered:
        return []
    async with log_reader(settings, service, remembered) as reader:
        ends = await reader.end_offsets(list(remembered))
    return [
        LogCut(place, ends[place], row["log_epoch"])
        for place, row in remembered.items()
        if ends[place] <= row["highest_offset"]
    ]


async def find_overwritten(connection: asyncpg.Connection, batches: Sequence[Acknowledged]) -> list[LogCut]:
    """Logs in which one of these batches, marked or not, stands where others' rows had stood.

    A look by place for each batch, in whatever hundreds of days there are: joined, all that was ever sent is read.
    """
    rows = await connection.fetch(
        """
        select number, min(stands."offset") as at
          from unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[])
               with ordinality as batch (topic, "partition", first_offset, last_offset, number)
         cross join lateral (
               select "offset", seq
                 from outbox_sent as sent
                where sent.topic = batch.topic and sent."partition" = batch."partition"
                  and sent."offset" between first_offset and last_offset
               offset 0) as stands
         where not exists (select from unnest($5::bigint[]) as ours (seq) where ours.seq = stands.seq)
         group by number
        """,
        [batch.topic for batch in batches],
        [batch.partition for batch in batches],
        [batch.first_offset for batch in batches],
        [batch.last_offset for batch in batches],
        [row["seq"] for batch in batches for row in batch.rows],
    )
    found = [(batches[row["number"] - 1], row["at"]) for row in rows]
    return [LogCut(TopicPartition(batch.topic, batch.partition), at, batch.log_epoch) for batch, at in found]


async def reopen(connection: asyncpg.Connection, cut: LogCut, *, safety: bool) -> int:
    """Raises the epoch of a cut log unless somebody has, and puts the lost rows back to wait. Answers how many.

    `safety` says whether they go before everything else, as they did the first time.
    """
    topic, partition = cut.place
    async with connection.transaction():
        await connection.execute("set local statement_timeout = 0")
        log_epoch = await connection.fetchval(
            'select log_epoch from log_state where topic = $1 and "partition" = $2 for update', topic, partition
        )
        at = cut.at
        if log_epoch == cut.log_epoch:
            at = min([at, *await _offsets_that_occur_twice(connection, cut)])
            await connection.execute(
                """
                update log_state set log_epoch = log_epoch + 1, highest_offset = $3
                 where topic = $1 and "partition" = $2
                """,
                topic,
                partition,
                at - 1,
            )
        status = await connection.execute(
            """
            with lost as (
                delete from outbox_sent
                 where topic = $1 and "partition" = $2 and "offset" >= $3 and log_epoch <= $4
                returning seq, event_id, recorded_at, lane, topic, key, headers, body
            )
            insert into outbox_waiting (seq, event_id, recorded_at, lane, topic, key, headers, body, safety)
            select seq, event_id, recorded_at, lane, topic, key, headers, body, $5
              from lost
            """,
            topic,
            partition,
            at - MARGIN,
            cut.log_epoch,
            safety,
            timeout=LONGEST_REFILL,
        )
    return int(status.rpartition(" ")[2])


async def _offsets_that_occur_twice(connection: asyncpg.Connection, cut: LogCut) -> Iterable[int]:
    """An offset of a whole log belongs to one record; two rows with the same one mean it was written twice."""
    lowest = await connection.fetchval(
        """
        select "offset"
          from outbox_sent
         where topic = $1 and "partition" = $2
         group by "offset"
        having count(*) > 1
         order by "offset"
         limit 1
        """,
        *cut.place,
        timeout=LONGEST_REFILL,
    )
    return [] if lowest is None else [lowest]
