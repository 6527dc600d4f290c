"""Live figures: ipywidgets controls linked in the browser to a view that computes and draws there.

Each figure is a class here and one self-contained ``.js`` file beside it. It works with a Python
kernel, on a static page, and as a still picture where neither is to be had.

Each is imported when it is first used, so that a page loads its own figures only.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from convlib.live.challenges import Challenges as Challenges
    from convlib.live.conv_arithmetic import ConvArithmetic
    from convlib.live.discrete_slide import DiscreteSlide
    from convlib.live.draw_digit import DrawDigit
    from convlib.live.echo_room import EchoRoom
    from convlib.live.first_look import FirstLook
    from convlib.live.flip_and_slide import FlipAndSlide
    from convlib.live.kernel_lab import KernelLab
    from convlib.live.learn_kernel import LearnKernel
    from convlib.live.scale_space import ScaleSpace
    from convlib.live.spectrum_view import SpectrumView
    from convlib.live.step_through import StepThrough
    from convlib.live.tamper_cnn import TamperCNN
    from convlib.live.train_cnn import TrainCNN

__all__ = [
    "ConvArithmetic",
    "DiscreteSlide",
    "DrawDigit",
    "EchoRoom",
    "FirstLook",
    "FlipAndSlide",
    "KernelLab",
    "LearnKernel",
    "ScaleSpace",
    "SpectrumView",
    "StepThrough",
    "TamperCNN",
    "TrainCNN",
]

_MODULES = {
    "Challenges": "challenges",  # below a figure, and none itself
    "ConvArithmetic": "conv_arithmetic",
    "DiscreteSlide": "discrete_slide",
    "DrawDigit": "draw_digit",
    "EchoRoom": "echo_room",
    "FirstLook": "first_look",
    "FlipAndSlide": "flip_and_slide",
    "KernelLab": "kernel_lab",
    "LearnKernel": "learn_kernel",
    "ScaleSpace": "scale_space",
    "SpectrumView": "spectrum_view",
    "StepThrough": "step_through",
    "TamperCNN": "tamper_cnn",
    "TrainCNN": "train_cnn",
}


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
