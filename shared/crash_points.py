"""Places where a test may kill the process, to see what the rest makes of it.

| point | what is there, and what is not |
| --- | --- |
| before_command_commit | somebody asked for a change, and nothing of it is kept |
| after_command_commit | it is kept, with its events; nobody was answered, and the relay was not woken |
| after_publish_before_mark | events are in Kafka, and in the outbox they still wait |
| before_effect_commit | another service's event was handled; effect and position, one transaction, are both not kept |
| after_effect_commit | both are kept; Kafka was not told how far we are, which only displays of lag ask |
| after_smtp_accepted_before_mark | the mail server has the e-mail, and its row still says claimed |

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
