"""Convolutional layers in NumPy, with the argument names and the results of PyTorch.

Pictures have shape (N, C, H, W): picture, channel, row, column. Weights have shape
(F, C // groups, kh, kw): output channel, input channel, row, column. The layers correlate, that is,
they do not flip the kernel. Wherever an argument belongs to rows and columns, one integer serves
both and a pair means (rows, columns). ``float32`` stays ``float32``; integers become ``float64``;
NaN and infinity spread to every output that sees them. A padding, stride or dilation that would add
far more zeros than there are values is refused.
"""

from convlib.layers.convolution import Gradients, conv2d, conv2d_backward, conv_transpose2d
from convlib.layers.pooling import avg_pool2d, max_pool2d, relu
from convlib.layers.sizes import output_size, receptive_field
from convlib.layers.windows import im2col

__all__ = [
    "Gradients",
    "avg_pool2d",
    "conv2d",
    "conv2d_backward",
    "conv_transpose2d",
    "im2col",
    "max_pool2d",
    "output_size",
    "receptive_field",
    "relu",
]
