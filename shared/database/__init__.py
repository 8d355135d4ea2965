"""Postgres for one service: a pool, transactions that carry events, roles, migrations."""

from shared.database.database import Database
from shared.database.transaction import Transaction

__all__ = ["Database", "Transaction"]
