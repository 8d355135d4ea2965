"""Rows of one key leave in their order, whatever is acknowledged when; rows of different keys do not wait."""

from hypothesis import given
from hypothesis import strategies as st

from shared.messaging.key_order import KeyOrder

PLACES = "ABC"


def row(seq: int, key: str, *, topic: str = "said", safety: bool = False) -> dict[str, object]:
    return {"seq": seq, "key": key, "lane": ord(key[0]) % 64, "topic": topic, "safety": safety}


def ready(order: KeyOrder[str]) -> dict[str, list[int]]:
    return {place: [one["seq"] for one in line] for place, line in order.ready.items() if line}


def test_rows_of_one_key_to_one_place_may_share_a_batch():
    order: KeyOrder[str] = KeyOrder()
    order.add(row(1, "k"), "A")
    order.add(row(2, "k"), "A")

    assert ready(order) == {"A": [1, 2]}


def test_the_next_row_to_another_place_waits_for_the_acknowledgement():
    order: KeyOrder[str] = KeyOrder()
    order.add(row(1, "k"), "A")
    order.add(row(2, "k"), "B")
    order.add(row(3, "k"), "A")
    assert ready(order) == {"A": [1]}

    order.acknowledged(order.ready["A"].popleft())
    assert ready(order) == {"B": [2]}

    order.acknowledged(order.ready["B"].popleft())
    assert ready(order) == {"A": [3]}


def test_another_key_does_not_wait():
    order: KeyOrder[str] = KeyOrder()
    order.add(row(1, "k"), "A")
    order.add(row(2, "k"), "B")
    order.add(row(3, "other"), "B")

    assert ready(order) == {"A": [1], "B": [3]}


def test_a_row_about_safety_neither_waits_for_its_key_nor_holds_it_up():
    order: KeyOrder[str] = KeyOrder()
    order.add(row(1, "k"), "A")
    order.add(row(2, "k", topic="risk", safety=True), "B")
    order.add(row(3, "k"), "A")

    assert ready(order) == {"A": [1, 3], "B": [2]}


def test_dropping_a_lane_forgets_what_has_not_left_and_keeps_what_has():
    order: KeyOrder[str] = KeyOrder()
    for seq, place in enumerate("AAB", 1):
        order.add(row(seq, "k"), place)
    left = order.ready["A"].popleft()
    order.add(row(4, "other"), "A")

    dropped = order.drop({row(0, "k")["lane"]})

    assert sorted(one["seq"] for one in dropped) == [2, 3]
    assert ready(order) == {"A": [4]}
    order.acknowledged(left)
    assert ready(order) == {"A": [4]}


@given(
    st.lists(st.tuples(st.sampled_from("klm"), st.sampled_from(PLACES)), max_size=40),
    st.lists(st.tuples(st.sampled_from(PLACES), st.integers(1, 4), st.booleans()), max_size=200),
)
def test_any_course_of_batches_keeps_the_order_of_each_key(said, course):
    """One batch a place on its way, taken whole; reading, sending and answers mixed in any way."""
    order: KeyOrder[str] = KeyOrder()
    unread = [(row(seq, key), place) for seq, (key, place) in enumerate(said)]
    on_way: dict[str, list[dict[str, object]]] = {}
    arrived: list[dict[str, object]] = []

    def step(place: str, count: int, read: bool) -> None:
        if read and unread:
            order.add(*unread.pop(0))
        if place in on_way:
            batch = on_way.pop(place)
            arrived.extend(batch)  # the log takes the batch whole
            for one in batch:
                order.acknowledged(one)
        elif order.ready.get(place):
            line = order.ready[place]
            on_way[place] = [line.popleft() for _ in range(min(count, len(line)))]

    for place, count, read in course:
        step(place, count, read)
    while unread or on_way or ready(order):
        for place in PLACES:
            step(place, 3, True)

    assert len(arrived) == len(said)
    for key in "klm":
        seqs = [one["seq"] for one in arrived if one["key"] == key]
        assert seqs == sorted(seqs)
