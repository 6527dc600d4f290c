"""Input checks, made once at the public border so that the mathematics stays readable.

Every message names the argument, the rule and the value received.
"""

import math
import operator
import sys
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.floating]
Pair = tuple[int, int]  # (rows, columns)
MOST_DIMENSIONS = 60  # NumPy's most are 64, of which the work on an array needs a few
Lengths = Sequence[int]  # or places, one for each axis


def shown(value: Any) -> str:
    """Return `value` as a message may show it: cut short, and whatever its `repr` does."""
    try:
        text = repr(value)
    except Exception:  # one of its own making, or an integer of thousands of digits
        text = f"a value of type {type(value).__name__}"
    return text if len(text) <= 200 else f"{text[:200]}..."


def real_array(value: Any, name: str, ndim: int | None = None) -> FloatArray:
    """Return `value` as a real floating array that is not empty.

    ``float32`` stays ``float32``, ``float16`` becomes ``float32``, booleans and integers become
    ``float64`` (integers beyond 2**53 are rounded, as NumPy rounds them).

    Raises
    ------
    TypeError
        For complex, object, text or masked input, also for masked arrays in a list, for floats
        wider than ``float64``, and for what NumPy cannot read.
    ValueError
        For ragged or empty input, scalars, more dimensions than 60, and a number of dimensions
        other than `ndim`.
    """
    _look_through(value, name)
    try:
        array = np.asarray(value)
    except Exception as error:  # an object's own conversion may raise anything
        raise _unreadable(value, name, error) from None
    if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
        raise TypeError(
            f"`{name}` must hold real numbers (bool, integer, or float up to float64); "
            f"got dtype {array.dtype}"
        )
    if ndim is not None and array.ndim != ndim:
        raise ValueError(f"`{name}` must have {ndim} dimension(s); got shape {array.shape}")
    if array.ndim > MOST_DIMENSIONS:
        raise _too_many_dimensions(name, array.ndim)
    if array.ndim == 0:
        raise ValueError(f"`{name}` must have at least one dimension; got {shown(value)}")
    if array.size == 0:
        raise ValueError(f"`{name}` must not be empty; got shape {array.shape}")
    single = array.dtype.kind == "f" and array.dtype.itemsize <= 4
    dtype = np.dtype(np.float32 if single else np.float64)
    if array.dtype == dtype:
        return array
    with np.errstate(invalid="ignore"):  # files may hold NaNs that warn when they are converted
        return array.astype(dtype)


def _look_through(value: Any, name: str, inside: tuple[int, ...] = ()) -> None:
    """Refuse what `numpy.asarray` gets wrong: it drops masks, and a list inside itself hangs."""
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"`{name}` must be a plain array (fill the mask first); got a masked array")
    if isinstance(value, np.ndarray) and len(inside) + value.ndim > MOST_DIMENSIONS:
        raise _too_many_dimensions(name, len(inside) + value.ndim)
    if not isinstance(value, list | tuple):
        return
    if id(value) in inside:
        raise ValueError(f"`{name}` must be rectangular; got a list that holds itself")
    if len(inside) >= MOST_DIMENSIONS:
        raise _too_many_dimensions(name, "lists nested deeper")
    for item in value:
        if isinstance(item, list | tuple | np.ndarray):
            _look_through(item, name, (*inside, id(value)))


def _too_many_dimensions(name: str, got: object) -> ValueError:
    return ValueError(f"`{name}` must have at most {MOST_DIMENSIONS} dimensions; got {got}")


def _unreadable(value: Any, name: str, error: Exception) -> Exception:
    if isinstance(error, MemoryError):
        return error
    if isinstance(error, ValueError) and isinstance(value, list | tuple):
        return ValueError(f"`{name}` must be rectangular; got rows of unequal length")
    kind = type(value).__name__  # for instance a tensor that needs gradients
    return TypeError(f"`{name}` must be readable by NumPy; got {kind}: {error}")


def choice(value: Any, name: str, options: Collection[str]) -> str:
    """Return `value` if it is one of `options`, else raise ValueError (TypeError if no text)."""
    if isinstance(value, str) and value in options:
        return value
    allowed = ", ".join(repr(option) for option in options)
    kind = ValueError if isinstance(value, str) else TypeError
    raise kind(f"`{name}` must be one of {allowed}; got {shown(value)}")


def at_least(value: Any, name: str, least: int = 1, most: int = sys.maxsize) -> int:
    """Return `value` as an int from `least` (0 or 1) to `most`; booleans are refused."""
    rule = "a positive integer" if least == 1 else "an integer that is not negative"
    message = f"`{name}` must be {rule}; got {shown(value)}"
    if isinstance(value, bool | np.bool_):
        raise TypeError(message)
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(message) from None
    if number < least:
        raise ValueError(message)
    if number > most:
        raise ValueError(f"`{name}` must be at most {most}; got {shown(value)}")
    return number


def pair(value: Any, name: str, least: int) -> Pair:
    """Return `value`, one integer or a pair (rows, columns), as a pair of ints."""
    items = value.tolist() if isinstance(value, np.ndarray) else value
    if not isinstance(items, list | tuple):
        items = (value, value)
    if len(items) != 2:
        message = f"`{name}` must be one integer or a pair (rows, columns); got {shown(value)}"
        raise ValueError(message)
    return at_least(items[0], name, least), at_least(items[1], name, least)


def finite_number(value: Any, name: str) -> float:
    """Return `value` as a finite float."""
    is_number = isinstance(value, int | float | np.integer | np.floating)
    if not is_number or isinstance(value, bool | np.timedelta64):  # NumPy counts spans as integers
        raise TypeError(f"`{name}` must be a real number; got {shown(value)}")
    try:
        number = float(value)
    except OverflowError:
        raise ValueError(f"`{name}` must fit into a float; got a larger integer") from None
    if not math.isfinite(number):
        raise ValueError(f"`{name}` must be finite; got {shown(value)}")
    return number


def positive_number(value: Any, name: str, most: float = math.inf) -> float:
    """Return `value` as a finite float above zero and not above `most`."""
    number = finite_number(value, name)
    if number <= 0:
        raise ValueError(f"`{name}` must be above zero; got {shown(value)}")
    if number > most:
        raise ValueError(f"`{name}` must be at most {most:g}; got {shown(value)}")
    return number
