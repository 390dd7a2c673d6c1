"""What fails is tried again after ever longer pauses, however often it has failed."""

import pytest

from app.foundation.pauses import after_failures


@pytest.mark.parametrize(
    ("failures", "pause"), [(0, 0.5), (1, 1.0), (3, 4.0), (6, 30.0), (1024, 30.0), (10**9, 30.0)]
)
def test_pauses_double_up_to_the_longest_and_never_fail_themselves(
    failures: int, pause: float
) -> None:
    assert after_failures(failures, 0.5, 30.0) == pause
