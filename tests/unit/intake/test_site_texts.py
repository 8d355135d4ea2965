"""The words of the public site: complete in every language, plain, honest; a clinic may lay its own over them."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.intake.domain import site
from services.intake.domain.reasons import WORDS, Reason
from services.intake.domain.site import HOME, PAGES, REASONS, InfoPage, Text
from services.intake.store.site_texts import FILES, SHIPPED, Language, TextsUnreadable, read_texts
from services.intake.store.texts_in_use import LOOK_EVERY, TextsInUse
from shared.web.frame import TOKENS, FrameWords

SITE = read_texts([SHIPPED])
LANGUAGES = sorted(SITE)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A clinic's own folder, still empty."""
    return tmp_path


def write(folder: Path, file: str, words: str) -> None:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(words, encoding="utf-8")


def texts_of(said: Any) -> Iterator[Text]:
    if isinstance(said, Text):
        yield said
    elif isinstance(said, tuple):
        for one in said:
            yield from texts_of(one)
    elif isinstance(said, dict):
        yield from texts_of(tuple(said.values()))
    elif hasattr(type(said), "model_fields"):
        yield from texts_of(tuple(getattr(said, name) for name in type(said).model_fields))


def everything(language: Language) -> list[Text]:
    return list(texts_of((language.around, language.rulers, language.home, dict(language.pages))))


def sentences(page: Any) -> list[str]:
    whole = [text.words for text in texts_of(page)]
    return [one for text in whole for one in re.split(r"(?<=[.?:;])\s+(?=[A-ZÁÉÍÓÚ¿])", text) if one]


def keys(path: Path) -> set[str]:
    """`sections.safe.heading` and so on, of one file."""

    def under(raw: dict[str, Any], before: str = "") -> Iterator[str]:
        for key, value in raw.items():
            yield from under(value, f"{before}{key}.") if isinstance(value, dict) else [f"{before}{key}"]

    return set(under(tomllib.loads(path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_page_and_every_key(language):
    for file, model in FILES.items():
        needed = (
            set(FrameWords.model_fields) - {"direction"} if model is FrameWords else keys(SHIPPED / f"en/{file}.toml")
        )
        said = set(FrameWords.model_fields) if (model, language) == (FrameWords, "en") else None
        assert needed <= (said or keys(SHIPPED / language / f"{file}.toml")), f"{language}/{file}.toml"
    assert {text.language for text in everything(SITE[language])} == {language}


@pytest.mark.parametrize("language", LANGUAGES)
def test_lists_are_as_long_in_every_language(language):
    def lengths(one: Language) -> list[int]:
        return [len(list(texts_of(page))) for page in one.pages.values()]

    assert lengths(SITE[language]) == lengths(SITE["en"])


def test_english_calls_the_reasons_what_the_request_calls_them():
    for reason in Reason:
        page = SITE["en"].pages[reason]
        assert page.short is not None
        assert (page.title.words, page.short.words) == (WORDS[reason].patient, WORDS[reason].note)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_that_messages_may_carry_names_neither_treatment_nor_condition(language):
    telling = re.compile(r"ketamin|infusi|depress|depresi|suicid|psych|pain|dolor|drug|droga|mental", re.IGNORECASE)
    for name in (HOME, *PAGES):
        page = SITE[language].home if name == HOME else SITE[language].pages[name]
        if name not in REASONS:
            assert not telling.search(f"{name} {page.title.words}"), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_stands_before_the_words_about_suicide_and_nowhere_as_a_warning(language):
    with_crisis = [name for name, page in SITE[language].pages.items() if page.crisis]

    assert with_crisis == [Reason.SUICIDAL_IDEATION]
    assert "{crisis}" in SITE[language].pages[Reason.SUICIDAL_IDEATION].crisis[0].words


WEAK = {"en": "Weak evidence", "es": "Pruebas débiles"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_weak_evidence_is_called_weak(language):
    pain = SITE[language].pages[Reason.CHRONIC_PAIN].sections

    for kind in ("nerve", "fibromyalgia", "phantom"):
        assert pain[kind].text[0].words.startswith(WEAK[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_promised(language):
    promise = re.compile(r"guarante|miracle|proven|garanti|milagr|comprobad|100 ?%|risk-free|sin riesgo", re.IGNORECASE)

    assert not [text.words for text in everything(SITE[language]) if promise.search(text.words)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [HOME, *PAGES])
def test_sentences_are_short(language, name):
    page = SITE[language].home if name == HOME else SITE[language].pages[name]
    lengths = [len(sentence.split()) for sentence in sentences(page)]

    assert sum(lengths) / len(lengths) <= 13
    assert max(lengths) <= 36


def test_a_text_knows_the_same_tokens_as_the_frame():
    assert site.TOKENS == TOKENS


def test_what_a_language_does_not_say_is_said_in_english_and_known_to_be(own):
    write(own, "fr/visit.toml", 'title = "Une visite"\n[sections.rest]\nheading = "Repos"')

    french = read_texts([SHIPPED, own])["fr"]

    visit = french.pages["visit"]
    assert visit.title == Text("Une visite", "fr")
    assert visit.sections["rest"].heading == Text("Repos", "fr")
    assert visit.sections["rest"].text[0].language == "en"
    assert french.frame == FrameWords()
    assert french.pages["costs"] == SITE["en"].pages["costs"]


def test_a_clinic_writes_only_what_it_wants_to_say_otherwise(own):
    write(own, "en/costs.toml", 'note = "One visit costs $400."\n[sections.help]\nhidden = true')

    costs = read_texts([SHIPPED, own])["en"].pages["costs"]

    assert costs.note[0].words == "One visit costs $400."
    assert costs.title == SITE["en"].pages["costs"].title
    assert "help" not in dict(costs.shown_sections())
    assert next(iter(costs.sections)) == "ask"


def test_a_section_of_the_clinics_own_comes_after_the_others(own):
    write(own, "en/before.toml", '[sections.parking]\nheading = "Parking"\ntext = "Behind the house."')

    assert list(read_texts([SHIPPED, own])["en"].pages["before"].sections)[-1] == "parking"


@pytest.mark.parametrize(
    ("file", "words", "said"),
    [
        ("en/visit.toml", 'titel = "A visit"', "titel: "),
        ("en/visit.toml", "title = 3", "title: .*write this as text"),
        ("en/visit.toml", 'title = "A visit', "visit.toml: "),
        ("en/visit.toml", '[sections.new]\ntext = "No heading."', "sections.new.heading"),
        ("en/visit.toml", 'lead = "Call {telephone}"', "no setting is called {telephone}"),
        ("en/visit.toml", 'lead = "See [this](nowhere)"', "no page is called 'nowhere'"),
        ("en/visit.toml", '[sections.rest]\npoints = "one"', "write this as a list"),
        ("en/effects.toml", '[sections.common]\nfacts = [["one"]]', "write this as pairs"),
        ("en/effects.toml", "[sections.common]\nfacts = [1]", "write this as pairs"),
        ("en/visits.toml", 'title = "A visit"', "no page has this name"),
        ("es/frame.toml", 'crisis = "{oops}"', "no setting is called {oops}"),
        ("english/visit.toml", 'title = "A visit"', "named for its language"),
    ],
)
def test_what_cannot_be_read_says_which_file_and_what_is_wrong(own, file, words, said):
    write(own, file, words)

    with pytest.raises(TextsUnreadable, match=said) as refused:
        read_texts([SHIPPED, own])
    assert str(own) in str(refused.value)


def test_a_folder_that_is_not_there_ends_the_start(own):
    with pytest.raises(TextsUnreadable, match="cannot be read"):
        TextsInUse([SHIPPED, own / "nowhere"])


class Watch:
    """Time as the texts see it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def waits(self) -> None:
        self.now += LOOK_EVERY


def lead_of(texts: TextsInUse) -> str:
    page: InfoPage = texts.languages()["en"].pages["costs"]
    return page.lead.words


def test_a_change_is_seen_while_the_site_runs(own):
    watch = Watch()
    texts = TextsInUse([SHIPPED, own], watch)
    write(own, "en/costs.toml", 'lead = "Ask."')

    watch.waits()

    assert lead_of(texts) == "Ask."


def test_a_change_that_cannot_be_read_leaves_what_was_there(own):
    watch = Watch()
    write(own, "en/costs.toml", 'lead = "Ask."')
    texts = TextsInUse([SHIPPED, own], watch)
    write(own, "en/costs.toml", 'lead = "Ask')

    watch.waits()
    assert lead_of(texts) == "Ask."

    write(own, "en/costs.toml", 'lead = "Ask us."')
    watch.waits()
    assert lead_of(texts) == "Ask us."


def test_texts_that_did_not_change_are_not_read_again(own):
    watch = Watch()
    texts = TextsInUse([SHIPPED, own], watch)
    before = texts.languages()

    watch.waits()

    assert texts.languages() is before
