"""The page about transports says what the code says."""

from tests.contracts.table import PAGE, capability_table


def test_the_page_says_what_transports_can_do_now() -> None:
    assert capability_table() in PAGE.read_text(), "run make docs"
