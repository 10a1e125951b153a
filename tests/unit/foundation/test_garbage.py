"""Looking for garbage: what has started stays, and what comes later is still cleared away."""

import subprocess
import sys

# In a process of its own: what stays, stays until the process ends.
_LATER = """
import gc, weakref
from hebah.foundation import garbage

class Ring:
    def __init__(self): self.itself = self

began = [Ring() for _ in range(100)]
garbage.settle()
walked = {id(each) for each in gc.get_objects()}
assert not any(id(each) in walked for each in began), "what was there is walked through again"
gone = weakref.ref(Ring())
assert gone() is not None, "a ring keeps itself until somebody looks"
rings = [Ring() for _ in range(garbage.SELDOM[0] + 1)]
assert gone() is None, "nobody looks any more"
"""


def test_a_settled_process_walks_only_through_what_came_later_and_still_clears_rings_away() -> None:
    ended = subprocess.run([sys.executable, "-c", _LATER], capture_output=True, text=True)

    assert (ended.returncode, ended.stderr) == (0, "")
