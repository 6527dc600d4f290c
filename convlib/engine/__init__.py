"""The engine: how `convlib.convolve` computes its sums.

One call is a straight line. `plan` fixes everything that the kernel and the size of the signal
decide; `Plan.apply` then computes::

    plan.py        plan(h, shape, ...) -> Plan, Plan.apply(x) -> y
      choosing.py    which method is cheapest: steps counted, times the price of a step
      boundaries.py  continues a signal beyond its ends
      tiling.py      cuts a large answer into tiles, and shares them out among threads
      direct.py  separable.py  fft.py  overlap_add.py      the four methods
      nonfinite.py   mends the sums that hold NaN, infinity, or numbers too large

Every method computes a **box** of the full convolution ``y[n] = sum_k h[k] x[n - k]``, in which `x`
is zero beyond its ends: ``shape`` sums from ``start`` on, along each axis of the kernel. The axes
of the kernel are the last ones of the signal, and one axis before them counts pictures.

To read it, begin with `convlib.naive`, then `direct.py`, `plan.py`, and the rest as you like. The
engine imports nothing else of convlib but the checks of arguments.
"""

from convlib.engine.boundaries import BOUNDARIES, extend
from convlib.engine.choosing import PRICES, estimate, steps
from convlib.engine.direct import BLOCK
from convlib.engine.plan import METHODS, MODES, Plan, part_of_mode, plan
from convlib.engine.separable import rank_one_factors, required_factors
from convlib.engine.tiling import cores, in_this_thread

__all__ = [
    "BLOCK",
    "BOUNDARIES",
    "METHODS",
    "MODES",
    "PRICES",
    "Plan",
    "cores",
    "estimate",
    "extend",
    "in_this_thread",
    "part_of_mode",
    "plan",
    "rank_one_factors",
    "required_factors",
    "steps",
]
