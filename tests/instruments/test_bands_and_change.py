"""Published bands, norms and reliable change."""

import pytest

from wellbeing.instruments.change import (
    CERTAIN_90,
    CERTAIN_95,
    change_needed,
    reliable_change,
    standard_error,
)
from wellbeing.instruments.model import Coefficient
from wellbeing.instruments.registry import find_instrument, instruments
from wellbeing.instruments.scoring import bands_of

LOW, MODERATE, HIGH = "low", "moderate", "high"
PROQOL = ("compassion_satisfaction", "burnout", "secondary_trauma")


def band(scale_id, value):
    found = bands_of(find_instrument(scale_id.split("_")[0]).scale(scale_id), value)
    return None if found is None else found.name


@pytest.mark.parametrize("scale", PROQOL)
@pytest.mark.parametrize(
    ("value", "name"),
    [(10, LOW), (22, LOW), (23, MODERATE), (41, MODERATE), (42, HIGH), (50, HIGH)],
)
def test_the_handout_bands_of_proqol(scale, value, name):
    assert band(f"proqol5_{scale}", value) == name


# Bride 2007; 28 belongs to the second band.
@pytest.mark.parametrize(
    ("value", "name"),
    [
        (17, "little or none"),
        (27, "little or none"),
        (28, "mild"),
        (37, "mild"),
        (38, "moderate"),
        (43, "moderate"),
        (44, "high"),
        (48, "high"),
        (49, "severe"),
        (85, "severe"),
    ],
)
def test_the_bands_of_the_secondary_trauma_scale(value, name):
    assert band("stss_total", value) == name


# PhenX 251401; whole responses go in sixths, so 17/6 is low and 26/6 is high.
@pytest.mark.parametrize(
    ("value", "name"),
    [
        (2.99, LOW),
        (17 / 6, LOW),
        (3.0, "normal"),
        (4.3, "normal"),
        (25 / 6, "normal"),
        (4.31, HIGH),
        (26 / 6, HIGH),
    ],
)
def test_the_bands_of_resilience(value, name):
    assert band("brs_resilience", value) == name


# Topp et al. 2015: 50 and below. A scorer in circulation takes (raw - 5) * 4 instead.
@pytest.mark.parametrize(
    ("value", "name"),
    [
        (0, "low well-being"),
        (48, "low well-being"),
        (52, "above the line"),
        (100, "above the line"),
    ],
)
def test_the_line_of_well_being(value, name):
    assert band("who5_wellbeing", value) == name


# User manual 2.0, Flanders.
@pytest.mark.parametrize(
    ("scale", "value", "name"),
    [
        ("bat23_total", 59 / 23, "not at risk"),
        ("bat23_total", 60 / 23, "at risk"),
        ("bat23_total", 69 / 23, "at risk"),
        ("bat23_total", 70 / 23, "very likely burnt out"),
        ("bat23_exhaustion", 24 / 8, "not at risk"),
        ("bat23_exhaustion", 25 / 8, "at risk"),
        ("bat23_exhaustion", 27 / 8, "very likely burnt out"),
        ("bat23_cognitive_impairment", 13 / 5, "not at risk"),
        ("bat23_cognitive_impairment", 14 / 5, "at risk"),
        ("bat23_cognitive_impairment", 16 / 5, "very likely burnt out"),
        ("pfi_burnout", 1.3, "below the cut-off"),
        ("pfi_burnout", 1.4, "at or above the cut-off"),
        ("burnout1_burnout", 2, "below the cut-off"),
        ("burnout1_burnout", 3, "at or above the cut-off"),
    ],
)
def test_the_other_cut_offs_that_could_be_checked(scale, value, name):
    assert band(scale, value) == name


# No official cut-offs (CBI, OLBI, PSS), or sources that disagree (the other three).
@pytest.mark.parametrize(
    "scale",
    [
        "cbi_personal",
        "cbi_work",
        "cbi_client",
        "olbi_disengagement",
        "olbi_exhaustion",
        "olbi_total",
        "pss10_stress",
        "pss4_stress",
        "ucla3_loneliness",
        "bat23_mental_distance",
        "bat23_emotional_impairment",
        "pfi_fulfilment",
    ],
)
def test_where_nobody_published_bands_there_are_none(scale):
    found = find_instrument(scale.split("_")[0]).scale(scale)
    assert found.bands is None
    assert bands_of(found, found.highest) is None


def test_no_score_has_no_band_and_neither_has_one_between_two_bands():
    scale = find_instrument("proqol5").scale("proqol5_burnout")
    assert bands_of(scale, None) is None
    assert bands_of(scale, float("nan")) is None
    assert bands_of(scale, 22.5) is None


@pytest.mark.parametrize("value", [9.9, 50.1, -1])
def test_a_score_that_cannot_be_has_no_band_but_a_fault(value):
    scale = find_instrument("proqol5").scale("proqol5_burnout")
    with pytest.raises(ValueError, match="lies between 10 and 50"):
        bands_of(scale, value)


def test_every_whole_score_of_a_sum_with_bands_has_one():
    for instrument in instruments():
        for scale in instrument.scales:
            if scale.bands and scale.method == "sum":
                values = range(int(scale.lowest), int(scale.highest) + 1)
                assert all(bands_of(scale, v) for v in values), scale.id


# Jacobson & Truax 1991: SD 7.5, r .80, 32.5 to 47.5; printed 3.35, 4.74 and 3.16.
def test_the_published_example_of_reliable_change():
    assert round(standard_error(7.5, 0.80), 2) == 3.35
    assert round(change_needed(7.5, 0.80, 1), 2) == 4.74
    assert round(reliable_change(32.5, 47.5, 7.5, 0.80), 2) == 3.16
    assert reliable_change(47.5, 32.5, 7.5, 0.80) == -reliable_change(
        32.5, 47.5, 7.5, 0.80
    )


# Worked from the same formula by hand, with sample and alpha of the definitions.
@pytest.mark.parametrize(
    ("scale", "sem", "at_90", "at_95"),
    [
        ("proqol5_compassion_satisfaction", 2.25, 5.2, 6.2),
        ("proqol5_burnout", 2.70, 6.3, 7.5),
        ("proqol5_secondary_trauma", 2.48, 5.8, 6.9),
        ("cbi_personal", 6.0, 13.8, 16.5),
        ("cbi_work", 6.4, 14.8, 17.7),
        ("cbi_client", 6.8, 15.9, 18.9),
        ("stss_total", 2.9, 6.6, 7.9),
    ],
)
def test_norm_and_reliability_give_the_change_that_is_needed(scale, sem, at_90, at_95):
    found = find_instrument(scale.split("_")[0]).scale(scale)
    [alpha] = found.reliability
    assert alpha.coefficient is Coefficient.ALPHA
    figures = found.norms[0].sd, alpha.value
    assert standard_error(*figures) == pytest.approx(sem, abs=0.06)
    assert change_needed(*figures, CERTAIN_90) == pytest.approx(at_90, abs=0.06)
    assert change_needed(*figures, CERTAIN_95) == pytest.approx(at_95, abs=0.06)


# Trockel et al. 2018: retest .80, so 1.24 standard deviations at 95 %.
def test_the_retest_of_burnout_asks_for_1_24_standard_deviations():
    [retest, _] = find_instrument("pfi").scale("pfi_burnout").reliability
    assert retest.coefficient is Coefficient.RETEST
    assert change_needed(1.0, retest.value) == pytest.approx(1.24, abs=0.005)


@pytest.mark.parametrize(
    ("sd", "reliability"), [(0, 0.8), (-1, 0.8), (1, 1), (1, 1.2), (1, -0.1)]
)
def test_figures_that_cannot_be_are_refused(sd, reliability):
    with pytest.raises(ValueError, match="sd must be above 0"):
        reliable_change(1, 2, sd, reliability)
