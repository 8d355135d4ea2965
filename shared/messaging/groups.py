"""Which rows of a partition are tried in one transaction: those that follow each other and that the reaction says fit."""

from collections.abc import Sequence

from shared.messaging.reactions import Together
from shared.messaging.rows import Row

MOST = 50
"""What is locked for the first of them is held until the last is done."""


def first_group(rows: Sequence[Row], together: Together | None) -> Sequence[Row]:
    """The rows at the beginning that are tried together; one alone where it does not fit."""
    count = 0
    for row in rows[:MOST]:
        if together is None or row.message is None or not together.fits(row.message):
            break
        count += 1
    return rows[: max(count, 1)]
