"""What clients know of their commands, written down as operations/auditing/ledger.py reads it.

A command whose outcome is unknown is sent again under the same key until it is known; `tries` counts.
"""

import json
from collections import Counter
from pathlib import Path

from operations.auditing.ledger import Outcome
from shared.ids import uuid7


class Ledger:
    """Written as it happens, so that it says the truth whatever becomes of the one who writes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.first: Counter[tuple[str, Outcome]] = Counter()
        """Commands by name and by the outcome of their first try."""
        self._now: dict[str, Outcome] = {}
        path.touch()

    def note(self, command: str, key: str, outcome: Outcome, tries: int, **about: str) -> None:
        """Only what is new about a command is written."""
        if self._now.get(key) is outcome:
            return
        if key not in self._now:
            self.first[command, outcome] += 1
        self._now[key] = outcome
        line = {"key": key, "command": command, "outcome": outcome, "tries": tries, **about}
        with self.path.open("a") as file:
            file.write(json.dumps(line) + "\n")

    @property
    def open(self) -> int:
        """Commands whose outcome nobody knows yet."""
        return sum(outcome is Outcome.UNKNOWN for outcome in self._now.values())

    def figures(self) -> dict[str, int]:
        """Commands by the outcome of their first try, and by the last."""
        first = Counter(outcome for (_, outcome), count in self.first.items() for _ in range(count))
        return {
            "commands": len(self._now),
            **{f"first {outcome}": first[outcome] for outcome in Outcome},
            "failed": sum(outcome is Outcome.FAILED for outcome in self._now.values()),
            "still unknown": self.open,
        }


def new_key() -> str:
    return str(uuid7())
