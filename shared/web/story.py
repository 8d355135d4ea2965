"""A service's part of a patient's story, for staff: what it said and what it did, with times and without contents.

As JSON for programs, and as fragments of which the browser composes the tree: an event is shown by the service that said
it, with a place for each service that hears it; that one tells what it did, and shows the events it said because of it,
which again have such places. A service that is away leaves its places waiting, and the rest stands.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AwareDatetime

from shared.database import Transaction
from shared.events.catalogue import TOPICS
from shared.events.staff import Role
from shared.messaging.story import Buried, Heard, Said, buried, heard_of, said_about
from shared.web.dependencies import TheDatabase, ThePages, TheSettings
from shared.web.staff_session import StaffSession, require_staff
from shared.web.story_paths import STORY_PATHS

MOST_EVENTS = 500
CLINICAL = (Role.NURSE, Role.CLINICIAN, Role.ADMINISTRATOR)
"""Who may read how a patient's things were done, step by step."""
AnyStaff = Annotated[StaffSession, Depends(require_staff(*Role))]
ClinicalStaff = Annotated[StaffSession, Depends(require_staff(*CLINICAL))]


@dataclass(frozen=True, slots=True)
class Place:
    """Where another service's part goes. The same address by itself is a page, for browsers without scripts."""

    service: str
    url: str


@dataclass(frozen=True, slots=True)
class Node:
    """One event with the places of those who hear it."""

    said: Said
    hearers: Sequence[Place]


@dataclass(frozen=True, slots=True)
class Answer:
    """What this service did about one event, and the events that it said because of it."""

    service: str
    url: str
    heard: Sequence[Heard]
    buried: Sequence[Buried]
    led_to: Sequence[Node]

    @property
    def waits(self) -> bool:
        return not self.heard and not self.buried


async def beginnings(tx: Transaction, clinic_id: UUID, patient_id: UUID, since: datetime) -> list[Node]:
    """What this service said about a patient by itself: because somebody asked it, or because it was time."""
    found = await said_about(tx.connection, f"{clinic_id}/{patient_id}", since)
    return [_node(one, patient_id) for one in found if one.caused_by is None][:MOST_EVENTS]


def parts_of_others(service: str, patient_id: UUID, since: datetime) -> list[Place]:
    """Where the other services tell what they said by themselves."""
    return [
        Place(name, f"{path}/{patient_id}?{urlencode({'since': since.isoformat()})}")
        for name, path in STORY_PATHS.items()
        if name != service
    ]


@cache
def story_routes(service: str, topics: frozenset[str]) -> APIRouter:
    """Below STORY_PATHS: `/<patient>` and `/<patient>/after/<event>` for people, `/<patient>/said` and `/heard` as JSON.

    `topics` are those the service hears.
    """
    routes = APIRouter(prefix=STORY_PATHS[service], include_in_schema=False)

    @routes.get("/heard")
    async def heard(
        event: Annotated[list[UUID], Query(max_length=MOST_EVENTS)], database: TheDatabase, staff: AnyStaff
    ) -> list[dict[str, Any]]:
        del staff  # asked for what it checks
        async with database.transaction(read_only=True) as tx:
            return _plain(await heard_of(tx.connection, event))

    @routes.get("/{patient_id}/said")
    async def said(
        patient_id: UUID,
        since: Annotated[AwareDatetime, Query()],
        database: TheDatabase,
        settings: TheSettings,
        staff: AnyStaff,
    ) -> list[dict[str, Any]]:
        del staff
        async with database.transaction(read_only=True) as tx:
            found = await said_about(tx.connection, f"{settings.clinic.id}/{patient_id}", since)
        return _plain(found[:MOST_EVENTS])

    @routes.get("/{patient_id}")
    async def part(
        patient_id: UUID,
        since: Annotated[AwareDatetime, Query()],
        request: Request,
        database: TheDatabase,
        settings: TheSettings,
        pages: ThePages,
        staff: ClinicalStaff,
    ) -> Response:
        async with database.transaction(read_only=True) as tx:
            nodes = await beginnings(tx, settings.clinic.id, patient_id, since)
        template = "story/part.html" if is_fragment(request) else "story/part_page.html"
        return pages.page(template, staff=staff, service=service, nodes=nodes)

    @routes.get("/{patient_id}/after/{event_id}")
    async def after(
        patient_id: UUID,
        event_id: UUID,
        topic: Annotated[str, Query(max_length=100)],
        at: Annotated[AwareDatetime, Query()],
        request: Request,
        database: TheDatabase,
        settings: TheSettings,
        pages: ThePages,
        staff: ClinicalStaff,
    ) -> Response:
        if topic not in topics:
            return Response(status_code=200, media_type="text/html")  # nothing stands in the place any more
        async with database.transaction(read_only=True) as tx:
            handled, letters, led_to = await _consequences(tx, settings.clinic.id, patient_id, event_id, at)
        answer = Answer(service, _after(service, patient_id, event_id, topic, at), handled, letters, led_to)
        template = "story/answer.html" if is_fragment(request) else "story/answer_page.html"
        return pages.page(template, staff=staff, answer=answer, at=at)

    return routes


async def _consequences(
    tx: Transaction, clinic_id: UUID, patient_id: UUID, event_id: UUID, at: datetime
) -> tuple[list[Heard], list[Buried], list[Node]]:
    """What was done about an event that was said at that time, and what was said because of it."""
    handled = await heard_of(tx.connection, [event_id])
    letters = await buried(tx.connection, [event_id])
    ends = [one.at for one in handled]
    said = await said_about(tx.connection, f"{clinic_id}/{patient_id}", at, max(ends)) if ends else []
    return handled, letters, [_node(one, patient_id) for one in said if one.caused_by == event_id]


def _node(said: Said, patient_id: UUID) -> Node:
    topic = TOPICS.get(said.topic)
    hearers = topic.heard_by if topic else ()
    return Node(said, [Place(name, _after(name, patient_id, said.event_id, said.topic, said.at)) for name in hearers])


def _after(service: str, patient_id: UUID, event_id: UUID, topic: str, at: datetime) -> str:
    query = urlencode({"topic": topic, "at": at.isoformat()})
    return f"{STORY_PATHS[service]}/{patient_id}/after/{event_id}?{query}"


def is_fragment(request: Request) -> bool:
    """Whether a page puts the answer into one of its places; otherwise somebody opened the address by itself."""
    return "hx-request" in request.headers


def _plain(found: Iterable[Any]) -> list[dict[str, Any]]:
    return [
        {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(one).items()}
        for one in found
    ]
