"""The one family of errors that people and programs see: a stable code, data fields and a sentence.

Declare an error beside the feature that raises it; annotated fields become constructor arguments and the data of the
problem, and fill the sentence:

    class AlreadyRunning(Conflict):
        code = "campaign_already_running"
        sentence = "Campaign {campaign_id} is already running."
        campaign_id: UUID

    raise AlreadyRunning(campaign_id)

`code` is what the interface translates, so it never changes; fields must never hold message bodies or secrets.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, ClassVar, dataclass_transform


class Kind(StrEnum):
    """What sort of refusal an error is; `app.web` maps each to one HTTP status."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Problem:
    """An error as data, ready to be encoded at an edge."""

    code: str
    kind: Kind
    detail: str
    data: Mapping[str, object]


@dataclass_transform(eq_default=False)
class HebahError(Exception):
    """Base of every expected refusal or failure."""

    code: ClassVar[str] = "internal"
    kind: ClassVar[Kind] = Kind.INTERNAL
    sentence: ClassVar[str] = "Something went wrong."

    def __init_subclass__(cls, **arguments: Any) -> None:  # Any: passed through to object unread
        super().__init_subclass__(**arguments)
        dataclass(eq=False, repr=False)(cls)

    def data(self) -> dict[str, object]:
        """The fields by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]  # dataclass by __init_subclass__

    def to_problem(self) -> Problem:
        """This error as data for an edge to encode."""
        return Problem(code=self.code, kind=self.kind, detail=str(self), data=self.data())

    def __str__(self) -> str:
        return self.sentence.format(**self.data())

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code})"


class Invalid(HebahError):
    """What was asked cannot be understood or breaks a rule that does not depend on state."""

    code = "invalid"
    kind = Kind.INVALID
    sentence = "The request is not valid."


class FieldsInvalid(Invalid):
    """Named fields of the request break a rule; `fields` gives a stable code per field, in the API's spelling."""

    fields: Mapping[str, str]


class Unauthenticated(HebahError):
    """Nobody, or nobody we know, is asking."""

    code = "unauthenticated"
    kind = Kind.UNAUTHENTICATED
    sentence = "Sign in to continue."


class Forbidden(HebahError):
    """We know who is asking, and they may not."""

    code = "forbidden"
    kind = Kind.FORBIDDEN
    sentence = "You are not allowed to do this."


class NotFound(HebahError):
    """The thing does not exist, or not for the one who asks."""

    code = "not_found"
    kind = Kind.NOT_FOUND
    sentence = "There is no such thing here."


class Conflict(HebahError):
    """The thing is not in a state that allows this, or somebody else changed it first."""

    code = "conflict"
    kind = Kind.CONFLICT
    sentence = "This cannot be done in the present state."


class TooLarge(HebahError):
    """More than a stated limit allows in one piece."""

    code = "too_large"
    kind = Kind.TOO_LARGE
    sentence = "This is larger than allowed."


class TooMany(HebahError):
    """Asked more often than a stated limit allows; later is fine."""

    code = "too_many"
    kind = Kind.TOO_MANY
    sentence = "Too many requests. Try again later."


class Unavailable(HebahError):
    """Something this depends on does not answer now; nothing is wrong with the request."""

    code = "unavailable"
    kind = Kind.UNAVAILABLE
    sentence = "This is not available right now. Try again soon."
