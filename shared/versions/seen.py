"""What the forms of drafts have in common: the draft they change, the revision that was on the page, and what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import Request

from shared.database import Transaction
from shared.versions import stored
from shared.versions.kind import Kind
from shared.versions.life import Content, Version
from shared.versions.pages import MOST
from shared.versions.problems import NotADraft

Fields = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Mistakes:
    """What was typed, and a sentence for every field that is wrong."""

    errors: dict[str, str]
    typed: Mapping[str, Any]


async def draft_of(tx: Transaction, kind: Kind[Content], clinic_id: UUID, number: int) -> Version[Content]:
    """Raises VersionNotFound, NotADraft."""
    version = await stored.get(tx, kind, clinic_id, number)
    if not version.is_draft:
        raise NotADraft
    return version


async def sent_by(request: Request) -> tuple[Fields, int]:
    """The fields, and the revision that was on the page: 0, which no draft ever has, when the form is not one of ours."""
    fields = [(name, value) for name, value in (await request.form()).multi_items() if isinstance(value, str)]
    typed = dict(fields).get("seen", "")
    return fields, int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= len(str(MOST)) else 0
