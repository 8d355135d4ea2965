"""One owner per folder, for as long as the owner lives."""

import fcntl
import os
from pathlib import Path
from typing import IO

from operations.embedded.errors import FolderInUseError


class FolderLock:
    """A lock the kernel lets go when its holder dies, so that a kill leaves nothing to clean up by hand.

    Holding it means: whatever still runs in this folder has lost its owner and may be ended.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "lock"
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Raises FolderInUseError with the pid of the owner."""
        file = os.fdopen(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = file.read().strip() or "unknown"
            file.close()
            raise FolderInUseError(f"{self._path.parent} is in use by process {owner}") from None
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
