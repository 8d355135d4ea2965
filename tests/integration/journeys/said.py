"""What was said: events as they stand in an outbox, told to another clinic, and heard one by one."""

import json
import re
from dataclasses import dataclass, replace

from shared.ids import uuid7
from shared.messaging.envelope import Received, open_envelope
from tests.integration.journeys.house import REACTIONS, House

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Said:
    """One event of one service; `seq` is its place in the outbox."""

    service: str
    seq: int
    topic: str
    key: str
    headers: dict[str, str]
    body: bytes

    def heard_by(self, hearer: str) -> Received:
        return open_envelope(REACTIONS[hearer][self.topic].model, self.headers, self.body)


class Translation:
    """The same story at another clinic: every id is another one, the same for the same.

    So one database hears a journey again and again, each time as if it had never heard of it.
    """

    def __init__(self) -> None:
        self._ours: dict[str, str] = {}
        self._theirs: dict[str, str] = {}

    def there(self, id_: str) -> str:
        if id_ not in self._theirs:
            self._theirs[id_] = str(uuid7())
            self._ours[self._theirs[id_]] = id_
        return self._theirs[id_]

    def told_there(self, said: Said) -> Said:
        return replace(
            said,
            key=self._text(said.key),
            headers={name: self._text(value) for name, value in said.headers.items()},
            body=self._text(said.body.decode()).encode(),
        )

    def back(self, text: str) -> str:
        """Ids that were made by whoever heard the story have no meaning beyond that."""
        return _ID.sub(lambda found: self._ours.get(found[0], "-"), text)

    def _text(self, text: str) -> str:
        return _ID.sub(lambda found: self.there(found[0]), text)


async def said_since(house: House, service: str, seq: int) -> list[Said]:
    rows = await house[service].pool.fetch(
        "select seq, topic, key, headers, body from outbox where seq > $1 order by seq", seq
    )
    return [
        Said(service, row["seq"], row["topic"], row["key"], json.loads(row["headers"]), row["body"]) for row in rows
    ]


async def hear_in_order(house: House, began: dict[str, int], heard: dict[tuple[str, str], int]) -> bool:
    """Every service hears what the others have said since it last listened (`heard`); whether there was anything."""
    anything = False
    for service in began:
        since = min((heard.get((hearer, service), began[service]) for hearer in began), default=0)
        news = await said_since(house, service, since)
        for hearer in began:
            for one in news:
                if one.seq > heard.get((hearer, service), began[service]):
                    heard[hearer, service] = one.seq
                    anything |= await _hear(house, hearer, one)
    return anything


async def _hear(house: House, hearer: str, said: Said) -> bool:
    reaction = REACTIONS[hearer].get(said.topic)
    if reaction is None:
        return False
    message = said.heard_by(hearer)
    async with house[hearer].transaction() as tx:
        await reaction.handle(tx, [message] if reaction.batch else message, tx.now)
    return True
