"""Which waiting rows may be sent now, so that the events of one key reach Kafka in their order. Pure.

A partition has one batch on its way at a time, and Kafka takes a batch whole or not at all, so rows of one key that go
to the same partition may share a batch. The key's next row for another partition waits until all of them were
acknowledged.

Rows about safety are facts, which stand alone: those of a key form a line for each of their topics, which waits for
nothing else of the key and holds nothing else of it up.
"""

from collections import deque
from collections.abc import Collection, Hashable, Mapping
from typing import Any, Generic, TypeVar

Place = TypeVar("Place", bound=Hashable)
"""Where a row goes: topic and partition."""
Row = Mapping[str, Any]
"""A row of the outbox; `seq`, `key`, `topic`, `lane` and `safety` are looked at here."""


def _line(row: Row) -> Hashable:
    """Rows of one line leave in their order."""
    return (row["topic"], row["key"]) if row["safety"] else row["key"]


class _Key(Generic[Place]):
    """One key with rows on their way: all to `place`, the rest in line behind them. Most keys never have a line."""

    __slots__ = ("behind", "on_way", "place")

    def __init__(self, place: Place) -> None:
        self.place = place
        self.on_way = 0
        self.behind: deque[tuple[Row, Place]] | None = None


class KeyOrder(Generic[Place]):
    """Rows that were read and are not yet acknowledged. `ready` holds, per place, those that may go now, in order."""

    def __init__(self) -> None:
        self.ready: dict[Place, deque[Row]] = {}
        self._keys: dict[Hashable, _Key[Place]] = {}

    def add(self, row: Row, place: Place) -> None:
        """Takes in a row. Rows must come in the order of their `seq`."""
        line = _line(row)
        key = self._keys.get(line)
        if key is None:
            key = self._keys[line] = _Key(place)
        if key.behind:
            key.behind.append((row, place))
        elif key.place != place:
            key.behind = deque([(row, place)])
        else:
            self._release(key, row)

    def _release(self, key: _Key[Place], row: Row) -> None:
        key.on_way += 1
        line = self.ready.get(key.place)
        if line is None:
            line = self.ready[key.place] = deque()
        line.append(row)

    def acknowledged(self, row: Row) -> None:
        """A row that was taken from `ready` is in Kafka: what stood behind it may go."""
        line = _line(row)
        key = self._keys[line]
        key.on_way -= 1
        if key.on_way:
            return
        if not key.behind:
            del self._keys[line]
            return
        key.place = key.behind[0][1]
        while key.behind and key.behind[0][1] == key.place:
            self._release(key, key.behind.popleft()[0])

    def drop(self, lanes: Collection[int]) -> list[Row]:
        """Forgets what has not been taken from `ready` in these lanes, and answers with it: somebody else sends it."""
        dropped: list[Row] = []
        for place, line in list(self.ready.items()):
            leaving = [row for row in line if row["lane"] in lanes]
            if leaving:
                dropped += leaving
                self.ready[place] = deque(row for row in line if row["lane"] not in lanes)
        for row in dropped:
            self._keys[_line(row)].on_way -= 1
        for name, key in list(self._keys.items()):
            if key.behind and key.behind[0][0]["lane"] in lanes:
                dropped += [row for row, _ in key.behind]
                key.behind.clear()
            if not key.on_way and not key.behind:
                del self._keys[name]
        return dropped
