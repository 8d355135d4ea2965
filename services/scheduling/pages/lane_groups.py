"""What lanes that stand together have in common, in words: chairs by their room, people by their work."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from services.scheduling.domain.board import Lane
from services.scheduling.domain.clinic import ResourceKind

_KINDS = {ResourceKind.CHAIR: "Chairs", ResourceKind.CLINICIAN: "Clinicians", ResourceKind.NURSE_SEAT: "Nurses"}
IN_NO_ROOM = "Chairs in no room"


def grouped(lanes: Sequence[Lane]) -> Iterable[tuple[str, list[Lane]]]:
    """Heading and lanes, in their order. A clinic without rooms has chairs, and nobody wonders in which room."""
    has_rooms = any(lane.room for lane in lanes)
    for (kind, room), together in groupby(lanes, key=lambda lane: (lane.kind, lane.room)):
        roomless = IN_NO_ROOM if kind is ResourceKind.CHAIR and has_rooms else _KINDS[kind]
        yield room.name if room else roomless, list(together)
