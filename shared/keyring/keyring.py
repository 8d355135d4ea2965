"""One key per patient, kept in a small database of its own, so that erasing a key erases the patient everywhere."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

import asyncpg
from tink import TinkError, aead, proto_keyset_format

from shared.aging_cache import AgingCache
from shared.clock import Clock
from shared.database.pool import open_pool
from shared.ids import uuid7
from shared.keyring.ciphers import PatientCipher
from shared.keyring.errors import KeyErased, KeyUnknown, SealBroken
from shared.keyring.new_key import new_key
from shared.keyring.reserve import KeyReserve
from shared.keyring.sealing import aead_of, secret_bytes
from shared.settings import Settings

ROLE = "chairside_keyring"
CACHE_FOR = timedelta(minutes=5)
"""How long another process may go on reading after an erasure."""
CACHE_SIZE = 10_000
POOL_SIZE = 4
ERASED_SQLSTATE = "CK001"
"""Raised by the trigger on `patient_key` (see migrations/0001_keys.py)."""


class Keyring:
    """Makes, finds and erases patients' keys. Failures of the place (asyncpg, time-outs) pass through as they are."""

    def __init__(self, pool: asyncpg.Pool, master_key: bytes, clock: Clock) -> None:
        self._pool = pool
        self._master = aead_of(master_key, "keyring")
        self._cache: AgingCache[UUID, PatientCipher] = AgingCache(clock, CACHE_FOR, CACHE_SIZE)
        self._reserve = KeyReserve(self._make, clock)

    @classmethod
    async def open(cls, settings: Settings, clock: Clock) -> "Keyring":
        """No connection is made yet: a service starts, and says what is wrong, also while the database is away.

        Raises ValueError when KEYRING_MASTER_KEY is missing or malformed.
        """
        master_key = secret_bytes(settings.keyring_master_key.get_secret_value(), "KEYRING_MASTER_KEY")
        pool = await open_pool(
            settings.keyring_url.get_secret_value(),
            role=ROLE,
            password=settings.keyring_password.get_secret_value(),
            schema="keyring",
            size=POOL_SIZE,
        )
        return cls(pool, master_key, clock)

    async def close(self) -> None:
        await self._pool.close()

    async def newcomer(self) -> PatientCipher:
        """A key for somebody who is not known yet, already committed; its `patient_id` is theirs from now on."""
        cipher = await self._reserve.take()
        self._cache.put(cipher.patient_id, cipher)
        return cipher

    async def create(self, patient_id: UUID) -> PatientCipher:
        """The patient's key, made now unless there is one. Raises KeyErased: an erased id never gets a new key."""
        cipher, wrapped = self._new_key(patient_id)
        try:
            made = await self._pool.fetchval(
                """
                insert into patient_key (patient_id, wrapped)
                values ($1, $2)
                    on conflict (patient_id) do nothing
                returning true
                """,
                patient_id,
                wrapped,
            )
        except asyncpg.PostgresError as error:
            if getattr(error, "sqlstate", None) == ERASED_SQLSTATE:
                raise KeyErased(patient_id) from None
            raise
        if not made:
            return await self.cipher(patient_id)
        self._cache.put(patient_id, cipher)
        return cipher

    async def cipher(self, patient_id: UUID) -> PatientCipher:
        """Raises KeyErased, KeyUnknown; SealBroken when the key was wrapped by another master key."""
        if (cached := self._cache.get(patient_id)) is not None:
            return cached
        row = await self._pool.fetchrow(
            """
            select (select wrapped from patient_key where patient_id = $1) as wrapped,
                   exists (select from erased where patient_id = $1) as erased
            """,
            patient_id,
        )
        if row is None or row["erased"]:
            raise KeyErased(patient_id)
        if row["wrapped"] is None:
            raise KeyUnknown(patient_id)
        return self._unwrap(patient_id, row["wrapped"])

    async def ciphers(self, patient_ids: Iterable[UUID]) -> dict[UUID, PatientCipher]:
        """For a page or a batch: one query for all; patients whose key is unknown or erased are left out."""
        wanted = set(patient_ids)
        found = self.remembered(wanted)
        if missing := wanted - found.keys():
            rows = await self._pool.fetch(
                """
                select patient_id, wrapped
                  from patient_key
                 where patient_id = any ($1::uuid[])
                   and patient_id not in (select patient_id from erased where patient_id = any ($1::uuid[]))
                """,
                list(missing),
            )
            found.update((row["patient_id"], self._unwrap(row["patient_id"], row["wrapped"])) for row in rows)
        return found

    def remembered(self, patient_ids: Iterable[UUID]) -> dict[UUID, PatientCipher]:
        """The keys of these patients that this process has used within CACHE_FOR; asks nobody."""
        found = {patient_id: self._cache.get(patient_id) for patient_id in patient_ids}
        return {patient_id: cipher for patient_id, cipher in found.items() if cipher is not None}

    async def erase(self, patient_id: UUID) -> None:
        """Destroy the key for good and remember the id. Erasing twice, or what never was, is no error.

        Other processes may read from their cache for CACHE_FOR more.
        """
        self._cache.drop(patient_id)
        await self.erase_again([patient_id])

    async def erase_again(self, patient_ids: Iterable[UUID] = ()) -> int:
        """After a restore: destroy the keys of all remembered ids and of these; returns how many keys had come back."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(
                """
                insert into erased (patient_id)
                select unnest($1::uuid[])
                 order by 1
                    on conflict (patient_id) do nothing
                """,
                list(patient_ids),
            )
            status = await connection.execute(
                "delete from patient_key where patient_id in (select patient_id from erased)"
            )
        return int(status.split()[-1])

    async def _make(self, count: int) -> list[PatientCipher]:
        """New keys under new ids, committed together."""
        keys = [self._new_key(uuid7()) for _ in range(count)]
        await self._pool.execute(
            "insert into patient_key (patient_id, wrapped) select * from unnest($1::uuid[], $2::bytea[])",
            [cipher.patient_id for cipher, _ in keys],
            [wrapped for _, wrapped in keys],
        )
        return [cipher for cipher, _ in keys]

    def _new_key(self, patient_id: UUID) -> tuple[PatientCipher, bytes]:
        """A key that is stored nowhere yet, and how it is to be stored."""
        primitive, wrapped = new_key(self._master, _identity(patient_id))
        return PatientCipher(patient_id, primitive), wrapped

    def _unwrap(self, patient_id: UUID, wrapped: bytes) -> PatientCipher:
        try:
            handle = proto_keyset_format.parse_encrypted(wrapped, self._master, _identity(patient_id))
        except TinkError:
            raise SealBroken(f"key of patient {patient_id}") from None
        cipher = PatientCipher(patient_id, handle.primitive(aead.Aead))
        self._cache.put(patient_id, cipher)
        return cipher


def _identity(patient_id: UUID) -> bytes:
    """Bound into the wrapped key, so that one patient's row cannot be put in place of another's."""
    return b"keyring.patient_key:" + patient_id.bytes
