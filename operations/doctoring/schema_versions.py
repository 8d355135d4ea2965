"""Does every schema stand where this release needs it?"""

from collections.abc import AsyncIterator

from operations.doctoring.finding import Finding
from operations.doctoring.system import System
from operations.migrate import revisions
from shared.database.roles import DATABASE, KEYRING_DATABASE, SERVICES
from shared.database.schema_version import chain, current

SCHEMAS = {**dict.fromkeys(SERVICES, DATABASE), "keyring": KEYRING_DATABASE}


async def schema_versions(system: System) -> AsyncIterator[Finding]:
    for name, database in SCHEMAS.items():
        known = chain(revisions(name))
        async with system.schema(name, database) as connection:
            found = await current(connection, name)
        about = f"schema {name}"
        if found == known.head:
            yield Finding(about, True, f"stands at {found}")
        elif known.suffices(found):
            yield Finding(about, True, f"stands at {found}, which a newer release made; this one knows {known.head}")
        else:
            yield Finding(
                about, False, f"stands at {found or 'nothing'}, {known.head} is needed: run `chairside migrate`"
            )
