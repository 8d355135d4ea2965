"""Puts given people in place: for the demo clinic, whose staff have fixed ids."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from services.notifications.domain.staff import Staff, email_key
from services.notifications.store import staff
from services.notifications.use_cases.say_staff import say_staff
from shared.database.transaction import Transaction
from shared.events.staff import Role


@dataclass(frozen=True, slots=True)
class Person:
    id: UUID
    email: str
    name: str
    roles: frozenset[Role]


async def set_up_staff(tx: Transaction, clinic_id: UUID, people: Iterable[Person], password_hash: str) -> int:
    """Adds who is missing and leaves everybody else alone, whatever was changed about them. Answers how many it added."""
    added = 0
    for person in people:
        if await staff.by_email(tx, email_key(person.email)) is not None:
            continue
        new = Staff(
            id=person.id,
            clinic_id=clinic_id,
            email=email_key(person.email),
            display_name=person.name,
            roles=person.roles,
            password_hash=password_hash,
            active=True,
            sessions_revoked_before=None,
            version=1,
        )
        await staff.add(tx, new, tx.now)
        await say_staff(tx, new)
        added += 1
    return added
