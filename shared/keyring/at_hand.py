"""Keys for a page that is worth showing without names: those that can be had now, and whether the keyring was away.

A list without names still says what waits and since when. An error page in its place would hide a risk alert behind a
database that the alert does not need.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

import structlog

from shared.database.failures import is_place
from shared.keyring.ciphers import PatientCipher
from shared.keyring.keyring import Keyring

PATIENCE = 2.0
"""Seconds a page waits for names: it is looked at again within moments, and rows cannot wait."""
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class AtHand:
    """`away`: the keyring did not answer, so whoever is not among the keys may only be missing for the moment."""

    ciphers: Mapping[UUID, PatientCipher]
    away: bool = False


async def ciphers_at_hand(keyring: Keyring, patient_ids: Iterable[UUID]) -> AtHand:
    """Like `Keyring.ciphers`; while the keyring is away, those of them that are still remembered."""
    wanted = set(patient_ids)
    try:
        async with asyncio.timeout(PATIENCE):
            return AtHand(await keyring.ciphers(wanted))
    except Exception as error:
        if not is_place(error):
            raise
        log.warning("names_missing", failure=type(error).__name__)
        return AtHand(keyring.remembered(wanted), away=True)
