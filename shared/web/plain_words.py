"""What is wrong with a value, in words for people: the field, the limit, what to do. Never the value itself."""

from collections.abc import Mapping
from typing import Any

from pydantic_core import ErrorDetails

_SENTENCES: dict[str, str] = {
    "missing": "Fill this in.",
    "string_type": "Write this as text.",
    "string_too_short": "Write at least {min_length} characters.",
    "string_too_long": "Write at most {max_length} characters.",
    "string_pattern_mismatch": "This is not written in the form that is needed here.",
    "string_unicode": "This contains characters that cannot be stored.",
    "too_short": "Choose at least {min_length}.",
    "too_long": "Choose at most {max_length}.",
    "int_parsing": "Write a whole number.",
    "int_type": "Write a whole number.",
    "int_from_float": "Write a whole number.",
    "float_parsing": "Write a number.",
    "float_type": "Write a number.",
    "decimal_parsing": "Write a number.",
    "finite_number": "Write a number.",
    "bool_parsing": "Answer yes or no.",
    "bool_type": "Answer yes or no.",
    "greater_than": "Write a number above {gt:.15g}.",
    "greater_than_equal": "Write a number of at least {ge:.15g}.",
    "less_than": "Write a number below {lt:.15g}.",
    "less_than_equal": "Write a number of at most {le:.15g}.",
    "enum": "Choose one of: {expected}.",
    "literal_error": "Choose one of: {expected}.",
    "date_parsing": "Write a date that exists, as year-month-day, such as 2027-03-09.",
    "date_from_datetime_parsing": "Write a date that exists, as year-month-day, such as 2027-03-09.",
    "date_from_datetime_inexact": "Write a date without a time, such as 2027-03-09.",
    "date_type": "Write a date that exists, as year-month-day, such as 2027-03-09.",
    "date_past": "Choose a date in the past.",
    "date_future": "Choose a date in the future.",
    "time_parsing": "Write a time that exists, such as 14:30.",
    "datetime_parsing": "Write a date and time that exist, such as 2027-03-09T14:30:00-07:00.",
    "datetime_from_date_parsing": "Write a date and time that exist, such as 2027-03-09T14:30:00-07:00.",
    "datetime_type": "Write a date and time that exist, such as 2027-03-09T14:30:00-07:00.",
    "timezone_aware": "Add the offset from UTC, such as -07:00.",
    "uuid_parsing": "This is not an id of ours.",
    "uuid_type": "This is not an id of ours.",
    "list_type": "Send a list.",
    "tuple_type": "Send a list.",
    "set_type": "Send a list.",
    "frozen_set_type": "Send a list.",
    "dict_type": "Send an object.",
    "model_type": "Send an object.",
    "model_attributes_type": "Send an object.",
    "extra_forbidden": "There is no such field.",
}


def say(error: ErrorDetails | Mapping[str, Any]) -> str:
    """One sentence for one pydantic error.

    A ValueError of our own validators speaks for itself: its author chose words that may be shown.
    """
    kind, context = error["type"], error.get("ctx") or {}
    if kind in ("value_error", "assertion_error"):
        cause = context.get("error")
        return str(cause) if cause is not None else "This value is not possible here."
    sentence = _SENTENCES.get(kind)
    return sentence.format_map(context) if sentence else "This value is not possible here."
