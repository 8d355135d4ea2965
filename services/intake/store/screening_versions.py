"""The tables `screening_version` and `screening_act`."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg

from services.intake.domain.screening import RuleSet, RuleSetBroken
from services.intake.domain.screening.version import Approval, Version, VersionNotFound
from services.intake.store.shipped_rules import shipped_rules
from shared.database import Transaction


async def approved(tx: Transaction, clinic_id: UUID) -> list[Version]:
    rows = await tx.fetch("select * from screening_version where clinic_id = $1 and approved_at is not null", clinic_id)
    return [_version(row) for row in rows]


async def every(tx: Transaction, clinic_id: UUID) -> list[Version]:
    """The newest first. The one that came with the service is there before anybody has touched it."""
    rows = await tx.fetch("select * from screening_version where clinic_id = $1 order by version desc", clinic_id)
    found = [_version(row) for row in rows]
    return found if any(version.shipped for version in found) else [*found, _untouched()]


async def get(tx: Transaction, clinic_id: UUID, number: int) -> Version:
    """Raises VersionNotFound."""
    found = next((version for version in await every(tx, clinic_id) if version.number == number), None)
    if found is None:
        raise VersionNotFound(number)
    return found


async def lock(tx: Transaction, clinic_id: UUID, number: int) -> Version:
    """The version as it is now; nobody else changes it before this transaction ends. Raises VersionNotFound."""
    await _keep_shipped(tx, clinic_id)
    row = await tx.fetchrow(
        "select * from screening_version where clinic_id = $1 and version = $2 for no key update", clinic_id, number
    )
    if row is None:
        raise VersionNotFound(number)
    return _version(row)


async def lock_numbers(tx: Transaction, clinic_id: UUID) -> None:
    """Nobody else makes a version before this transaction ends: the numbers have no gaps and no twins."""
    await lock(tx, clinic_id, shipped_rules().version)


async def add(tx: Transaction, clinic_id: UUID, rules: RuleSet, based_on: int, made_by: UUID) -> Version:
    """A draft with the next number. Call `lock_numbers` first."""
    number = 1 + await tx.fetchval("select max(version) from screening_version where clinic_id = $1", clinic_id)
    draft = Version(number, rules.as_version(number), based_on, 1, made_by, tx.now)
    await tx.execute(
        """
        insert into screening_version (clinic_id, version, rules, based_on, made_by, made_at)
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


async def save_draft(tx: Transaction, clinic_id: UUID, draft: Version) -> None:
    await tx.execute(
        "update screening_version set rules = $3::text::jsonb, revision = $4 where clinic_id = $1 and version = $2",
        clinic_id,
        draft.number,
        _written(draft.readable()),
        draft.revision,
    )


async def save_approval(tx: Transaction, clinic_id: UUID, number: int, approval: Approval) -> None:
    await tx.execute(
        """
        update screening_version
           set approved_by = $3, approved_name = $4, approved_at = $5
         where clinic_id = $1 and version = $2
        """,
        clinic_id,
        number,
        approval.by,
        approval.name,
        approval.at,
    )


async def _keep_shipped(tx: Transaction, clinic_id: UUID) -> None:
    """The version that came with the service becomes a row as soon as something refers to it."""
    rules = shipped_rules()
    await tx.execute(
        """
        insert into screening_version (clinic_id, version, rules, made_at)
        values ($1, $2, $3::text::jsonb, $4)
            on conflict (clinic_id, version) do nothing
        """,
        clinic_id,
        rules.version,
        _written(rules),
        tx.now,
    )


def _untouched() -> Version:
    rules = shipped_rules()
    return Version(rules.version, rules, based_on=None, revision=1, made_by=None, made_at=None)


def _version(row: asyncpg.Record) -> Version:
    rules, fault = _read(row["rules"])
    if rules and rules.version != row["version"]:
        rules, fault = None, f"the rules say that they are version {rules.version}"
    approval = Approval(row["approved_by"], row["approved_name"], row["approved_at"]) if row["approved_at"] else None
    return Version(
        row["version"], rules, row["based_on"], row["revision"], row["made_by"], row["made_at"], approval, fault
    )


def _read(stored: Mapping[str, Any]) -> tuple[RuleSet | None, str]:
    try:
        return RuleSet.read(stored), ""
    except RuleSetBroken as broken:
        return None, str(broken)


def _written(rules: RuleSet) -> str:
    return json.dumps(rules.written(), ensure_ascii=False)
