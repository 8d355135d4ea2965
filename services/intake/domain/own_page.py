"""Where a patient's own page stands. Its address says the language, for nothing else tells it while the keyring is away."""

from services.intake.domain.words import ENGLISH

_PLACE = "/r/"


def own_page(token: str, language: str) -> str:
    """`/r/<token>` is English, as it always was; `/r/<token>/es` is Spanish."""
    return f"{_PLACE}{token}" if language == ENGLISH else f"{_PLACE}{token}/{language}"


def in_language(link: str, language: str) -> str:
    """The same page by a whole link of ours, in another language."""
    site, _, rest = link.rpartition(_PLACE)
    return site + own_page(rest.partition("/")[0], language)
