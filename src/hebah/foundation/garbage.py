"""How often Python looks for garbage that refers to itself; all other garbage goes at once, by counting references.

Left alone it looks after 700 new objects. A batch of messages is more than that, so all it holds passes for long-lived,
and each second or two of a busy process every object is walked through: modules, routes, links and sessions. In a
gateway of 3,000 numbers that was a quarter of all it computed, and for 100 to 300 ms at a time nothing was received and
nobody was told anything.
"""

import gc
from typing import Final

_OBJECTS, _YOUNG_WALKS, _MIDDLE_WALKS = 50_000, 20, 50
SELDOM: Final = (_OBJECTS, _YOUNG_WALKS, _MIDDLE_WALKS)
"""New objects before the young are walked through, walks of those before the middle-aged, and of those before all."""


def settle() -> None:
    """Let what was made until now stay for good, and look through what is made later more seldom.

    Called once, when the process has everything it needs and before it has much to do: it takes as long as one walk.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
