"""How often Python looks for garbage that refers to itself; all other garbage goes at once, by counting references.

Left alone it walks through every object of a busy process each second or two, modules and routes included, and for as
long as that takes (100 to 300 ms were seen) nothing is received and nobody is told anything.
"""

import gc
from typing import Final

_OBJECTS, _YOUNG_WALKS, _MIDDLE_WALKS = 20_000, 10, 50
SELDOM: Final = (_OBJECTS, _YOUNG_WALKS, _MIDDLE_WALKS)
"""New objects before the young are walked through, walks of those before the middle-aged, and of those before all."""


def settle() -> None:
    """Let what was made until now stay for good, and look through what is made later more seldom.

    Called once, when the process has everything it needs and before it has much to do: it takes as long as one walk.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
