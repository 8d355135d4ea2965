"""The versions of a kind; one of them; two side by side; drafts and approvals.

The same pages serve whatever a clinician answers for; what they say of it are words of the kind.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, TypeAlias
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Path, Query, Response
from starlette.responses import RedirectResponse

from shared.database import Transaction
from shared.events.staff import Role
from shared.versions.acts import Person
from shared.versions.approve import approve_version
from shared.versions.draft import draft_version
from shared.versions.kind import Kind
from shared.versions.life import Content, Difference
from shared.versions.look import compare_versions, list_versions, look_at_version
from shared.versions.problems import ChangedSinceSeen, VersionBroken, VersionNotFound
from shared.web.dependencies import TheDatabase, ThePages, TheSettings
from shared.web.problems import problems as may_refuse
from shared.web.staff_session import StaffSession

MOST = 2**31 - 1
Number = Annotated[int, Path(ge=1, le=MOST)]
Seen = Annotated[int, Form(ge=1, le=MOST)]


WRITE_RULES = frozenset({Role.CLINICIAN, Role.ADMINISTRATOR})
APPROVE_RULES = frozenset({Role.CLINICIAN})
StaffDependency: TypeAlias = Callable[..., Awaitable[StaffSession]]


@dataclass(frozen=True, slots=True)
class Doors:
    """Who may see the versions, write drafts and approve, as a service's dependencies say it; `names` are those of staff."""

    sees: StaffDependency
    writes: StaffDependency
    approves: StaffDependency
    names: Callable[[Transaction, Iterable[UUID | None]], Awaitable[dict[UUID, str]]]


async def _nothing_more(tx: Transaction, clinic_id: UUID, number: int) -> dict[str, Any]:
    del tx, clinic_id, number
    return {}


@dataclass(frozen=True, slots=True)
class VersionPages(Generic[Content]):
    """`template` draws one version; the sentences stand where they are named. `above` is the page that these are under."""

    kind: Kind[Content]
    doors: Doors
    here: str
    above: tuple[str, str]
    address: str
    template: str
    title: str
    lead: str
    under: str
    """Goes on with the number of the version in force."""
    proposal: str
    """What a version is until a clinician has approved it."""
    approving: str
    same: str
    differences: Callable[[Content, Content], tuple[Difference, ...]]
    said: Mapping[str, Any] = field(default_factory=dict)
    """How the template calls what a version holds."""
    more: Callable[[Transaction, UUID, int], Awaitable[dict[str, Any]]] = _nothing_more
    """What else the template shows of a version of a clinic."""


def version_routes(about: VersionPages[Content]) -> APIRouter:
    """The routes of one kind."""
    doors = about.doors
    router = APIRouter(
        prefix=about.address,
        include_in_schema=False,
        responses=may_refuse(VersionNotFound, ChangedSinceSeen, VersionBroken),
    )

    @router.get("")
    async def versions(
        staff: Annotated[StaffSession, Depends(doors.sees)],
        pages: ThePages,
        database: TheDatabase,
        settings: TheSettings,
    ) -> Response:
        async with database.transaction(read_only=True) as tx:
            found = await list_versions(tx, about.kind, settings.clinic.id, doors.names)
        return pages.page("versions/list.html", staff=staff, about=about, found=found)

    @router.get("/compare")
    async def compare(
        staff: Annotated[StaffSession, Depends(doors.sees)],
        pages: ThePages,
        database: TheDatabase,
        settings: TheSettings,
        before: Annotated[int, Query(ge=1, le=MOST)],
        after: Annotated[int, Query(ge=1, le=MOST)],
    ) -> Response:
        async with database.transaction(read_only=True) as tx:
            found = await compare_versions(tx, about.kind, settings.clinic.id, before, after, about.differences)
        return pages.page("versions/compare.html", staff=staff, about=about, found=found)

    @router.get("/{number}")
    async def version(
        number: Number,
        staff: Annotated[StaffSession, Depends(doors.sees)],
        pages: ThePages,
        database: TheDatabase,
        settings: TheSettings,
    ) -> Response:
        async with database.transaction(read_only=True) as tx:
            whole = await look_at_version(tx, about.kind, settings.clinic.id, number)
            more = await about.more(tx, settings.clinic.id, number)
        return pages.page(
            about.template,
            staff=staff,
            about=about,
            whole=whole,
            may_write=not staff.roles.isdisjoint(WRITE_RULES),
            may_approve=not staff.roles.isdisjoint(APPROVE_RULES),
            **about.said,
            **more,
        )

    @router.post("/{number}/draft")
    async def draft(
        number: Number,
        staff: Annotated[StaffSession, Depends(doors.writes)],
        database: TheDatabase,
        settings: TheSettings,
    ) -> Response:
        by = Person(staff.staff_id, staff.name)
        async with database.transaction() as tx:
            made = await draft_version(tx, about.kind, settings.clinic.id, number, by)
        return RedirectResponse(f"{about.address}/{made.number}", status_code=303)

    @router.get("/{number}/approve")
    async def approval(number: Number, staff: Annotated[StaffSession, Depends(doors.sees)]) -> Response:
        """Whoever opens again the address that an approval was sent to."""
        del staff
        return RedirectResponse(f"{about.address}/{number}", status_code=303)

    @router.post("/{number}/approve")
    async def approve(
        number: Number,
        staff: Annotated[StaffSession, Depends(doors.approves)],
        database: TheDatabase,
        settings: TheSettings,
        seen: Seen,
    ) -> Response:
        by = Person(staff.staff_id, staff.name)
        async with database.transaction() as tx:
            await approve_version(tx, about.kind, settings.clinic.id, number, seen, by)
        return RedirectResponse(f"{about.address}/{number}", status_code=303)

    return router
