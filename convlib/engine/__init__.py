"""The engine: how `convlib.convolve` computes its sums.

One call is a straight line: `plan` fixes what the kernel and the size of the signal decide, and
`Plan.apply` computes::

    planning.py      plan(h, shape, ...) -> Plan, Plan.apply(x) -> y
      boundaries.py    continues a signal beyond its ends
      choosing.py      which method is cheapest: steps counted, times the price of a step
      tiling.py        cuts a large answer into tiles, and shares them out among threads
      direct.py  separable.py  fft.py  overlap_add.py      the four methods
      nonfinite.py     mends the sums that hold NaN, infinity, or numbers too large

Every method computes a **box** of the full convolution ``y[n] = sum_k h[k] x[n - k]``, in which `x`
is zero beyond its ends: `shape` sums from `start` on, along each axis of the kernel. These are the
last axes of the signal, and one axis before them counts pictures.

To read it, begin with `convlib.naive`, then `direct.py`, `planning.py`, and the rest as you like.
Of convlib it imports only the names of types, and how many processors there are.
"""

from convlib.engine.boundaries import BOUNDARIES, extend
from convlib.engine.choosing import PRICES, estimate, steps
from convlib.engine.direct import BLOCK
from convlib.engine.planning import METHODS, Plan, plan
from convlib.engine.separable import rank_one_factors

__all__ = ["BLOCK", "BOUNDARIES", "METHODS", "PRICES", "Plan"]
__all__ += ["estimate", "extend", "plan", "rank_one_factors", "steps"]
