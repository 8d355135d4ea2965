"""The tables of messaging, for each service's first migration."""

from pathlib import Path

MESSAGING_TABLES = (Path(__file__).parent / "sql" / "0001_messaging.sql").read_text()
