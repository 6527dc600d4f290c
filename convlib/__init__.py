"""convlib: the package that the course on convolution computes with.

Mathematics only; figures are in `convlib.plots` and `convlib.live`, pictures and digits in
`convlib.data`, the network in `convlib.networks`. Import those by name: they need more packages.
"""

from convlib import kernels, layers
from convlib.continuous import convolve_functions
from convlib.discrete import convolve, correlate
from convlib.images import filter_image, to_grey, to_uint8

__all__ = [
    "convolve",
    "convolve_functions",
    "correlate",
    "filter_image",
    "kernels",
    "layers",
    "to_grey",
    "to_uint8",
]

__version__ = "0.1.0"
