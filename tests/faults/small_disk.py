"""A disk so small that a test can fill it, and give the space back."""

import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from operations.embedded.postgres import EmbeddedPostgres

SIZE = 256
"""Megabytes: a new PostgreSQL and the clinic's data take 100."""
SETTINGS = {"min_wal_size": "32MB", "max_wal_size": "64MB"}
PIECE = b"\0" * 65536


class SmallDisk:
    """Mounted at `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    async def fill(self) -> None:
        """Not a byte is left, until somebody removes something. Not in a thread, which could fill it again afterwards."""
        with self._ballast.open("ab", buffering=0) as file:
            try:
                while file.write(PIECE):
                    pass
            except OSError:
                return

    def give_back(self) -> None:
        self._ballast.unlink(missing_ok=True)


@contextmanager
def small_disk() -> Iterator[SmallDisk]:
    """Needs the right to mount."""
    folder = Path(tempfile.mkdtemp(prefix="chairside-disk-"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}m,mode=711", "tmpfs", folder], check=True)
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def postgres_on(disk: SmallDisk) -> AsyncIterator[EmbeddedPostgres]:
    """A server whose data and log lie there."""
    async with EmbeddedPostgres(disk.folder / "postgres", settings=SETTINGS) as postgres:
        assert postgres.folder.stat().st_dev == disk.folder.stat().st_dev
        yield postgres
