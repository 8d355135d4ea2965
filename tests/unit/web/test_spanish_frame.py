"""The words around a page are said in Spanish by intake, whose clinic may change them, and by everybody else: as one."""

import tomllib

from services.intake.store.site_texts import SHIPPED
from shared.web.problem_words import words_in


def test_every_service_says_around_a_page_what_intake_says():
    intake = tomllib.loads((SHIPPED / "es" / "frame.toml").read_text(encoding="utf-8"))

    assert words_in("es").frame.model_dump(exclude={"direction"}) == intake
