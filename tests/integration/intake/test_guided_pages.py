"""The request page by page, as a browser without scripts sees it."""

from tests.integration.intake.guided_pages import Visitor


async def test_the_shortest_way_is_one_question_a_page_and_ends_in_a_request(intake):
    visitor = await Visitor(intake).begin()
    await visitor.walk_to("check")
    await visitor.press()

    assert visitor.at.startswith("/r/")
    assert await intake.count("consultation_request") == 1
