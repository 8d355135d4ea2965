"""Of what there are versions: how a kind is read, which one came with the service, and where its versions are kept."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic

from shared.versions.life import Content


@dataclass(frozen=True, slots=True)
class Kind(Generic[Content]):
    """`table` begins the names of its two tables. `read` raises VersionBroken."""

    table: str
    read: Callable[[Mapping[str, Any]], Content]
    shipped: Callable[[], Content]
