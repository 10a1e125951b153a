"""What a stop may name, and who may make or lift it."""

from hebah.foundation.errors import FieldsInvalid
from hebah.stops.model import LONGEST_REASON, WITH_SUBJECT, EverythingIsTheOwners, Scope, Target


def check(target: Target, reason: str) -> str:
    """The reason as it is kept; raises FieldsInvalid."""
    faults = {}
    if (target.subject is None) == (target.scope in WITH_SUBJECT):
        faults["subject"] = "required" if target.subject is None else "not_known"
    trimmed = " ".join(reason.split())
    if len(trimmed) > LONGEST_REASON:
        faults["reason"] = "too_long"
    if faults:
        raise FieldsInvalid(faults)
    return trimmed


def check_owner(scope: Scope, *, owns_installation: bool) -> None:
    """Everything is stopped and resumed by the installation's owner only; raises EverythingIsTheOwners."""
    if scope is Scope.EVERYTHING and not owns_installation:
        raise EverythingIsTheOwners
