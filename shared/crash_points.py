"""Places where a test may kill the process, to see what the rest makes of it.

`CRASH_AT=after_publish_before_mark` kills at the first time that point is passed, with `:3` behind it at the third.
Without that variable, which nothing but tests sets, a point does nothing.
"""

import os
import signal

_point, _, _nth = os.environ.get("CRASH_AT", "").partition(":")
_passes_left = int(_nth or "1")


def crash_point(name: str) -> None:
    """Dies here as if power had failed, when a test asked for it: nothing is flushed, closed or said."""
    global _passes_left
    if name == _point:
        _passes_left -= 1
        if _passes_left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
