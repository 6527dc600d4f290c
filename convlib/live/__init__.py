"""Live figures: ipywidgets controls linked in the browser to a view that computes and draws there.

Each figure is a class here and one self-contained ``.js`` file beside it. It works with a Python
kernel, on a static page, and as a still picture where neither is to be had.
"""

from convlib.live.kernel_lab import KernelLab
from convlib.live.step_through import StepThrough

__all__ = ["KernelLab", "StepThrough"]
