"""What the forms of drafts have in common: the draft they change, and the revision that was on the page."""

from uuid import UUID

from fastapi import Request

from services.intake.domain.versions import Content, Version
from services.intake.pages.staff_versions import MOST
from services.intake.problems import NotADraft
from services.intake.store import versions
from services.intake.store.version_kinds import Kind
from shared.database import Transaction

Fields = list[tuple[str, str]]


async def draft_of(tx: Transaction, kind: Kind[Content], clinic_id: UUID, number: int) -> Version[Content]:
    """Raises VersionNotFound, NotADraft."""
    version = await versions.get(tx, kind, clinic_id, number)
    if not version.is_draft:
        raise NotADraft
    return version


async def sent_by(request: Request) -> tuple[Fields, int]:
    """The fields, and the revision that was on the page: 0, which no draft ever has, when the form is not one of ours."""
    fields = [(name, value) for name, value in (await request.form()).multi_items() if isinstance(value, str)]
    typed = dict(fields).get("seen", "")
    return fields, int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= len(str(MOST)) else 0
