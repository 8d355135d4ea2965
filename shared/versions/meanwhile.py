"""A draft was changed while its form was open elsewhere: whoever sends the older form has it again, beside what it would take
back, and decides."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from shared.database import Transaction
from shared.versions import acts, stored
from shared.versions.acts import KeptAct
from shared.versions.kind import Kind
from shared.versions.life import ChangedSinceSeen, Content, Difference, Version


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """`differs` goes from the draft as it is now to what was typed."""

    last: KeptAct
    differs: tuple[Difference, ...]


async def saved_unless_changed(
    tx: Transaction,
    kind: Kind[Content],
    clinic_id: UUID,
    number: int,
    saving: Awaitable[None],
    mine: Callable[[Content], Content],
    differences: Callable[[Content, Content], tuple[Difference, ...]],
) -> tuple[Version[Content], Meanwhile] | None:
    """None once `saving` is done. Otherwise the draft as it is now, and how it came to be so; `mine` puts what was typed into
    that one. Raises VersionNotFound, VersionBroken, and what saving raises but ChangedSinceSeen."""
    try:
        await saving
    except ChangedSinceSeen:
        now = await stored.get(tx, kind, clinic_id, number)
        done = await acts.of_version(tx, kind, clinic_id, number)
        return now, Meanwhile(done[0], differences(now.readable(), mine(now.readable())))
    return None
