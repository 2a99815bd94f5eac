"""Retry-After: the seconds for which an endpoint asks, as a number or as a date."""

from datetime import UTC, datetime

import pytest
from ansible_collections.sqs_k8s.jobs.plugins.module_utils.webhooks.http.retry_after import (
    seconds_of,
)
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 10, 21, 7, 28, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        ("Wed, 21 Oct 2026 07:30:00 GMT", 120.0),
        ("Wednesday, 21-Oct-26 07:30:00 GMT", 120.0),
        ("Wed Oct 21 07:30:00 2026", 120.0),
        ("Wed, 21 Oct 2026 07:00:00 GMT", 0.0),
        *((none, None) for none in (None, "", "soon", "-1", "1.5", "1e9", "9" * 30, "٣")),
        ("Wed, 99 Oct 2026 07:30:00 GMT", None),
    ],
)
def test_it_is_a_number_of_seconds_or_a_date_or_nothing(text, seconds):
    assert seconds_of(text, NOW) == seconds


@given(st.text())
def test_any_text_asks_for_some_seconds_or_none(text):
    seconds = seconds_of(text, NOW)

    assert seconds is None or seconds >= 0
