"""Tables as files that people download: CSV or XLSX, written while they are read, in the memory of one page."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from litestar.response import Stream

from hebah.foundation.csv_out import BYTE_ORDER_MARK, csv_line
from hebah.foundation.pages import cut
from hebah.foundation.workbook_out import WorkbookOut

T = TypeVar("T")

PAGE_ROWS = 1000
"""How many rows are read and written at once."""

Rows = Sequence[Sequence[str]]


class SheetForm(StrEnum):
    """What kind of file."""

    CSV = "csv"
    XLSX = "xlsx"


_MEDIA_TYPES = MappingProxyType(
    {
        SheetForm.CSV: "text/csv; charset=utf-8",
        SheetForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)


async def sheet(name: str, form: SheetForm, header: Sequence[str], pages: AsyncIterator[Rows]) -> Stream:
    """The answer that lets a browser save the table as `name` with the ending of its form.

    The first page is read before the answer begins: what cannot be looked for is still refused in words.
    """
    first = await anext(pages, ())
    pages = _from(first, pages)
    written = _csv(header, pages) if form is SheetForm.CSV else _xlsx(header, pages)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return Stream(written, media_type=_MEDIA_TYPES[form], headers=headers)


async def pages_by_number(
    read: Callable[[int], Awaitable[Sequence[T]]], number: Callable[[T], int], line: Callable[[T], Sequence[str]]
) -> AsyncIterator[Rows]:
    """A list that goes on by a number, as pages of lines; `read` gives what follows a number, one more than a page."""
    after = 0
    while True:
        page, last = cut(await read(after), PAGE_ROWS)
        yield [line(each) for each in page]
        if last is None:
            return
        after = number(last)


async def _from(first: Rows, others: AsyncIterator[Rows]) -> AsyncIterator[Rows]:
    yield first
    async for rows in others:
        yield rows


async def _csv(header: Sequence[str], pages: AsyncIterator[Rows]) -> AsyncIterator[bytes]:
    yield (BYTE_ORDER_MARK + csv_line(header)).encode()
    async for rows in pages:
        yield "".join(map(csv_line, rows)).encode()


async def _xlsx(header: Sequence[str], pages: AsyncIterator[Rows]) -> AsyncIterator[bytes]:
    workbook = WorkbookOut(header)
    async for rows in pages:
        # Packing a page takes a while, and others want to be answered meanwhile.
        yield await asyncio.to_thread(workbook.write, rows)
    yield await asyncio.to_thread(workbook.finish)
