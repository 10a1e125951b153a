"""What an uploaded table is: its columns, its first rows, and a guess at what they mean."""

from hebah.contacts.rules.columns import guess_columns
from hebah.contacts.rules.plans import TableFacts
from hebah.foundation.tabular import TableLimits, open_table
from hebah.foundation.uploads import Received

LIMITS = TableLimits()
SAMPLE_ROWS = 20
_LONGEST_SHOWN = 200


def describe(received: Received, file_name: str, region: str) -> TableFacts:
    """What the file is, its first rows and a guess at its columns; raises the refusals of `tabular_parts`."""
    table = open_table(received.path, file_name, LIMITS)
    sample = []
    for row in table.rows():
        sample.append(row.cells[: len(table.header)])
        if len(sample) == SAMPLE_ROWS:
            break
    guess = guess_columns(table.header, sample, region)
    return TableFacts(
        file_name=file_name,
        sha256=received.sha256,
        size=received.size,
        kind=table.kind.value,
        encoding=table.encoding,
        delimiter=table.delimiter,
        columns=table.header,
        sample=tuple(tuple(cell[:_LONGEST_SHOWN] for cell in cells) for cells in sample),
        guess=dict(enumerate(guess)),
    )
