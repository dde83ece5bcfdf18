"""Alpha and correlations against SciPy, which the program itself does not need."""

import pytest
from scipy import stats  # type: ignore[import-untyped]

from wellbeing.domain.reliability import cronbach_alpha, f_quantile, pearson

# Alpha by its definition with NumPy's variances, the interval with SciPy's F.
ROWS = [(2, 3, 3), (4, 4, 5), (1, 2, 1), (5, 4, 5), (3, 3, 2), (2, 2, 4)]
PAIRS = [(1.0, 2.0), (2.0, 1.0), (3.0, 4.0), (4.0, 3.0), (5.0, 7.0), (6.0, 5.0)]


def test_alpha_has_feldts_interval():
    found = cronbach_alpha(ROWS)
    assert found is not None
    assert (found.value, found.low, found.high, found.people) == pytest.approx(
        (0.8861985472, 0.5179272968, 0.9828072519, 6)
    )


def test_a_correlation_has_fishers_interval():
    found = pearson(PAIRS)
    expected = stats.pearsonr(*zip(*PAIRS, strict=True))
    assert found is not None
    assert found.value == pytest.approx(expected.statistic)
    assert (found.low, found.high) == pytest.approx(expected.confidence_interval(0.95))


@pytest.mark.parametrize("freedom", [(3, 3), (9, 27), (29, 29), (59, 177), (499, 1497)])
@pytest.mark.parametrize("share", [0.025, 0.5, 0.975])
def test_quantiles_of_f_are_those_of_scipy(share, freedom):
    assert f_quantile(share, *freedom) == pytest.approx(stats.f.ppf(share, *freedom))


def test_there_is_no_figure_where_there_is_nothing_to_compute():
    assert cronbach_alpha([]) is None
    assert cronbach_alpha(ROWS[:3]) is None
    assert cronbach_alpha([(1,), (2,), (3,), (4,)]) is None
    assert cronbach_alpha([(1, 2)] * 6) is None
    assert pearson(PAIRS[:3]) is None
    assert pearson([(1.0, float(n)) for n in range(6)]) is None
    perfect = pearson([(float(n), 2.0 * n) for n in range(6)])
    assert perfect is not None
    assert perfect.value == pytest.approx(1)
