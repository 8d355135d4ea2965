"""Against bursts: one caller may change things only so fast. In memory, per process, no more than a first fence.

Caps per contact, which must hold across processes, are rows in Postgres and belong to the services.
"""

from collections import OrderedDict
from dataclasses import dataclass
from math import ceil
from time import monotonic
from typing import Protocol

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.web.answers import tell
from shared.web.client_address import UNKNOWN, client_address, network_of
from shared.web.crisis_lines import crisis_lines_here
from shared.web.origin_check import SAFE_METHODS
from shared.web.problems import Problem, description_of
from shared.web.staff_session import StaffGuard

EXEMPT = ("/internal/", "/hooks/")
"""Other services and providers come from few addresses, and each shows who it is by a signature."""
CALLERS = 10_000


class TooManyRequests(Problem):
    status = 429
    title = "That was many requests in a short time"
    what_to_do = (
        "Wait a moment, go back, and send it again: nothing you sent before is lost. "
        "If it is urgent, or happens again, call us and we do it together."
    )


class Ticks(Protocol):
    """Seconds that only go forward; `time.monotonic`."""

    def __call__(self) -> float: ...


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class TokenBuckets:
    """For each caller a bucket of `burst` tokens that refills by `rate` a second.

    The caller not seen for longest is forgotten first, which gives it a full bucket: a flood of addresses can make the
    fence lower, never the process larger.
    """

    def __init__(self, rate: float, burst: int, ticks: Ticks = monotonic, callers: int = CALLERS) -> None:
        self._rate = rate
        self._burst = burst
        self._ticks = ticks
        self._callers = callers
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, caller: str) -> float:
        """Take one token; 0 when there was one, else the seconds until there will be."""
        now = self._ticks()
        bucket = self._buckets.get(caller)
        if bucket is None:
            bucket = self._buckets[caller] = _Bucket(self._burst, now)
            if len(self._buckets) > self._callers:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(caller)
        bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.at) * self._rate)
        bucket.at = now
        if bucket.tokens < 1:
            return (1 - bucket.tokens) / self._rate
        bucket.tokens -= 1
        return 0

    def __len__(self) -> int:
        return len(self._buckets)


class BurstLimit:
    """Answers 429 with Retry-After when one caller sends unsafe requests faster than the bucket allows.

    A caller is a network address, or a signed-in member of staff: a whole clinic shares one address with the telephones
    in its waiting room, and nobody there may keep a nurse from recording.
    """

    def __init__(self, app: ASGIApp, buckets: TokenBuckets) -> None:
        self._app = app
        self._buckets = buckets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS and not scope["path"].startswith(EXEMPT):
            request = Request(scope)
            caller = _signed_in(request) or network_of(client_address(request))
            wait = self._buckets.take(caller) if caller != UNKNOWN else 0
            if wait:
                headers = {"Retry-After": str(ceil(wait))}
                members = {"in_crisis": crisis_lines_here(request)}
                response = tell(request, description_of(TooManyRequests), headers=headers, members=members)
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _signed_in(request: Request) -> str | None:
    guard: StaffGuard | None = getattr(request.app.state, "staff_guard", None)
    staff_id = guard.signed_in(request) if guard else None
    return f"staff {staff_id}" if staff_id else None
