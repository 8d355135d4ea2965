"""Which errors say that the database is away or busy, so that nothing is wrong with the request itself."""

import asyncpg

_BUSY = {
    "40001": "two changes met; one of them has to be made again",
    "40P01": "two changes waited for each other",
    "55P03": "somebody else is changing the same thing",
    "57014": "it took too long",
}
_AWAY_CLASSES = ("08", "53", "57P")
"""Connection, out of resources (disk, memory, connections), server stopping or starting."""
AWAY = "our database does not answer"


def place_failure(error: BaseException) -> str | None:
    """The reason in words when `error` is a failure of the place; None when it is about this request.

    OS errors count whole: nothing else in a request opens sockets or files, and a missing Unix socket is a
    FileNotFoundError.
    """
    if isinstance(error, asyncpg.PostgresError):
        state = error.sqlstate or ""
        return _BUSY.get(state) or (AWAY if state.startswith(_AWAY_CLASSES) else None)
    if isinstance(error, asyncpg.InterfaceError):
        # The driver uses one class for lost connections and for wrong calls of ours; only the words differ.
        return AWAY if any(word in str(error) for word in ("closed", "closing", "released")) else None
    if isinstance(error, OSError | TimeoutError):
        return AWAY
    return None
