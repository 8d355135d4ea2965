"""Many values in one parameter: a statement reads them with `jsonb_to_recordset`."""

import json
from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


def as_json(values: Iterable[Any]) -> str:
    """Frozen values with slots as a JSON array of objects; times as ISO 8601, ids as text."""
    return json.dumps([{name: getattr(value, name) for name in value.__slots__} for value in values], default=str)


def newest(values: Iterable[T], of: Callable[[T], Hashable], version: Callable[[T], Any]) -> list[T]:
    """One value a thing, its newest, in one order everywhere: two batches that lock the same rows never meet crosswise."""
    found: dict[Any, T] = {}
    for value in values:
        key = of(value)
        if key not in found or version(found[key]) < version(value):
            found[key] = value
    return [found[key] for key in sorted(found, key=str)]
