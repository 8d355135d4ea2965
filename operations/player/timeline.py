"""What was said and heard during the journey, asked of each service as staff may ask, and printed with times."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from operations.player.browser import Browser, Unexpected
from shared.web.story_paths import STORY_PATHS


@dataclass(slots=True)
class Happening:
    """One event: when it was said, when Kafka had it, who had handled it when."""

    topic: str
    said_by: str
    event_id: str
    at: datetime
    published_at: datetime | None
    heard: dict[str, datetime] = field(default_factory=dict)
    """By the name of the reaction, which begins with its service."""

    @property
    def hearers(self) -> set[str]:
        return {name.split(".")[0] for name in self.heard}


async def timeline_of(staff: Browser, patient_id: str, since: str) -> list[Happening]:
    """Everything about one patient, oldest first."""
    happenings = [
        Happening(
            topic=str(said["topic"]),
            said_by=service,
            event_id=str(said["event_id"]),
            at=datetime.fromisoformat(str(said["at"])),
            published_at=datetime.fromisoformat(str(said["published_at"])) if said["published_at"] else None,
        )
        for service, path in STORY_PATHS.items()
        for said in await _ask(staff, f"{path}/{patient_id}/said", {"since": since})
    ]
    by_id = {one.event_id: one for one in happenings}
    for path in STORY_PATHS.values():
        for heard in await _ask(staff, f"{path}/heard", {"event": list(by_id)}):
            by_id[str(heard["event_id"])].heard[str(heard["handler"])] = datetime.fromisoformat(str(heard["at"]))
    return sorted(happenings, key=lambda one: one.at)


async def _ask(staff: Browser, path: str, query: dict[str, Any]) -> list[dict[str, Any]]:
    found = await staff.json(path, query)
    if not isinstance(found, list):
        raise Unexpected(f"{path} answered no list")
    return found


async def settled(
    staff: Browser, patient_id: str, since: str, expected: dict[str, set[str]], within: float
) -> list[Happening]:
    """The timeline once all of `expected` was said, sent, and heard by these services. Raises Unexpected after a while."""
    deadline = asyncio.get_running_loop().time() + within
    while True:
        happenings = await timeline_of(staff, patient_id, since)
        done = {one.topic: one.hearers for one in happenings if one.published_at}
        missing = sorted(topic for topic, hearers in expected.items() if not hearers <= done.get(topic, set()))
        if not missing:
            return happenings
        if asyncio.get_running_loop().time() > deadline:
            raise Unexpected(f"after {within:.0f} s still not said, sent and heard: {', '.join(missing)}")
        await asyncio.sleep(0.2)


def draw(title: str, happenings: list[Happening]) -> None:
    """Prints one patient's timeline."""
    table = Table(title=title, title_justify="left", show_edge=False, pad_edge=False)
    for column in ("time (UTC)", "event", "said by", "in Kafka", "heard"):
        table.add_column(column, no_wrap=column != "heard")
    for one in happenings:
        heard = sorted(one.heard.items(), key=lambda pair: pair[1])
        table.add_row(
            f"{one.at:%H:%M:%S.%f}"[:-3],
            one.topic,
            one.said_by,
            _took(one.at, one.published_at) if one.published_at else "not yet",
            "\n".join(f"{name.split('.')[0]} {_took(one.at, at)}" for name, at in heard) or "nobody yet",
        )
    Console().print(table)


def plain(happenings: list[Happening]) -> list[dict[str, Any]]:
    """The same for `--json`; durations in milliseconds."""
    return [
        {
            "event": one.topic,
            "said_by": one.said_by,
            "at": one.at.isoformat(),
            "in_kafka_after_ms": _milliseconds(one.at, one.published_at) if one.published_at else None,
            "heard_after_ms": {name: _milliseconds(one.at, at) for name, at in one.heard.items()},
        }
        for one in happenings
    ]


def _milliseconds(start: datetime, end: datetime) -> float:
    return round((end - start).total_seconds() * 1000, 1)


def _took(start: datetime, end: datetime) -> str:
    return f"{_milliseconds(start, end):,.0f} ms"
