"""What one look has shown."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """`about` names what was looked at; `words` say how it is and, when it is not well, what to do."""

    about: str
    well: bool
    words: str
