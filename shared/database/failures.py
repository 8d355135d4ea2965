"""Which failures are the place's and not the row's: the same work will succeed once the place is well again."""

import asyncpg


class Contended(Exception):
    """Others have in hand, at this moment, what this needs: the same will succeed a little later."""


_PLACE_STATES = {
    "40001",  # serialization failure
    "40P01",  # deadlock detected
    "55P03",  # lock not available
    "57014",  # statement timeout, cancelled
    "57P01",  # admin shutdown
    "57P02",  # crash shutdown
    "57P03",  # cannot connect now
    "57P05",  # idle session timeout
    "28000",  # the role may not log in: while roles are being made, or put back
    "28P01",  # wrong password: while it is being changed
    "3D000",  # no such database: while it is being restored
    "55000",  # it takes no connections, for the same reason
    "25P03",  # idle in transaction timeout
    "25006",  # read-only: a standby not yet promoted
    "53100",  # disk full
    "53200",  # out of memory
    "53300",  # too many connections
    "58030",  # i/o error
    "XX000",  # internal error, such as a file that cannot be written
}
_CONNECTION_CLASS = "08"
_PLACE_TYPES = (OSError, TimeoutError, asyncpg.InternalClientError, Contended)
MAY_BE_PLACE = (asyncpg.PostgresError, asyncpg.InterfaceError, *_PLACE_TYPES)
"""Every class whose errors `is_place` can be true of."""
_LOST_CONNECTION = ("closed", "closing", "released")
"""The driver has one class for lost connections and for wrong calls of ours; only its words tell them apart."""


def is_place(error: BaseException) -> bool:
    """True when connection, disk, locks or time-outs failed: roll back, wait with jitter, try again, never count."""
    if isinstance(error, asyncpg.PostgresError):
        state: str = getattr(error, "sqlstate", None) or ""
        return state in _PLACE_STATES or state.startswith(_CONNECTION_CLASS)
    if isinstance(error, asyncpg.InterfaceError):
        return any(word in str(error) for word in _LOST_CONNECTION)
    return isinstance(error, _PLACE_TYPES)
