"""How Python values look on the wire: camelCase JSON structs, injected arguments, snapshots with their event head."""

from datetime import MAXYEAR, MINYEAR, datetime
from typing import Annotated, Any, Final, TypeVar, dataclass_transform

import msgspec
from litestar import Response
from litestar.di import NamedDependency
from litestar.params import SkipValidation

EVENT_HEAD: Final = "X-Event-Head"

T = TypeVar("T")

# An instant as others write it: without its offset nobody could say which one it is.
Instant = Annotated[datetime, msgspec.Meta(tz=True)]

# What the application hands to a handler by name (`actor`, `db`, `clock`, …): trusted, so not validated again.
Injected = NamedDependency[SkipValidation[T]]


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class View(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Base of everything the API answers with."""


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class Input(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """Base of everything the API accepts; an unknown field is refused, so that a typing error never passes silently."""


def snapshot(view: T, head: int) -> Response[T]:
    """Answer with the topic's head, read before the view's data, so that whoever follows from it misses nothing."""
    return Response(view, headers={EVENT_HEAD: str(head)})


def is_instant(told: datetime) -> bool:
    """Whether what an address tells names its offset and lies within the calendar in every zone."""
    return told.tzinfo is not None and MINYEAR < told.year < MAXYEAR


def given(data: Input) -> dict[str, Any]:
    """The fields of a partial update that were sent, by their Python names."""  # Any: each field's own type
    sent = {name: getattr(data, name) for name in data.__struct_fields__}
    return {name: value for name, value in sent.items() if value is not msgspec.UNSET}
