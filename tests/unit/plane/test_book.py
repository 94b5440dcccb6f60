from __future__ import annotations

from pbx.plane.book import REST_S, PortBook


def test_pairs_begin_on_even_ports_and_stay_within_the_range() -> None:
    book = PortBook(10001, 10007)

    assert [book.take(0.0) for _ in range(4)] == [10002, 10004, 10006, None]
    assert (len(book), book.taken) == (3, 3)


def test_a_silent_pair_serves_again_after_a_rest_before_fresh_ones() -> None:
    book = PortBook(10000, 10009)
    book.take(0.0)
    book.give(10000, 0.0, silent=True)

    assert book.take(REST_S / 2) == 10002
    assert book.take(REST_S) == 10000


def test_a_pair_that_carried_audio_serves_again_as_late_as_possible() -> None:
    book = PortBook(10000, 10007)
    book.take(0.0)
    book.give(10000, 0.0, silent=False)

    assert [book.take(100.0) for _ in range(5)] == [10002, 10004, 10006, 10000, None]


def test_a_full_book_gives_a_silent_pair_without_its_rest() -> None:
    book = PortBook(10000, 10001)
    book.take(0.0)
    book.give(10000, 0.0, silent=True)

    assert book.take(0.0) == 10000
