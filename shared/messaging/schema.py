"""The tables of messaging, a file for each change, for the migrations of every service."""

from pathlib import Path

_SQL = Path(__file__).parent / "sql"

MESSAGING_TABLES = (_SQL / "0001_messaging.sql").read_text()
SAFETY_FIRST = (_SQL / "0002_safety_first.sql").read_text()
REPAIR = (_SQL / "0003_repair.sql").read_text()
