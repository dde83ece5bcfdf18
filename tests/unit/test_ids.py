"""Identities."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from wellbeing.domain.ids import new_id

instants = st.datetimes(
    datetime(1980, 1, 1),  # noqa: DTZ001 (Hypothesis wants the zone apart)
    datetime(2200, 1, 1),  # noqa: DTZ001 (the same)
    timezones=st.just(UTC),
)


@given(instants)
def test_an_id_is_a_uuid_of_version_7_by_rfc_9562(now):
    found = new_id(now)
    assert (found.version, found.variant) == (7, "specified in RFC 4122")
    assert found.int >> 80 == int(now.timestamp() * 1000)


def test_later_ids_sort_later():
    now = datetime(2026, 11, 17, tzinfo=UTC)
    found = [new_id(now + timedelta(milliseconds=n)) for n in range(100)]
    assert found == sorted(found)


def test_ids_of_one_millisecond_differ():
    now = datetime(2026, 11, 17, tzinfo=UTC)
    assert len({new_id(now) for _ in range(10_000)}) == 10_000
