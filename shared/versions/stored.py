"""The tables `…_version`, one a kind, all of one shape. Nothing but the name of a kind gets into a statement."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg

from shared.database import Transaction
from shared.versions.kind import Kind
from shared.versions.life import Approval, Content, Version, VersionBroken, Versioned, VersionNotFound


async def approved(tx: Transaction, kind: Kind[Content], clinic_id: UUID) -> list[Version[Content]]:
    rows = await tx.fetch(
        f"select * from {kind.table}_version where clinic_id = $1 and approved_at is not null", clinic_id
    )
    return [_version(kind, row) for row in rows]


async def every(tx: Transaction, kind: Kind[Content], clinic_id: UUID) -> list[Version[Content]]:
    """The newest first. The one that came with the service is there before anybody has touched it."""
    rows = await tx.fetch(f"select * from {kind.table}_version where clinic_id = $1 order by version desc", clinic_id)
    found = [_version(kind, row) for row in rows]
    return found if any(version.shipped for version in found) else [*found, _untouched(kind)]


async def get(tx: Transaction, kind: Kind[Content], clinic_id: UUID, number: int) -> Version[Content]:
    """Raises VersionNotFound."""
    found = next((version for version in await every(tx, kind, clinic_id) if version.number == number), None)
    if found is None:
        raise VersionNotFound(number)
    return found


async def lock(tx: Transaction, kind: Kind[Content], clinic_id: UUID, number: int) -> Version[Content]:
    """The version as it is now; nobody else changes it before this transaction ends. Raises VersionNotFound."""
    await _keep_shipped(tx, kind, clinic_id)
    row = await tx.fetchrow(
        f"select * from {kind.table}_version where clinic_id = $1 and version = $2 for no key update", clinic_id, number
    )
    if row is None:
        raise VersionNotFound(number)
    return _version(kind, row)


async def lock_numbers(tx: Transaction, kind: Kind[Content], clinic_id: UUID) -> None:
    """Nobody else makes a version before this transaction ends: the numbers have no gaps and no twins."""
    await lock(tx, kind, clinic_id, kind.shipped().version)


async def add(
    tx: Transaction, kind: Kind[Content], clinic_id: UUID, content: Content, based_on: int, made_by: UUID
) -> Version[Content]:
    """A draft with the next number. Call `lock_numbers` first."""
    number = 1 + await tx.fetchval(f"select max(version) from {kind.table}_version where clinic_id = $1", clinic_id)
    draft = Version(number, content.as_version(number), based_on, 1, made_by, tx.now)
    await tx.execute(
        f"""
        insert into {kind.table}_version (clinic_id, version, rules, based_on, made_by, made_at)
        values ($1, $2, $3::text::jsonb, $4, $5, $6)
        """,
        clinic_id,
        number,
        _written(draft.readable()),
        based_on,
        made_by,
        tx.now,
    )
    return draft


async def save_draft(tx: Transaction, kind: Kind[Content], clinic_id: UUID, draft: Version[Content]) -> None:
    await tx.execute(
        f"update {kind.table}_version set rules = $3::text::jsonb, revision = $4 where clinic_id = $1 and version = $2",
        clinic_id,
        draft.number,
        _written(draft.readable()),
        draft.revision,
    )


async def save_approval(tx: Transaction, kind: Kind[Content], clinic_id: UUID, number: int, approval: Approval) -> None:
    await tx.execute(
        f"""
        update {kind.table}_version
           set approved_by = $3, approved_name = $4, approved_at = $5
         where clinic_id = $1 and version = $2
        """,
        clinic_id,
        number,
        approval.by,
        approval.name,
        approval.at,
    )


async def _keep_shipped(tx: Transaction, kind: Kind[Content], clinic_id: UUID) -> None:
    """The version that came with the service becomes a row as soon as something refers to it."""
    shipped = kind.shipped()
    await tx.execute(
        f"""
        insert into {kind.table}_version (clinic_id, version, rules, made_at)
        values ($1, $2, $3::text::jsonb, $4)
            on conflict (clinic_id, version) do nothing
        """,
        clinic_id,
        shipped.version,
        _written(shipped),
        tx.now,
    )


def _untouched(kind: Kind[Content]) -> Version[Content]:
    shipped = kind.shipped()
    return Version(shipped.version, shipped, based_on=None, revision=1, made_by=None, made_at=None)


def _version(kind: Kind[Content], row: asyncpg.Record) -> Version[Content]:
    content, fault = _read(kind, row["rules"])
    if content and content.version != row["version"]:
        content, fault = None, f"the rules say that they are version {content.version}"
    approval = Approval(row["approved_by"], row["approved_name"], row["approved_at"]) if row["approved_at"] else None
    return Version(
        row["version"], content, row["based_on"], row["revision"], row["made_by"], row["made_at"], approval, fault
    )


def _read(kind: Kind[Content], stored: Mapping[str, Any]) -> tuple[Content | None, str]:
    try:
        return kind.read(stored), ""
    except VersionBroken as broken:
        return None, str(broken)


def _written(content: Versioned) -> str:
    return json.dumps(content.written(), ensure_ascii=False)
