from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hebah.contacts.rules.columns import ColumnMapping, Field, guess_columns, map_columns
from hebah.contacts.rules.drafts import ConsentState, LeadDraft, RowFault, RowRefused
from hebah.contacts.rules.merge import DuplicateRule, collapse
from hebah.contacts.rules.rows import ImportDefaults, read_row
from hebah.foundation.tabular import open_table
from hebah.messaging.address import PhoneFault

FILE = """Bil;Nama Penuh;No. Telefon;Kategori;Status;Setuju;Tarikh Persetujuan;Bandar
1;Ali bin Abu;012-345 6789;gigi, rambut;Prospek;ya;01/05/2025;Ipoh
2;José;6,01234E+10;gigi;;ya;01/05/2025;
3;Siti;60198765432;;Pelanggan;tidak;;Johor
4;"Tan; Mei Ling";+65 9123 4567;gigi;mungkin;;;
5;Ali;+60123456789;vip;;;;Kuala Lumpur
6;Abu;0123456788;gigi;;ya;01/05/2031;
"""


def test_a_file_as_an_operator_has_it_becomes_leads_and_explained_refusals() -> None:
    table = open_table(FILE.encode("windows-1252"), "pelanggan.csv")
    guessed = guess_columns(table.header, [row.cells for row in table.rows()])
    mapping = map_columns(table.header, dict(enumerate(guessed)))
    assert isinstance(mapping, ColumnMapping)
    defaults = ImportDefaults(now=datetime(2025, 6, 1, tzinfo=UTC), zone=ZoneInfo("Asia/Kuala_Lumpur"))

    read = [read_row(row, mapping, defaults) for row in table.rows()]
    collapsed = collapse([row for row in read if isinstance(row, LeadDraft)], DuplicateRule.FILL_EMPTY)

    assert mapping.fields == (
        Field.IGNORE,
        Field.NAME,
        Field.PHONE,
        Field.NICHE,
        Field.STATUS,
        Field.CONSENT,
        Field.CONSENT_DATE,
        Field.VARIABLE,
    )
    assert [row for row in read if isinstance(row, RowRefused)] == [
        RowRefused(3, "No. Telefon", PhoneFault.SCIENTIFIC_NOTATION, "6,01234E+10"),
        RowRefused(5, "Status", RowFault.STATUS_UNKNOWN, "mungkin"),
        RowRefused(7, "Tarikh Persetujuan", RowFault.CONSENT_IN_FUTURE, "01/05/2031"),
    ]
    ali, siti = collapsed.drafts
    assert collapsed.duplicates == 1
    assert (ali.row_number, ali.facts.name, ali.facts.niches) == (2, "Ali bin Abu", ("gigi", "rambut", "vip"))
    assert (ali.facts.consent.state, siti.facts.consent.state) == (ConsentState.GRANTED, ConsentState.REFUSED)
    assert ali.facts.variables == {"bandar": "Ipoh"}
