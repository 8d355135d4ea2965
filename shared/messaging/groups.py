"""Which rows of a partition are tried in one transaction: those that follow each other and that the reaction says fit."""

from collections.abc import Iterator, Sequence

from shared.messaging.reactions import Together
from shared.messaging.rows import Row

MOST = 50
"""What is locked for the first of them is held until the last is done, and when one is not like the others so many go one
by one."""


def in_groups(rows: Sequence[Row], together: Together | None) -> Iterator[list[Row]]:
    """All of them in their order; a row that does not fit is a group of its own."""
    group: list[Row] = []
    for row in rows:
        fits = together is not None and row.message is not None and together.fits(row.message)
        if group and (not fits or len(group) == MOST):
            yield group
            group = []
        if fits:
            group.append(row)
        else:
            yield [row]
    if group:
        yield group
