"""Where a redirect may lead: to a page of ours and nowhere else."""

import re
from urllib.parse import urlsplit

LONGEST = 2000
# Browsers drop tabs and newlines inside an address and read a backslash as a slash, so `/\t/evil` would leave us.
_UNSAFE = re.compile(r"[\x00-\x20\\\x7f]")


def local_path(value: str | None, otherwise: str = "/staff") -> str:
    """`value` when it is a path on this origin, else `otherwise`. A redirect to anywhere else is never made."""
    if (
        not value
        or len(value) > LONGEST
        or not value.startswith("/")
        or value.startswith("//")
        or _UNSAFE.search(value)
    ):
        return otherwise
    try:
        parts = urlsplit(value)
    except ValueError:
        return otherwise
    return otherwise if parts.scheme or parts.netloc else value
