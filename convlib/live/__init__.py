"""Live figures: ipywidgets controls linked in the browser to a view that computes and draws there.

Each figure is a class here and one self-contained ``.js`` file beside it. It works with a Python
kernel, on a static page, and as a still picture where neither is to be had.
"""

from convlib.live.conv_arithmetic import ConvArithmetic
from convlib.live.discrete_slide import DiscreteSlide
from convlib.live.draw_digit import DrawDigit
from convlib.live.echo_room import EchoRoom
from convlib.live.flip_and_slide import FlipAndSlide
from convlib.live.kernel_lab import KernelLab
from convlib.live.learn_kernel import LearnKernel
from convlib.live.scale_space import ScaleSpace
from convlib.live.spectrum_view import SpectrumView
from convlib.live.step_through import StepThrough
from convlib.live.tamper_cnn import TamperCNN

__all__ = [
    "ConvArithmetic",
    "DiscreteSlide",
    "DrawDigit",
    "EchoRoom",
    "FlipAndSlide",
    "KernelLab",
    "LearnKernel",
    "ScaleSpace",
    "SpectrumView",
    "StepThrough",
    "TamperCNN",
]
