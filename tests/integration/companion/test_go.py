"""The companion's own tests, in Go, against a real PostgreSQL with the newest schema."""

import pytest

from tests.integration.companion.conftest import Go


@pytest.mark.timeout(600)  # the first run compiles the libraries
def test_the_companions_own_tests_pass(go: Go, database_url: str) -> None:
    go("test", "-count=1", "./...", HEBAH_TEST_DATABASE_URL=database_url)
