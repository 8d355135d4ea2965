"""Several clinics in one schema, of which a connection sees one.

Every table with a `clinic_id` gets a policy: a session that names a clinic in the setting `chairside.clinic` sees, changes and
adds rows of this clinic only, whatever a statement asks for; an id of another clinic leads to nothing. A session that names
none sees all: consumers, whose events say whose they are, and operators' commands.

Policies are put in place by the job that migrates, and only where there are several clinics: they cost a comparison a row.
"""

import asyncpg

SETTING = "chairside.clinic"
APART_OTHERWISE = ("resource_booking",)
"""Without a policy: no page reads it but by clinic and by appointments it has found, nothing personal stands in it, and a
policy would keep its overlaps from being looked up by the index (`&&` might say something about rows that are not ours)."""

_UNGUARDED = """
select c.relname
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attname = 'clinic_id' and not a.attisdropped
 where c.relnamespace = current_schema()::regnamespace
   and c.relkind in ('r', 'p')
   and c.relname <> all($1::text[])
   and not c.relrowsecurity
 order by c.relname
"""
_GUARDED = """
select exists (
       select from pg_class
        where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and relrowsecurity)
"""


class ClinicsNotKeptApart(OSError):
    """The tables are not ready for several clinics: nothing is read or written until they are. Heals when they are."""


async def must_be_kept_apart(connection: asyncpg.Connection) -> None:
    """Raises ClinicsNotKeptApart when any table would show this session the rows of other clinics."""
    if open_to_all := await connection.fetch(_UNGUARDED, APART_OTHERWISE):
        raise ClinicsNotKeptApart(
            f"{', '.join(row['relname'] for row in open_to_all)} would show every clinic's rows: "
            "run `chairside migrate` with the same MORE_CLINICS"
        )


async def keep_apart(connection: asyncpg.Connection) -> None:
    """Puts the policies in place, as the schema's owner. Safe to repeat, and safe to run beside itself."""
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock(hashtext('chairside migrate'))")
        for row in await connection.fetch(_UNGUARDED, APART_OTHERWISE):
            table = '"' + row["relname"].replace('"', '""') + '"'
            await connection.execute(
                f"""
                create policy one_clinic on {table}
                 using (clinic_id = coalesce(nullif(current_setting('{SETTING}', true), '')::uuid, clinic_id));
                alter table {table} enable row level security;
                """
            )


async def are_kept_apart(connection: asyncpg.Connection) -> bool:
    """Whether several clinics were ever served from this schema."""
    return bool(await connection.fetchval(_GUARDED))
