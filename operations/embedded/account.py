"""Who a server runs as, and where that user can reach its files.

PostgreSQL refuses to run as root. Started by root, it runs as `nobody`, and then its programs and data must lie where
nobody may walk: a project below `/root` does not. We never open somebody else's directories for that; what cannot be
reached moves to a directory of our own.
"""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

OWN_PLACE = Path("/var/lib/chairside")


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int


def unprivileged() -> Account | None:
    """The account for a server that must not be root, or None when we are an ordinary user already."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)


def reachable(path: Path) -> bool:
    """Whether any user may walk down to `path` (which need not exist yet) and, if it exists, into it."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in [path, *path.parents] if folder.exists())


def own_place() -> Path:
    """Root's directory for what other users must reach."""
    OWN_PLACE.mkdir(mode=0o711, parents=True, exist_ok=True)
    return OWN_PLACE
