"""Why the database could not do it, in words for whoever asked."""

from shared.database.failures import Contended, is_place

IN_OTHER_HANDS = "somebody else is changing the same thing"
_BUSY = {
    "40001": "two changes met, and one of them has to be made again",
    "40P01": "two changes waited for each other",
    "55P03": IN_OTHER_HANDS,
    "57014": "it took too long",
}
AWAY = "our database does not answer"
REASONS = frozenset({*_BUSY.values(), AWAY})


def place_failure(error: BaseException) -> str | None:
    """The reason when `error` is a failure of the place; None when it is about this request."""
    if not is_place(error):
        return None
    if isinstance(error, Contended):
        return IN_OTHER_HANDS
    state: str | None = getattr(error, "sqlstate", None)
    return _BUSY.get(state or "", AWAY)
