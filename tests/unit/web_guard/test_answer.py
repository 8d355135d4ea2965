"""An answer that is kept comes out as it went in."""

from hypothesis import given
from hypothesis import strategies as st

from shared.web.idempotency import Answer

HEADERS = st.dictionaries(st.sampled_from(["Location", "ETag"]), st.text("abc/-_\n", max_size=20))


@given(st.integers(200, 599), st.binary(max_size=200), st.sampled_from(["application/json", "text/html", ""]), HEADERS)
def test_bytes_and_back(status, body, media_type, headers):
    answer = Answer(status, body, media_type, headers)

    assert Answer.from_bytes(answer.to_bytes()) == answer


def test_a_form_is_answered_with_the_way_to_its_result():
    response = Answer.see_other("/r/abc").response()

    assert (response.status_code, response.headers["location"]) == (303, "/r/abc")


def test_an_answer_with_personal_data_is_not_cached():
    response = Answer(201, b"{}", headers={"Location": "/x"}).response()

    assert response.headers["cache-control"] == "no-store"
    assert response.headers["location"] == "/x"
    assert response.headers["content-type"] == "application/json"
