"""The second factor of a check's user."""

import pytest

from scripts.users import one_time_code

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""`12345678901234567890` in base 32: the secret of RFC 6238's test vectors."""


@pytest.mark.parametrize(
    ("at", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]
)
def test_a_code_is_what_the_standard_says(at: int, code: str) -> None:
    assert one_time_code(SECRET, at=at) == code
