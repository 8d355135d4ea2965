"""Which revision a schema stands at, and whether this release can work on it.

Apart from the running of migrations: a service asks only this, and must not carry Alembic and SQLAlchemy for it
(30 MB and a second at each start).
"""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import asyncpg

from shared.database.connection import Connection

VERSION_TABLE = "schema_version"


@dataclass(frozen=True, slots=True)
class Chain:
    """The revisions that a release knows of one schema."""

    known: frozenset[str]
    head: str
    """The newest: the one that no other follows."""

    def suffices(self, found: str | None) -> bool:
        """Whether a schema that stands there has all that this release needs.

        One that stands at a revision we have never heard of was migrated by a newer release: it has everything of ours
        and more, because revisions only add (docs/decisions/0034).
        """
        return found is not None and (found == self.head or found not in self.known)


@cache
def chain(folder: Path) -> Chain:
    """The revisions in a folder, read once in a process."""
    followed: dict[str, str | None] = {}
    for file in folder.glob("*.py"):
        names = _constants(ast.parse(file.read_text(encoding="utf-8")))
        if "revision" in names:
            followed[names["revision"]] = names.get("down_revision")
    newest = followed.keys() - set(followed.values())
    if len(newest) != 1:
        raise LookupError(f"{folder} must hold one chain of revisions; without a follower: {sorted(newest)}")
    return Chain(frozenset(followed), newest.pop())


async def current(connection: Connection, schema: str) -> str | None:
    """The revision a schema stands at; None before its first migration."""
    try:
        return await connection.fetchval(f'select version_num from "{schema}".{VERSION_TABLE}')  # noqa: S608 - our own names
    except asyncpg.UndefinedTableError:
        return None


def _constants(module: ast.Module) -> dict[str, str]:
    """What the module's top level assigns in plain words: `a = "1"` and `a, b = "1", "2"`."""
    found: dict[str, str] = {}
    for statement in module.body:
        if not isinstance(statement, ast.Assign):
            continue
        target, value = statement.targets[0], statement.value
        pairs = [(target, value)]
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            pairs = list(zip(target.elts, value.elts, strict=True))
        for name, given in pairs:
            if isinstance(name, ast.Name) and isinstance(given, ast.Constant) and isinstance(given.value, str):
                found[name.id] = given.value
    return found
