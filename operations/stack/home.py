"""The folder that holds everything of one `chairside up`: data, secrets, logs, and a note of where it runs."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Running:
    """Where a running system is reached; `chairside demo` reads it."""

    pid: int
    url: str
    mail_url: str
    staff_email: str
    staff_password: str
    admin_dsn: str
    """Postgres, for an operator's commands."""
    bootstrap: str = ""
    """Kafka, for the same."""
    broker_kind: str = "kafka"
    services: dict[str, list[str]] = field(default_factory=dict)
    """Where each process of each service listens."""


@dataclass(frozen=True)
class Home:
    """By default `.chairside` below the current directory, or CHAIRSIDE_HOME."""

    folder: Path

    @property
    def postgres(self) -> Path:
        return self.folder / "postgres"

    @property
    def broker(self) -> Path:
        return self.folder / "broker"

    @property
    def mail(self) -> Path:
        return self.folder / "mail"

    @property
    def door(self) -> Path:
        return self.folder / "door"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def secrets(self) -> Path:
        return self.folder / "secrets.json"

    @property
    def processes(self) -> Path:
        return self.folder / "processes.json"

    def prepare(self) -> None:
        """Make the folders. As root, others may walk through them: PostgreSQL runs as another user."""
        self.folder.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        for folder in (self.mail, self.door, self.logs):
            folder.mkdir(mode=0o700, exist_ok=True)

    def note(self, running: Running) -> None:
        write_private(self._note, json.dumps(asdict(running), indent=2))

    def forget(self) -> None:
        self._note.unlink(missing_ok=True)

    def running(self) -> Running | None:
        """What the last `up` noted; whether it still runs, the lock of the folder tells."""
        try:
            return Running(**json.loads(self._note.read_text()))
        except (OSError, ValueError, TypeError):
            return None

    @property
    def _note(self) -> Path:
        return self.folder / "running.json"


def home_folder(asked: Path | None) -> Home:
    return Home((asked or Path(os.environ.get("CHAIRSIDE_HOME") or ".chairside")).absolute())


def write_private(path: Path, text: str) -> None:
    """Readable by its owner alone from the first byte on, and whole or not at all."""
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    unfinished.replace(path)
