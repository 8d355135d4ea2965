"""When somebody was born: a day that is possible, and whether they are of age."""

from datetime import date

from services.intake.domain.refusal import NotPossible

OF_AGE = 18
OLDEST = 120


class UnderAge(Exception):
    """The clinic treats adults. No mistake: a refusal that comes with other help."""


def born_on(typed: str, today: date) -> date:
    """`today` is the clinic's. Raises NotPossible, UnderAge."""
    try:
        born = date.fromisoformat(typed)
    except ValueError:
        raise NotPossible("Write a date that exists, as year-month-day, such as 1984-07-19.") from None
    if born > today:
        raise NotPossible("This day has not come yet. Write the day of birth.")
    if (age := age_on(born, today)) > OLDEST:
        raise NotPossible(f"This would make an age of {age}. Check the year.")
    if age < OF_AGE:
        raise UnderAge
    return born


def age_on(born: date, today: date) -> int:
    """In full years. Who was born on 29 February has a birthday on 1 March in other years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
