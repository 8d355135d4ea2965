"""Somebody goes through the pages of a request over HTTP, faster than a browser draws them."""

from operations.player.browser import Browser, Page

MOST_PAGES = 60
BORN = {"born_year": "1984", "born_month": "7", "born_day": "19"}
SAYS = {
    "who": "self",
    **BORN,
    "consents": "contact-email-1",
    "agreed": "privacy-1",
    **{f"phq-9-{n}": "2" for n in range(1, 9)},
    "phq-9-9": "1",
}
"""By the name of the field; whatever else is asked is answered with no."""
LEFT_ALONE = {
    "revision",
    "form_key",
    "language",
    "weekdays",
    "day_parts",
    "not_before",
    "mobile",
    "call_when",
    "website",
}


async def walk(patients: Browser, name: str, email: str, reason: str, *, until: str) -> Page:
    """To the page of that name, which is not answered. With the reason depression, item 9 leads to the screener."""
    said = {**SAYS, "name": name, "email": email, "reasons": reason}
    page = await patients.open("/request/en")
    for _ in range(MOST_PAGES):
        if page.path.endswith(f"/{until}"):
            return page
        form = page.form(having="revision") if "/g/" in page.path else page.form(having="who")
        asked = form.offered - LEFT_ALONE
        page = await patients.send(form.fill(**{field: said.get(field, "no") for field in asked}))
    raise AssertionError(f"{until} never came: {page.path}")


async def send(patients: Browser, check: Page) -> Page:
    """From the page where everything is shown once more to the patient's own."""
    return await patients.send(check.form(action="/check"))
