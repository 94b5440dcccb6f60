"""The E-model against figures of ITU-T G.107 and G.113."""

from __future__ import annotations

import pytest

from pbx.media import quality
from pbx.media.quality import G711_WITH_PLC, G711_WITHOUT_PLC, Path, judge, mos_of


def test_default_values_give_the_rating_that_the_recommendation_names() -> None:
    undisturbed = quality.SIGNAL_TO_NOISE - quality.SIMULTANEOUS - quality.delay_impairment(0.0)

    assert undisturbed == pytest.approx(93.2, abs=0.05)
    assert mos_of(93.2) == pytest.approx(4.41, abs=0.005)


@pytest.mark.parametrize(("rating", "mos"), [(90, 4.34), (80, 4.03), (70, 3.60), (60, 3.10), (50, 2.58)])
def test_the_bounds_of_user_satisfaction_are_those_of_annex_b(rating: float, mos: float) -> None:
    assert mos_of(rating) == pytest.approx(mos, abs=0.01)


@pytest.mark.parametrize(("rating", "mos"), [(-20, 1.0), (0, 1.0), (3, 1.0), (100, 4.5), (120, 4.5)])
def test_a_mos_never_leaves_its_scale(rating: float, mos: float) -> None:
    assert mos_of(rating) == mos


@pytest.mark.parametrize(
    ("codec", "percent", "impairment"),
    [
        (G711_WITHOUT_PLC, 0, 0.0),
        (G711_WITHOUT_PLC, 1, 17.9),
        (G711_WITHOUT_PLC, 2, 30.2),
        (G711_WITHOUT_PLC, 5, 51.1),
        (G711_WITH_PLC, 1, 3.6),
        (G711_WITH_PLC, 2, 7.0),
        (G711_WITH_PLC, 5, 15.8),
        (G711_WITH_PLC, 10, 27.1),
    ],
)
def test_random_loss_impairs_as_its_robustness_factor_says(
    codec: quality.CodecImpairment, percent: float, impairment: float
) -> None:
    assert quality.equipment_impairment(codec, percent / 100) == pytest.approx(impairment, abs=0.05)


def test_loss_in_bursts_impairs_more_than_the_same_loss_at_random() -> None:
    random, bursts = Path("PCMU", 0.05), Path("PCMU", 0.05, burst_ratio=2.0)

    assert judge(bursts).mos < judge(random).mos


def test_delay_alone_costs_little_up_to_100_ms_and_much_beyond_300() -> None:
    ratings = {delay: 93.36 - quality.delay_impairment(delay) for delay in (0, 100, 150, 300, 400)}

    assert ratings[0] - ratings[100] < 3
    assert ratings[100] - ratings[150] < 4
    assert ratings[300] < 80
    assert ratings[400] < 65


def test_a_path_is_delayed_by_its_network_its_packets_and_the_buffer_that_its_jitter_needs() -> None:
    assert quality.one_way_ms(Path("PCMU", 0, round_trip_ms=80, packet_ms=20, jitter_ms=20)) == 40 + 20 + 60
    assert quality.one_way_ms(Path("PCMU", 0, packet_ms=60)) == 60 + quality.SHORTEST_BUFFER_MS
    assert quality.buffer_ms(1000) == quality.LONGEST_BUFFER_MS


def test_listening_quality_knows_no_delay() -> None:
    near, far = judge(Path("PCMA", 0.01)), judge(Path("PCMA", 0.01, round_trip_ms=800))

    assert far.mos < near.mos < near.listening_mos == far.listening_mos


def test_a_good_call_is_good_and_a_broken_one_is_bad() -> None:
    assert judge(Path("PCMU", 0)).mos > 4.3
    assert judge(Path("PCMU", 0.5, burst_ratio=3.0, round_trip_ms=900, jitter_ms=100)).mos == 1.0


@pytest.mark.parametrize(
    ("lost", "runs", "expected", "ratio"),
    [(0, 0, 250, 1.0), (10, 10, 200, 1.0), (10, 2, 200, 4.75), (5, 0, 100, 1.0), (250, 1, 250, 1.0)],
)
def test_the_burst_ratio_compares_runs_with_those_of_random_loss(
    lost: int, runs: int, expected: int, ratio: float
) -> None:
    assert quality.burst_ratio(lost, runs, expected) == pytest.approx(ratio)
