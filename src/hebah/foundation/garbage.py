"""How often the interpreter looks for garbage that only holds on to itself. All else is freed without looking."""

import gc

_SURPLUS = 50_000
_YOUNG_LOOKS = 20
_MIDDLE_LOOKS = 50


def look_seldom() -> None:
    """For a process that holds much for long and works in batches, from now on.

    By default the interpreter looks after 700 new objects. A batch is more than that, so all it holds passes for
    long-lived, and whenever that has grown by a quarter, everything the process holds is walked over: links, sessions
    and lanes of thousands of devices. In a gateway of 3,000 that was a quarter of all it computed. Little of ours goes
    in circles; what does waits for 50,000 objects more than were freed, some ten megabytes.
    """
    gc.set_threshold(_SURPLUS, _YOUNG_LOOKS, _MIDDLE_LOOKS)
