"""Which of the 64 lanes this relay may send from: leases by the database's time, with an epoch that fences.

A lane changes hands only after its lease ran out or was given up, or its holder's connection to the database has ended;
its epoch rises each time, so that whoever slept through it, or merely lost that connection, can no longer mark a row. A
relay asks for its fair share: lanes divided by living relays.
"""

import asyncio
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

import asyncpg

from shared.messaging.outbox import LANES

LEASE = timedelta(seconds=10)
"""How long a lane stays with a relay that shows no progress."""
MARGIN = 1.0
"""Seconds before the end of a lease at which its holder stops sending by its own clock."""


class Lanes:
    """The leases of one relay. `held` maps a lane to the epoch under which it is held."""

    def __init__(self, owner: UUID) -> None:
        self.owner = owner
        self.held: dict[int, int] = {}
        self.surplus: set[int] = set()
        """Held, but more than the fair share: nothing more is read from them, and they go once nothing is on its way.

        They are named at one look and given up at a later one, so that a read that was under way meanwhile is over."""
        self.alone = False
        """No other relay was alive at the last look."""
        self._share = LANES
        self._safe_until = 0.0

    @property
    def sign_of_life(self) -> str:
        """To be run on the connection that keeps the lanes: a lock that ends with it, and so with a process that is killed."""
        return f"select pg_advisory_lock(hashtextextended('{self.owner}', 0))"

    @property
    def in_time(self) -> bool:
        """Whether the leases still hold by our own clock, which never runs behind: also after this process slept."""
        return asyncio.get_running_loop().time() < self._safe_until

    @property
    def unsettled(self) -> bool:
        """Whether lanes are about to change hands: look again soon."""
        return bool(self.surplus) or len(self.held) < self._share

    @property
    def readable(self) -> list[int]:
        return [lane for lane in self.held if lane not in self.surplus]

    async def keep(self, connection: asyncpg.Connection, busy: Collection[int]) -> set[int]:
        """Says we live, renews what is held, gives up surplus lanes that are not `busy`, takes free ones.

        Answers with the lanes that were lost. Call it only after progress, or when nothing is pending, and on a connection
        that has given our `sign_of_life`.
        """
        asked_at = asyncio.get_running_loop().time()
        async with connection.transaction():
            await _bury_the_dead(connection, self.owner)
            living = await _announce(connection, self.owner)
            renewed = await _renew(connection, self.owner, self.held)
            self._share = share = -(-LANES // living)
            excess = len(renewed) - share
            given_up = sorted(self.surplus.intersection(renewed).difference(busy))[: max(excess, 0)]
            await _give_up(connection, self.owner, given_up)
            taken = await _take(connection, self.owner, -excess) if excess < 0 else {}
        lost = set(self.held).difference(renewed)
        self.held = {lane: epoch for lane, epoch in renewed.items() if lane not in given_up} | taken
        still_over = len(self.held) - share
        self.surplus = set(
            sorted(self.held, key=lambda lane: (lane in busy, lane))[:still_over] if still_over > 0 else ()
        )
        self.alone = living == 1
        self._safe_until = asked_at + LEASE.total_seconds() - MARGIN
        return lost

    def forget(self, lanes: Collection[int]) -> None:
        """These turned out to be somebody else's."""
        for lane in lanes:
            self.held.pop(lane, None)
            self.surplus.discard(lane)

    async def give_up(self, connection: asyncpg.Connection) -> None:
        """Lets go of everything at once; the next relay need not wait for the leases to run out."""
        held, self.held = set(self.held), {}
        self.surplus.clear()
        self._safe_until = 0.0
        async with connection.transaction():
            await _give_up(connection, self.owner, held)
            await connection.execute("delete from relay where id = $1", self.owner)


async def _bury_the_dead(connection: asyncpg.Connection, owner: UUID) -> None:
    """Ends the leases of relays whose sign of life has ended: a killed one must not keep its patients waiting.

    One that lives and has only lost its connection may go on sending until it notices: a repeat, as after a sleep.
    """
    await connection.execute(
        """
        with dead as (
            update relay set alive_until = '-infinity'
             where id <> $1
               and alive_until > now()
               and pg_try_advisory_xact_lock(hashtextextended(id::text, 0))
            returning id
        )
        update relay_lane set leased_until = '-infinity' where owner in (select id from dead)
        """,
        owner,
    )


async def _announce(connection: asyncpg.Connection, owner: UUID) -> int:
    """Renews our own sign of life and counts the living."""
    await connection.execute(
        """
        insert into relay (id, alive_until) values ($1, now() + $2)
        on conflict (id) do update set alive_until = excluded.alive_until
        """,
        owner,
        LEASE,
    )
    await connection.execute("delete from relay where alive_until < now() - interval '1 hour'")
    living = await connection.fetchval("select count(*) from relay where alive_until > now()")
    assert isinstance(living, int)
    return living


async def _renew(connection: asyncpg.Connection, owner: UUID, held: dict[int, int]) -> dict[int, int]:
    """Also leases that ran out while nobody took them: the epoch says they are still ours."""
    rows = await connection.fetch(
        """
        update relay_lane
           set leased_until = now() + $4
         where owner = $1
           and (lane, epoch) in (select * from unnest($2::smallint[], $3::bigint[]))
        returning lane, epoch
        """,
        owner,
        list(held.keys()),
        list(held.values()),
        LEASE,
    )
    return {row["lane"]: row["epoch"] for row in rows}


async def _take(connection: asyncpg.Connection, owner: UUID, wanted: int) -> dict[int, int]:
    rows = await connection.fetch(
        """
        update relay_lane
           set owner = $1, epoch = epoch + 1, leased_until = now() + $3
         where lane in (select lane
                          from relay_lane
                         where leased_until < now()
                         order by lane
                         limit $2
                           for update skip locked)
        returning lane, epoch
        """,
        owner,
        wanted,
        LEASE,
    )
    return {row["lane"]: row["epoch"] for row in rows}


async def _give_up(connection: asyncpg.Connection, owner: UUID, lanes: Collection[int]) -> None:
    if lanes:
        await connection.execute(
            """
            update relay_lane set owner = null, leased_until = '-infinity'
             where owner = $1 and lane = any($2::smallint[])
            """,
            owner,
            list(lanes),
        )
