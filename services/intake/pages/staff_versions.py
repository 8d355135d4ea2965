"""`/staff/requests/<kind>`: the versions of a kind; one of them; two side by side; drafts and approvals.

The same pages serve whatever a clinician answers for; what they say of it are words of the kind.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic

from fastapi import APIRouter, Form, Path, Query, Response
from starlette.responses import RedirectResponse

from services.intake.domain.versions import Content, Difference
from services.intake.pages.staff import ApprovesRules, OurStaff, WritesRules, may_approve_rules, may_write_rules
from services.intake.problems import ChangedSinceSeen, VersionBroken, VersionNotFound
from services.intake.store.version_acts import Person
from services.intake.store.version_kinds import Kind
from services.intake.use_cases.approve_version import approve_version
from services.intake.use_cases.draft_version import draft_version
from services.intake.use_cases.look_at_versions import compare_versions, list_versions, look_at_version
from shared.web.dependencies import TheDatabase, ThePages, TheSettings
from shared.web.problems import problems as may_refuse

MOST = 2**31 - 1
Number = Annotated[int, Path(ge=1, le=MOST)]
Seen = Annotated[int, Form(ge=1, le=MOST)]


@dataclass(frozen=True, slots=True)
class VersionPages(Generic[Content]):
    """`template` draws one version; the sentences stand where they are named."""

    kind: Kind[Content]
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


def version_routes(about: VersionPages[Content]) -> APIRouter:
    """The routes of one kind."""
    router = APIRouter(
        prefix=about.address,
        include_in_schema=False,
        responses=may_refuse(VersionNotFound, ChangedSinceSeen, VersionBroken),
    )

    @router.get("")
    async def versions(staff: OurStaff, pages: ThePages, database: TheDatabase, settings: TheSettings) -> Response:
        async with database.transaction(read_only=True) as tx:
            found = await list_versions(tx, about.kind, settings.clinic.id)
        return pages.page("staff_versions.html", staff=staff, about=about, found=found)

    @router.get("/compare")
    async def compare(
        staff: OurStaff,
        pages: ThePages,
        database: TheDatabase,
        settings: TheSettings,
        before: Annotated[int, Query(ge=1, le=MOST)],
        after: Annotated[int, Query(ge=1, le=MOST)],
    ) -> Response:
        async with database.transaction(read_only=True) as tx:
            found = await compare_versions(tx, about.kind, settings.clinic.id, before, after, about.differences)
        return pages.page("staff_versions_compare.html", staff=staff, about=about, found=found)

    @router.get("/{number}")
    async def version(
        number: Number, staff: OurStaff, pages: ThePages, database: TheDatabase, settings: TheSettings
    ) -> Response:
        async with database.transaction(read_only=True) as tx:
            whole = await look_at_version(tx, about.kind, settings.clinic.id, number)
        return pages.page(
            about.template,
            staff=staff,
            about=about,
            whole=whole,
            may_write=may_write_rules(staff),
            may_approve=may_approve_rules(staff),
            **about.said,
        )

    @router.post("/{number}/draft")
    async def draft(number: Number, staff: WritesRules, database: TheDatabase, settings: TheSettings) -> Response:
        by = Person(staff.staff_id, staff.name)
        async with database.transaction() as tx:
            made = await draft_version(tx, about.kind, settings.clinic.id, number, by)
        return RedirectResponse(f"{about.address}/{made.number}", status_code=303)

    @router.post("/{number}/approve")
    async def approve(
        number: Number, staff: ApprovesRules, database: TheDatabase, settings: TheSettings, seen: Seen
    ) -> Response:
        by = Person(staff.staff_id, staff.name)
        async with database.transaction() as tx:
            await approve_version(tx, about.kind, settings.clinic.id, number, seen, by)
        return RedirectResponse(f"{about.address}/{number}", status_code=303)

    return router
