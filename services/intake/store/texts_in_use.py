"""The texts that are shown now: read at the start, read again when a file changed, and kept when the new ones are bad."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from services.intake.store.site_texts import Language, TextsUnreadable, read_texts

LOOK_EVERY = 2.0
"""Seconds between two looks at the files: somebody who edits a text wants to see it, and a look costs little."""

log = structlog.get_logger()
State = tuple[tuple[str, int, int], ...]


class TextsInUse:
    """Raises TextsUnreadable when there is nothing good to begin with."""

    def __init__(self, folders: Sequence[Path], clock: Callable[[], float] = time.monotonic) -> None:
        self._folders = folders
        self._clock = clock
        self._looked_at = clock()
        self._state = _state(folders)
        self._languages = read_texts(folders)

    def languages(self) -> dict[str, Language]:
        """By name, English first. The same object until a file was changed to something that can be read."""
        if self._clock() - self._looked_at >= LOOK_EVERY:
            self._looked_at = self._clock()
            self._look()
        return self._languages

    def _look(self) -> None:
        state = _state(self._folders)
        if state == self._state:
            return
        self._state = state
        try:
            self._languages = read_texts(self._folders)
        except TextsUnreadable as error:
            log.error("site_texts_refused", reason=str(error))  # noqa: TRY400 - the reason says where; a trace says nothing more
        else:
            log.info("site_texts_read", count=len(self._languages))


def _state(folders: Sequence[Path]) -> State:
    """Which files there are, how long they are and when they were written."""
    seen: list[tuple[str, int, int]] = []
    for folder in folders:
        for path in folder.glob("*/*.toml"):
            try:
                found = path.stat()
            except OSError:
                continue  # it is just being replaced
            seen.append((str(path), found.st_mtime_ns, found.st_size))
    return tuple(sorted(seen))
