"""When somebody was born: a day that is possible, and whether they are of age."""

from datetime import date

from services.intake.domain.refusal import NotPossible
from services.intake.domain.words import words

OF_AGE = 18
OLDEST = 120


class UnderAge(Exception):
    """The clinic treats adults. No mistake: a refusal that comes with other help."""


def born_on(typed: str, today: date) -> date:
    """`today` is the clinic's. Raises NotPossible, UnderAge."""
    try:
        born = date.fromisoformat(typed)
    except ValueError:
        raise NotPossible(
            words(
                "Write a date that exists, such as month 7, day 19, year 1984.",
                es="Escriba una fecha que exista, por ejemplo día 19, mes 7, año 1984.",
            )
        ) from None
    if born > today:
        raise NotPossible(
            words(
                "This day has not come yet. Write the day of birth.",
                es="Ese día no ha llegado todavía. Escriba el día del nacimiento.",
            )
        )
    if (age := age_on(born, today)) > OLDEST:
        raise NotPossible(
            words(
                f"This would make an age of {age}. Check the year.",
                es=f"Eso sería una edad de {age} años. Revise el año.",
            )
        )
    if age < OF_AGE:
        raise UnderAge
    return born


def age_on(born: date, today: date) -> int:
    """In full years. Who was born on 29 February has a birthday on 1 March in other years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
