"""A draft as one form: it is saved as a whole, or stands there again with what is wrong, or beside what somebody changed
meanwhile."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic

from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import RedirectResponse

from shared.versions.acts import Person
from shared.versions.edit import edit_version
from shared.versions.kind import Kind
from shared.versions.life import Content, Difference, Version
from shared.versions.meanwhile import Meanwhile, saved_unless_changed
from shared.versions.pages import Number, StaffDependency
from shared.versions.problems import ChangedSinceSeen, NotADraft, VersionBroken, VersionNotFound
from shared.versions.seen import Fields, Mistakes, draft_of, sent_by
from shared.web.dependencies import TheDatabase, ThePages, TheSettings
from shared.web.problems import problems as may_refuse
from shared.web.staff_session import StaffSession
from shared.web.templating import Pages


@dataclass(frozen=True, slots=True)
class EditPages(Generic[Content]):
    """`address` is that of the versions. `read` is given the draft as it is now, beside the fields; `said` is what else the
    template shows."""

    kind: Kind[Content]
    writes: StaffDependency
    address: str
    template: str
    typed_of: Callable[[Content], Mapping[str, Any]]
    read: Callable[[Fields, Content], Content | Mistakes]
    differences: Callable[[Content, Content], tuple[Difference, ...]]
    said: Mapping[str, Any] = field(default_factory=dict)

    def shown(
        self,
        pages: Pages,
        staff: StaffSession,
        version: Version[Content],
        typed: Mapping[str, Any],
        *,
        seen: int,
        errors: Mapping[str, str] | None = None,
        meanwhile: Meanwhile | None = None,
    ) -> Response:
        return pages.page(
            self.template,
            status=422 if errors else 409 if meanwhile else 200,
            staff=staff,
            version=version,
            typed=typed,
            seen=seen,
            errors=dict(errors or {}),
            meanwhile=meanwhile,
            **self.said,
        )


def edit_routes(about: EditPages[Content]) -> APIRouter:
    """The routes of one kind."""
    router = APIRouter(
        prefix=about.address + "/{number}/edit",
        include_in_schema=False,
        responses=may_refuse(VersionNotFound, NotADraft, ChangedSinceSeen, VersionBroken),
    )

    @router.get("")
    async def form(
        number: Number,
        staff: Annotated[StaffSession, Depends(about.writes)],
        pages: ThePages,
        database: TheDatabase,
        settings: TheSettings,
    ) -> Response:
        async with database.transaction(read_only=True) as tx:
            version = await draft_of(tx, about.kind, settings.clinic.id, number)
        return about.shown(pages, staff, version, about.typed_of(version.readable()), seen=version.revision)

    @router.post("")
    async def save(
        number: Number,
        request: Request,
        staff: Annotated[StaffSession, Depends(about.writes)],
        pages: ThePages,
        database: TheDatabase,
        settings: TheSettings,
    ) -> Response:
        fields, seen = await sent_by(request)
        by, clinic_id = Person(staff.staff_id, staff.name), settings.clinic.id
        async with database.transaction() as tx:
            version = await draft_of(tx, about.kind, clinic_id, number)
            changed = about.read(fields, version.readable())
            if isinstance(changed, Mistakes):
                return about.shown(pages, staff, version, changed.typed, seen=seen, errors=changed.errors)
            saving = edit_version(tx, about.kind, clinic_id, number, changed, seen, by)
            met = await saved_unless_changed(
                tx, about.kind, clinic_id, number, saving, lambda _: changed, about.differences
            )
        if met is not None:
            now, meanwhile = met
            return about.shown(pages, staff, now, about.typed_of(changed), seen=now.revision, meanwhile=meanwhile)
        return RedirectResponse(f"{about.address}/{number}", status_code=303)

    return router
