"""A small cache whose entries grow old and whose size is bounded."""

from collections import OrderedDict
from collections.abc import Hashable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from shared.clock import Clock

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class AgingCache(Generic[K, V]):
    """Keeps at most `size` values, none longer than `keep`; the one not asked for longest goes first."""

    def __init__(self, clock: Clock, keep: timedelta, size: int) -> None:
        self._clock = clock
        self._keep = keep
        self._size = size
        self._entries: OrderedDict[K, tuple[datetime, V]] = OrderedDict()

    def get(self, key: K) -> V | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        put_at, value = entry
        # A clock that was set back must not lengthen a life, hence both sides.
        if not timedelta(0) <= self._clock.now() - put_at < self._keep:
            del self._entries[key]
            return None
        self._entries.move_to_end(key)
        return value

    def put(self, key: K, value: V) -> None:
        self._entries[key] = (self._clock.now(), value)
        self._entries.move_to_end(key)
        while len(self._entries) > self._size:
            self._entries.popitem(last=False)

    def drop(self, key: K) -> None:
        self._entries.pop(key, None)

    def __len__(self) -> int:
        return len(self._entries)
