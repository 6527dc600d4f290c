"""What the chapters on continuous convolution and on systems say, run as tests."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

import convlib
from convlib import data
from convlib.plots import signals, systems

T = np.arange(-150, 601) / 100


def box(a):
    return 1.0 * ((0 <= a) & (a <= 1))


def drip(a):
    return 0.75 * box(a)


def decay(u):
    return np.exp(-u) * (u >= 0)


def ramp(u):
    return (1 - u / 2) * ((0 <= u) & (u <= 2))


def bell(sigma):
    return lambda t: np.exp(-(t**2) / (2 * sigma**2)) / (sigma * np.sqrt(2 * np.pi))


def drip_by_hand(t):
    running, stopped = 0.75 * (1 - np.exp(-t)), 0.75 * (np.e - 1) * np.exp(-t)
    return np.where(t < 0, 0, np.where(t < 1, running, stopped))


def conv(f, g, t=T, support=(0, 1), dt=0.001):
    return convlib.convolve_functions(f, g, t, support=support, dt=dt)


def as_function(values, t=T):
    """A function known on a grid, zero outside."""
    return lambda at: np.interp(at, t, values, left=0, right=0)


def test_box_with_box_is_a_triangle():
    assert np.allclose(conv(box, box), np.maximum(0, 1 - np.abs(T - 1)), atol=2e-3)


def test_drip_with_decay_agrees_with_the_formulas_and_peaks_when_the_drip_stops():
    y = conv(drip, decay)
    assert np.allclose(y, drip_by_hand(T), atol=1e-3)
    assert T[y.argmax()] == 1
    assert y.max() == pytest.approx(0.75 * (1 - np.exp(-1)), abs=1e-3)


def test_full_overlap_does_not_mean_largest():
    y = conv(drip, decay)[T >= 1]
    assert np.all(np.diff(y) < 0)


@pytest.mark.parametrize(("t", "ratio"), [(1 / 3, 2), (3 / 2, 4)])
def test_error_halves_at_a_jump_and_quarters_where_smooth(t, ratio):
    steps = 2.0 ** -np.arange(3, 8)
    errors = [abs(float(conv(drip, decay, t, dt=dt)) - float(drip_by_hand(t))) for dt in steps]
    ratios = np.array(errors[:-1]) / errors[1:]
    assert np.allclose(ratios, ratio, rtol=0.1)


def test_order_does_not_matter():
    assert np.allclose(conv(box, ramp), conv(ramp, box, support=(0, 2)), atol=2e-3)


def test_grouping_does_not_matter():
    left = conv(as_function(conv(box, ramp)), decay, support=(0, 3))
    right = conv(box, as_function(conv(ramp, decay, support=(0, 2))))
    assert np.allclose(left, right, atol=2e-3)


def test_sums_scaling_and_shifts_pass_through():
    mixed = conv(box, lambda u: decay(u) - 2 * ramp(u - 0.5))
    assert np.allclose(mixed, conv(box, decay) - 2 * conv(box, ramp, T - 0.5), atol=2e-3)


def test_ranges_add():
    t = np.linspace(0, 8, 801)
    y = conv(lambda a: box(a - 0.5), lambda u: box((u - 2) / 3), t, support=(0.5, 1.5))
    assert np.all(y[(t < 2.5) | (t > 6.5)] == 0)
    assert np.all(y[(t > 2.51) & (t < 6.49)] > 0)


def test_areas_multiply():
    t = np.arange(0, 30, 0.01) + 0.005
    assert np.sum(conv(drip, decay, t)) * 0.01 == pytest.approx(0.75, abs=1e-3)


def test_area_zero_gives_area_zero_but_not_zero():
    y = conv(box, lambda u: box(u) - box(u - 1))
    assert np.sum(y) * 0.01 == pytest.approx(0, abs=1e-6)
    assert y.max() == pytest.approx(1, abs=2e-3)
    assert y.min() == pytest.approx(-1, abs=2e-3)


def test_slope_moves_to_either_factor():
    t = np.linspace(-8, 8, 1601)

    def slope(s):
        return lambda t: -t / s**2 * bell(s)(t)

    of_answer = np.gradient(conv(bell(0.5), bell(0.8), t, (-5, 5)), t)
    assert np.allclose(of_answer, conv(slope(0.5), bell(0.8), t, (-5, 5)), atol=1e-4)
    assert np.allclose(of_answer, conv(bell(0.5), slope(0.8), t, (-5, 5)), atol=1e-4)


def test_slope_of_the_drip_curve_is_two_copies_of_the_decay():
    slope = np.gradient(conv(drip, decay), T)
    away = (np.abs(T) > 0.02) & (np.abs(T - 1) > 0.02)
    assert np.allclose(slope[away], (0.75 * decay(T) - 0.75 * decay(T - 1))[away], atol=2e-3)


def test_narrow_boxes_of_area_one_change_less_and_less():
    changes = []
    for w in (1, 0.3, 0.05, 0.01):
        y = conv(lambda a, w=w: np.full_like(a, 1 / w), drip_by_hand, T, (-w / 2, w / 2), w / 50)
        changes.append(np.abs(y - drip_by_hand(T)).max())
    assert np.all(np.diff(changes) < 0)
    assert changes[-1] < 1e-3


def test_bells_add_their_variances():
    t = np.linspace(-20, 20, 401)
    y = conv(bell(3), bell(4), t, (-30, 30), 0.1)
    assert np.allclose(y, bell(5)(t), atol=1e-12)
    assert np.abs(y - bell(7)(t)).max() > 0.02


def test_repeated_boxes_approach_the_bell_of_the_same_variance():
    dt, away = 0.01, []
    total = one = np.ones(100)
    for copies in range(2, 7):
        total = convlib.convolve(total, one) * dt
        t = (np.arange(len(total)) - (len(total) - 1) / 2) * dt
        target = bell(np.sqrt(copies / 12))(t)
        away.append(np.abs(total - target).max() / target.max())
    assert np.all(np.diff(away) < 0)
    assert away[2] < 0.05


def test_a_cauchy_density_convolved_with_itself_is_twice_as_wide_and_no_bell():
    def cauchy(width):
        return lambda t: width / (np.pi * (t**2 + width**2))

    t = np.array([-7.0, -1.0, 0.0, 0.5, 3.0, 20.0])
    y = conv(cauchy(1), cauchy(1), t, support=(-3000, 3000), dt=0.05)
    assert y == pytest.approx(cauchy(2)(t), rel=1e-3)
    for reach in (10, 100, 1000):  # the average squared distance grows with every look further out
        far = np.arange(-reach, reach, 0.01) + 0.005
        assert np.sum(far**2 * cauchy(1)(far)) * 0.01 > 0.5 * reach


def test_a_box_with_up_and_down_is_negative_from_one_and_a_half_to_three():
    y = conv(box, lambda u: 1.0 * ((u >= 0) & (u < 1)) - ((u >= 1) & (u <= 2)))
    assert np.all(y[(T > 0.01) & (T < 1.49)] > 0)
    assert np.all(y[(T > 1.51) & (T < 2.99)] < 0)
    assert T[y.argmin()] == pytest.approx(2, abs=0.011)


def test_a_seven_does_not_notice_a_loaded_die():
    def chance(total, p, q):
        return sum(p[a] * q.get(total - a, 0) for a in p)

    fair = dict.fromkeys(range(1, 7), 1 / 6)
    loaded = {1: 0.1, 2: 0.1, 3: 0.1, 4: 0.1, 5: 0.1, 6: 0.5}
    assert chance(7, loaded, fair) == pytest.approx(chance(7, fair, fair))
    assert chance(8, loaded, fair) > chance(8, fair, fair)


def test_exercises_of_the_first_chapter():
    bus = lambda a: 0.5 * ((0 <= a) & (a <= 2))  # noqa: E731
    assert np.allclose(conv(bus, box, [0.5, 1.5, 2.5], (0, 2)), [0.25, 0.5, 0.25], atol=1e-3)
    t = T[T > 0]
    assert np.allclose(conv(decay, decay, t, (0, 6)), t * np.exp(-t), atol=2e-3)
    two = conv(lambda a: drip(a) + drip(a - 2), decay, support=(0, 3))
    peak = 0.75 * (1 - np.exp(-1)) * (1 + np.exp(-2))
    assert (T[two.argmax()], two.max()) == (3, pytest.approx(peak, abs=2e-3))


def test_adding_copies_is_convolution():
    x, h = np.array([2.0, 0, -1, 1]), np.array([4.0, 2, 1])
    y = np.zeros(6)
    for k, height in enumerate(x):
        y[k : k + 3] += height * h
    assert y.tolist() == [8, 4, -2, 2, 1, 1]
    assert np.allclose(convlib.convolve(x, h), y)


def around(x):
    return [np.roll(x, k) for k in (-1, 0, 1)]


SUSPECTS = [  # name, system, linear, shift-invariant
    ("gain", lambda x: 3 * x, True, True),
    ("delay", lambda x: np.roll(x, 2), True, True),
    ("echo", lambda x: x + 0.5 * np.roll(x, 3), True, True),
    ("moving average", lambda x: np.mean(around(x), axis=0), True, True),
    ("square", lambda x: x**2, False, True),
    ("fade-out", lambda x: x * np.linspace(1, 0, len(x)), True, False),
    ("median", lambda x: np.median(around(x), axis=0), False, True),
    ("reversal", lambda x: x[::-1], True, False),
    ("negative", lambda x: 1 - x, False, True),
    ("clip", lambda x: np.clip(x, -1, 1), False, True),
]


@pytest.mark.parametrize(("name", "system", "linear", "invariant"), SUSPECTS)
def test_which_operations_are_linear_and_shift_invariant(name, system, linear, invariant):
    x, z = np.pad(np.random.default_rng(3).normal(size=(2, 12)), [(0, 0), (10, 10)])
    assert np.allclose(system(2 * x - 3 * z), 2 * system(x) - 3 * system(z)) == linear, name
    assert np.allclose(system(np.roll(x, 4)), np.roll(system(x), 4)) == invariant, name
    impulse = np.zeros(32)
    impulse[10] = 1
    predicted = convlib.convolve(x, system(impulse))[10:42]
    assert np.allclose(predicted, system(x)) == (linear and invariant), name


def test_a_point_of_light_sends_out_the_kernel_unturned():
    letter = np.array([[1, 1, 1], [1, 0, 0], [1, 1, 0], [1, 0, 0], [1, 0, 0]])
    lamp = np.zeros((7, 5))
    lamp[3, 2] = 1
    assert np.array_equal(convlib.filter_image(lamp, letter), np.pad(letter, 1))


def test_a_sum_of_waits_has_the_convolved_density():
    rng = np.random.default_rng(1)
    totals = rng.uniform(0, 1, 200_000) + rng.exponential(1, 200_000)
    counts, edges = np.histogram(totals, bins=60, range=(0, 6))
    density = conv(box, decay, edges[:-1] + 0.05)
    # four standard errors of the fullest bar, and the bend of the curve inside a bar
    assert np.abs(counts / len(totals) / 0.1 - density).max() < 4 * 0.0055 + 0.005


def test_means_add_always_and_variances_when_the_parts_are_independent():
    p, q = np.array([0.1, 0.2, 0.7]), np.array([0.5, 0.0, 0.1, 0.4])  # chances of 0, 1, 2, ...
    total = convlib.convolve(p, q)

    def mean_and_variance(chances):
        places = np.arange(len(chances))
        mean = chances @ places
        return np.array([mean, chances @ (places - mean) ** 2])

    assert mean_and_variance(total) == pytest.approx(mean_and_variance(p) + mean_and_variance(q))
    bus = np.random.default_rng(2).uniform(0, 1, 10_000)
    hurried = (1 - bus) ** 2  # a friend who hurries when the bus is late
    assert np.mean(bus + hurried) == pytest.approx(np.mean(bus) + np.mean(hurried))
    assert np.var(bus + hurried) < 0.5 * (np.var(bus) + np.var(hurried))


def test_half_the_light_is_stored_as_188_and_an_averaged_lamp_is_too_dim():
    def light(stored):
        return ((stored / 255 + 0.055) / 1.055) ** 2.4

    assert light(188) == pytest.approx(0.5, abs=0.005)
    # a ninth of the number is far less than a ninth of the light
    assert light(255 / 9) < light(255) / 9 / 5


def test_reversing_a_convolution_reverses_both():
    x, h = np.array([1.0, 5, -2]), np.array([3.0, 1])
    both = convlib.convolve(x[::-1], h[::-1])
    assert np.allclose(convlib.convolve(x, h)[::-1], both)
    assert not np.allclose(convlib.convolve(x[::-1], h), both)


def test_players_are_labelled_small_and_self_contained():
    sound = convlib.convolve(data.melody(), data.room(1.0, level=0.05))
    page = systems.player(sound, 'Notes in a "hall"').data
    assert 'aria-label="Notes in a &quot;hall&quot;"' in page
    assert 'src="data:audio/wav;base64,' in page
    assert "http" not in page
    assert len(page) < 150_000


@pytest.mark.slow
@pytest.mark.parametrize(
    "draw",
    [
        signals.slide,
        signals.box_with_box,
        signals.box_with_decay,
        signals.repeated,
        lambda: signals.dice(5),
        lambda: signals.flip_and_slide(drip, decay, t=0.6),
        lambda: signals.narrowing_box(drip_by_hand),
        lambda: systems.copies([2, 0, -1, 1], [4, 2, 1]),
        lambda: systems.sound_in_room([1, 2], [1, 0], [1, 2, 0]),
        lambda: systems.defocus(*np.ones((4, 3, 5))),
        lambda: systems.total_wait(np.ones(9), T, box(T)),
    ],
)
def test_figures_draw_without_complaint(draw):
    figure = draw()
    figure.canvas.draw()
    plt.close(figure)
