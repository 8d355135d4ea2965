"""Times and days as the JSON API says that it takes them: written out. Read otherwise, a number would count from 1970."""

import re
from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator
from pydantic_core import PydanticKnownError

_BEGINS_WITH_A_DAY = re.compile(r"\s*\d{4}-\d\d-\d\d", re.ASCII)


def _is_written(value: object) -> bool:
    return isinstance(value, date) or (isinstance(value, str) and _BEGINS_WITH_A_DAY.match(value) is not None)


def _written_time(value: object) -> object:
    if not _is_written(value):
        raise PydanticKnownError("datetime_type")
    return value


def _written_day(value: object) -> object:
    if not _is_written(value):
        raise PydanticKnownError("date_type")
    return value


WrittenTime = Annotated[AwareDatetime, BeforeValidator(_written_time)]
WrittenDay = Annotated[date, BeforeValidator(_written_day)]
