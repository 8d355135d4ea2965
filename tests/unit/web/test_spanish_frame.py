"""The words around a page are said by two services in Spanish: as one."""

import tomllib

from services.intake.store.site_texts import SHIPPED
from services.scheduling.pages.times_words import LANGUAGES


def test_scheduling_says_around_a_page_what_intake_says():
    intake = tomllib.loads((SHIPPED / "es" / "frame.toml").read_text(encoding="utf-8"))
    words = LANGUAGES["es"].frame.words

    assert {name: getattr(words, name) for name in words.model_fields_set} == {
        name: intake[name] for name in words.model_fields_set
    }
