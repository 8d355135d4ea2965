"""Somebody at the pages of a request: what they type where, so that it is taken."""

from datetime import date
from random import Random

from services.intake.domain.draft import ClinicRules
from services.intake.domain.guided.accept import Typed, accept
from services.intake.domain.guided.walk import Walk, item_of
from services.intake.domain.reasons import Reason
from services.intake.store.shipped_rules import shipped_rules

RULES = shipped_rules()
CLINIC = ClinicRules("Tern Street Clinic", "America/Denver", "US", "(303) 555-0142", date(2027, 3, 9))


def typed_on(slug: str, walk: Walk, person: Random) -> Typed:
    if found := item_of(slug):
        return {slug: [str(person.choice(found[1].choices).value)]}
    if slug == "safety" or slug.startswith("screener-"):
        return {slug: [person.choice(["yes", "no"])]}
    if slug.startswith("health-"):
        return {item.id: [person.choice(["yes", "no", "unsure"])] for item in walk.health_items(slug)}
    return {
        "who": {"who": [person.choice(["self", "other"])]},
        "helper": {"helper_name": ["Noa Bright"], "authority": [person.choice(["agreed", "legal"])]},
        "born": {"born_year": ["1984"], "born_month": ["7"], "born_day": ["19"]},
        "name": {"name": ["Ines Marchetti"]},
        "contact": {"email": ["ines@example.com"], "consents": ["contact-email-1"], "language": ["en"]},
        "reasons": {"reasons": person.sample(list(Reason), person.randint(1, len(Reason)))},
        "when": {},
        "consent": {"agreed": ["privacy-other-1" if walk.answers.for_another else "privacy-1"]},
    }[slug]


def accepted(walk: Walk, slug: str, typed: Typed) -> Walk:
    return Walk(walk.answers.with_page(slug, accept(slug, typed, walk, CLINIC)), walk.rules)
