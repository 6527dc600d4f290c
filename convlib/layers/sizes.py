"""Sizes of layers: whole numbers in, whole numbers out, and the rules that they obey.

A kernel of k taps, `dilation` apart, spans ``dilation * (k - 1) + 1`` pixels, its effective size.
Padding puts zeros at both ends of the n pixels of an axis. The kernel then takes one position after
the other, `stride` pixels apart, and each gives one output pixel:

    output size = floor((n + 2 * padding - effective size) / stride) + 1
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from convlib._validate import Pair, at_least, pair, shown

__all__ = ["output_size", "receptive_field"]

Shape: TypeAlias = tuple[int, ...]
IntOrPair: TypeAlias = int | Pair  # one number for both axes, or (rows, columns)


def output_size(n: int, k: int, *, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """Return the length of the output along one axis.

    This is ``floor((n + 2 * padding - dilation * (k - 1) - 1) / stride) + 1``.

    Parameters
    ----------
    n, k : int
        Length of the input and number of taps of the kernel.
    stride, padding, dilation : int
        Step, zeros added at each end, distance between taps (1 is ordinary).

    Returns
    -------
    int
        Number of positions that the kernel takes, at least 1.

    Raises
    ------
    TypeError, ValueError
        When a number breaks its rule or the kernel is longer than the padded input.

    Examples
    --------
    >>> output_size(7, 3), output_size(7, 3, stride=2), output_size(8, 3, stride=2)
    (5, 3, 3)
    """
    n, k, stride = at_least(n, "n", 1), at_least(k, "k", 1), at_least(stride, "stride", 1)
    padding, dilation = at_least(padding, "padding", 0), at_least(dilation, "dilation", 1)
    return positions(n, k, stride, padding, dilation, "k")


def receptive_field(layers: Iterable[Sequence[int]]) -> int:
    """Return how many input pixels, along one axis, one output pixel looks at.

    With kernel k, stride s and dilation d for each layer l this is
    ``1 + sum over l of d[l] * (k[l] - 1) * s[0] * ... * s[l - 1]``.

    Parameters
    ----------
    layers : iterable of (kernel, stride) or (kernel, stride, dilation)
        From the input to the output; pooling counts as a layer.

    Returns
    -------
    int
        Length in input pixels, from the first pixel that matters to the last.

    Raises
    ------
    TypeError, ValueError
        When a layer is not two or three positive integers.

    Examples
    --------
    >>> receptive_field([(3, 1), (3, 1)]), receptive_field([(3, 2), (3, 1)])
    (5, 7)
    """
    field, jump = 1, 1
    if not np.iterable(layers) or isinstance(layers, str | bytes | dict | set | frozenset):
        raise TypeError(f"`layers` must hold (kernel, stride[, dilation]); got {shown(layers)}")
    for layer in layers:
        items = layer.tolist() if isinstance(layer, np.ndarray) else layer
        if not isinstance(items, Sequence) or len(items) not in (2, 3):
            raise ValueError(f"`layers` must hold (kernel, stride[, dilation]); got {shown(layer)}")
        k, stride, dilation = (at_least(v, "layers", 1) for v in (*items, 1)[:3])
        field += (effective_size(k, dilation) - 1) * jump
        jump *= stride
    return field


def effective_size(k: int, dilation: int) -> int:
    """Return how many pixels a kernel of `k` taps spans, from the first to the last."""
    return dilation * (k - 1) + 1


def positions(n: int, k: int, stride: int, padding: int, dilation: int, name: str) -> int:
    """Return how many positions a kernel takes along one axis; `name` is the argument to blame."""
    length, span = n + 2 * padding, effective_size(k, dilation)
    if span > length:
        raise ValueError(
            f"`{name}` must fit into the padded input, {length} long on this axis; "
            f"got a kernel that spans {span} (size {k}, dilation {dilation})"
        )
    return (length - span) // stride + 1


class Geometry(NamedTuple):
    """The checked options of a layer; every field but `groups` is a pair (rows, columns)."""

    stride: Pair
    padding: Pair
    dilation: Pair
    groups: int = 1

    @classmethod
    def checked(cls, stride: Any, padding: Any, dilation: Any, groups: Any = 1) -> "Geometry":
        """Check the options of a layer and return them."""
        return cls(
            pair(stride, "stride", 1),
            pair(padding, "padding", 0),
            pair(dilation, "dilation", 1),
            at_least(groups, "groups", 1),
        )

    def output_size(self, size: Shape, kernel: Shape, name: str) -> Pair:
        """Return rows and columns of the output for rows and columns of input and kernel."""
        rows, columns = zip(size, kernel, *self[:3], strict=True)
        return positions(*rows, name), positions(*columns, name)

    def output_shape(self, x_shape: Shape, weight_shape: Shape) -> Shape:
        """Check that pictures and kernels belong together; return the shape of the output."""
        (n, channels), (kernels, depth) = x_shape[:2], weight_shape[:2]
        self.divide(channels, "channels of `x`")
        self.divide(kernels, "kernels in `weight`")
        if depth * self.groups != channels:
            raise ValueError(
                f"`weight` must have {channels // self.groups} input channels per kernel "
                f"({channels} of `x` in {self.groups} groups); got shape {weight_shape}"
            )
        return n, kernels, *self.output_size(x_shape[2:], weight_shape[2:], "weight")

    def transposed_shape(self, x_shape: Shape, weight_shape: Shape, output_padding: Any) -> Shape:
        """Return the shape of the pictures that a transposed layer makes of `x`."""
        (n, channels), (kernels, depth) = x_shape[:2], weight_shape[:2]
        if kernels != channels:
            raise ValueError(
                f"`weight` must have {channels} kernels, one for each channel of `x`; "
                f"got shape {weight_shape}"
            )
        self.divide(channels, "channels of `x`")
        extra = pair(output_padding, "output_padding", 0)
        rows, columns = zip(x_shape[2:], weight_shape[2:], *self[:3], extra, strict=True)
        return n, depth * self.groups, _transposed_size(*rows), _transposed_size(*columns)

    def padded_shape(self, shape: Shape) -> Shape:
        """Return the shape of pictures of `shape` together with the padding around them."""
        (n, channels, height, width), (top, left) = shape, self.padding
        return n, channels, height + 2 * top, width + 2 * left

    def divide(self, channels: int, what: str) -> None:
        """Check that `groups` divides a number of channels."""
        if channels % self.groups:
            raise ValueError(f"`groups` must divide the {channels} {what}; got {self.groups}")


def _transposed_size(n: int, k: int, stride: int, padding: int, dilation: int, extra: int) -> int:
    """Return the length that `n` stamps of a kernel cover along one axis, without the padding."""
    if extra >= max(stride, dilation):
        raise ValueError(
            "`output_padding` must be smaller than the stride or the dilation "
            f"({stride}, {dilation}); got {extra}"
        )
    full = (n - 1) * stride + effective_size(k, dilation) + extra
    if full <= 2 * padding:
        raise ValueError(f"`padding` must leave some of the {full} pixels; got {padding}")
    return full - 2 * padding
