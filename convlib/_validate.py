"""Input checks, made once at the public border so that the mathematics stays readable.

Every message names the argument, the rule and the value received.
"""

import math
import operator
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating]


def real_array(value: Any, name: str, ndim: int | None = None) -> FloatArray:
    """Return `value` as a real floating array that is not empty.

    ``float32`` stays ``float32``, ``float16`` becomes ``float32``, booleans and integers become
    ``float64`` (integers beyond 2**53 are rounded, as NumPy rounds them).

    Raises
    ------
    TypeError
        For complex, object, text or masked input, and for floats wider than ``float64``.
    ValueError
        For ragged or empty input, scalars, and a number of dimensions other than `ndim`.
    """
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"`{name}` must be a plain array (fill the mask first); got a masked array")
    try:
        array = np.asarray(value)
    except ValueError:
        raise ValueError(f"`{name}` must be rectangular; got rows of unequal length") from None
    except (TypeError, RuntimeError) as error:  # for instance a tensor that needs gradients
        kind = type(value).__name__
        raise TypeError(f"`{name}` must be readable by NumPy; got {kind}: {error}") from None
    if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
        raise TypeError(
            f"`{name}` must hold real numbers (bool, integer, or float up to float64); "
            f"got dtype {array.dtype}"
        )
    if ndim is not None and array.ndim != ndim:
        raise ValueError(f"`{name}` must have {ndim} dimension(s); got shape {array.shape}")
    if array.ndim == 0:
        raise ValueError(f"`{name}` must have at least one dimension; got the scalar {value!r}")
    if array.size == 0:
        raise ValueError(f"`{name}` must not be empty; got shape {array.shape}")
    single = array.dtype.kind == "f" and array.dtype.itemsize <= 4
    return np.asarray(array, dtype=np.float32 if single else np.float64)


def choice(value: Any, name: str, options: Iterable[str]) -> str:
    """Return `value` if it is one of `options`, else raise ValueError (TypeError if no text)."""
    allowed = ", ".join(repr(option) for option in options)
    if not isinstance(value, str):
        raise TypeError(f"`{name}` must be one of {allowed}; got {value!r}")
    if value not in options:
        raise ValueError(f"`{name}` must be one of {allowed}; got {value!r}")
    return value


def positive_int(value: Any, name: str) -> int:
    """Return `value` as an int of 1 or more."""
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"`{name}` must be a whole number; got {value!r}") from None
    if isinstance(value, bool | np.bool_):
        raise TypeError(f"`{name}` must be a whole number; got {value!r}")
    if number < 1:
        raise ValueError(f"`{name}` must be 1 or more; got {number}")
    return number


def finite_number(value: Any, name: str) -> float:
    """Return `value` as a finite float."""
    is_number = isinstance(value, int | float | np.integer | np.floating)
    if not is_number or isinstance(value, bool):
        raise TypeError(f"`{name}` must be a real number; got {value!r}")
    try:
        number = float(value)
    except OverflowError:
        raise ValueError(f"`{name}` must fit into a float; got a larger integer") from None
    if not math.isfinite(number):
        raise ValueError(f"`{name}` must be finite; got {value!r}")
    return number


def positive_number(value: Any, name: str) -> float:
    """Return `value` as a finite float above zero."""
    number = finite_number(value, name)
    if number <= 0:
        raise ValueError(f"`{name}` must be above zero; got {value!r}")
    return number
