"""The facts of the second step: a code from an authenticator, asked for after the password."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hebah.foundation.errors import Conflict, Forbidden, Invalid, Unauthenticated

STEP_S: Final = 30
DIGITS: Final = 6
RECOVERY_CODES: Final = 10


@dataclass(frozen=True, slots=True)
class SecondStep:
    """What is stored of somebody's second step; `used` is the last time step a code was taken for."""

    salt: bytes
    is_on: bool
    used: int


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator needs to know, told until the second step is confirmed."""

    secret: str
    address: str


class SecondStepNeeded(Unauthenticated):
    """The password is right; now the code."""

    code = "second_step_needed"
    sentence = "Enter the code that your authenticator shows."


class CodeWrong(Invalid):
    """Not the code of this moment, or one that was used already."""

    code = "code_wrong"
    sentence = "This code is not right, or was used already."


class SecondStepMissing(Forbidden):
    """The workspace asks owners and admins for a second step, and this one has none."""

    code = "second_step_missing"
    sentence = "This workspace asks for a second step at sign-in. Set it up to continue."


class SecondStepState(Conflict):
    """It is on already, or was never begun."""

    code = "second_step_state"
    sentence = "The second step is not in a state that allows this."


class SecondStepFirst(Conflict):
    """Who asks others for a second step sets up their own first."""

    code = "second_step_first"
    sentence = "Set up your own second step first."
