"""Statements of the chapters `image-kernels` and `designing-kernels`, run as tests."""

import re
from pathlib import Path

import numpy as np
import pytest

from convlib import convolve, correlate, data, filter_image, kernels
from convlib.images import to_uint8
from convlib.kernels import KERNELS, gaussian
from convlib.live import ScaleSpace

SPOTS = (2, 3, 4, 6, 8)  # radii, and where their centres are in the live figure
SPOT_COLUMNS = (20, 42, 70, 104, 142)
CORNER = np.array([[7, 6, 5, 5], [6, 4, 3, 4], [5, 3, 2, 3]])


@pytest.fixture(scope="module")
def grey():
    return data.cat(grey=True)


def recipe(picture, kernel):
    """Multiply each kernel value by the pixel under it: cross-correlation, spelt out."""
    padded = np.pad(picture, 1, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
    return np.einsum("rcij,ij->rc", windows, kernel)


def test_the_nine_products_of_the_worked_example_sum_to_nine():
    window = np.pad(CORNER, 1, mode="edge")[:3, :3]
    products = KERNELS["sharpen"] * window
    assert products.ravel().tolist() == [0, -7, 0, -7, 35, -6, 0, -6, 0]
    assert products.sum() == 9 == filter_image(CORNER, KERNELS["sharpen"])[0, 0]


def test_the_first_six_steps_are_those_of_the_figure():
    result = filter_image(CORNER, KERNELS["sharpen"])
    assert result.ravel()[:6].tolist() == [9, 8, 6, 6, 8, 2]


def test_border_rules_give_the_corner_four_different_values():
    rules = ("edge", "constant", "reflect", "symmetric", "wrap")
    corners = [filter_image(CORNER, KERNELS["sharpen"], boundary=rule)[0, 0] for rule in rules]
    assert corners == [9, 23, 11, 9, 13]


@pytest.mark.parametrize("name", KERNELS)
def test_only_kernels_changed_by_half_a_turn_tell_the_two_operations_apart(name):
    kernel = KERNELS[name]
    agree = np.allclose(recipe(CORNER, kernel), filter_image(CORNER, kernel))
    assert agree == np.array_equal(kernel, np.flip(kernel))
    assert agree == (name not in ("edge_enhance", "emboss", "sobel_x", "sobel_y"))


def test_emboss_shines_towards_the_top_left_under_convolution_only():
    rows, columns = np.indices((5, 7))
    brighter_to_the_top_left = -(rows + columns).astype(float)
    slope = KERNELS["emboss"] - KERNELS["identity"]
    assert filter_image(brighter_to_the_top_left, slope)[2, 3] > 0
    assert recipe(brighter_to_the_top_left, slope)[2, 3] < 0


def test_the_editors_rule_is_that_of_correlate_and_moves_the_picture_the_other_way():
    """A 1 above the centre takes the pixel above: the picture moves down; convolved, up."""
    above = np.array([[0, 1, 0], [0, 0, 0], [0, 0, 0]])
    same = {"mode": "same", "boundary": "edge"}
    assert np.array_equal(recipe(CORNER, above), correlate(CORNER, above, **same))
    assert np.array_equal(recipe(CORNER, above)[1:], CORNER[:-1])
    assert np.array_equal(filter_image(CORNER, above)[:-1], CORNER[1:])


def test_zeros_outside_change_the_border_of_the_worked_example_and_nothing_else():
    by_rule = {
        r: filter_image(CORNER, KERNELS["sharpen"], boundary=r) for r in ("edge", "constant")
    }
    inside = np.zeros(CORNER.shape, dtype=bool)
    inside[1:-1, 1:-1] = True
    change = by_rule["constant"] - by_rule["edge"]
    assert np.all(change[inside] == 0)
    assert np.all(change[~inside] > 0)
    assert by_rule["edge"][-1, -1] == CORNER[-1, -1] == 3


def test_edge_enhance_subtracts_the_right_neighbour_under_convolution():
    kernel = KERNELS["edge_enhance"]
    assert filter_image(CORNER, kernel)[1, 1] == 4 - 3
    assert recipe(CORNER, kernel)[1, 1] == 4 - 6


def test_a_one_right_of_the_centre_moves_the_picture_right():
    moved = filter_image(CORNER, [[0, 0, 0], [0, 0, 1], [0, 0, 0]])
    assert np.array_equal(moved[:, 1:], CORNER[:, :-1])


@pytest.mark.parametrize("name", ["blur", "sharpen", "edge_enhance", "edge_detect", "emboss"])
def test_a_flat_area_is_multiplied_by_the_sum_of_the_kernel(name):
    flat = np.full((4, 5), 0.6)
    total = {"edge_enhance": 0, "edge_detect": 0}.get(name, 1)
    assert KERNELS[name].sum() == pytest.approx(total)
    assert filter_image(flat, KERNELS[name]) == pytest.approx(0.6 * total, abs=1e-12)


def test_means_follow_the_sum_up_to_the_border(grey):
    for kernel in KERNELS.values():
        mean = filter_image(grey, kernel).mean()
        assert mean == pytest.approx(grey.mean() * kernel.sum(), abs=0.005)


def test_half_of_an_edge_picture_is_negative(grey):
    assert np.mean(filter_image(grey, KERNELS["edge_detect"]) < 0) == pytest.approx(0.5, abs=0.03)


def test_sharpen_with_four_in_the_centre_turns_nearly_everything_dark(grey):
    kernel = KERNELS["sharpen"] - KERNELS["identity"]
    assert np.median(np.clip(filter_image(grey, kernel), 0, 1)) < 0.02


def test_the_window_on_the_eye_holds_what_its_alt_text_says(grey):
    window = np.round(100 * grey[98:106, 168:176])
    assert (window.min(), window.max()) == (3, 72)


def test_bytes_wrap_by_256_wherever_the_picture_darkens(grey):
    pixels = to_uint8(grey)
    wrapped = pixels[:, 1:] - pixels[:, :-1]
    true = pixels[:, 1:].astype(int) - pixels[:, :-1]
    assert np.array_equal(wrapped != true, true < 0)
    assert set(np.unique(wrapped - true)) == {0, 256}
    assert (np.array([10], "uint8") - np.array([250], "uint8"))[0] == 16


def test_overwriting_goes_wrong_at_the_second_pixel():
    padded = np.pad(CORNER, 1, mode="edge").astype(float)
    for row, column in np.ndindex(CORNER.shape):
        window = padded[row : row + 3, column : column + 3]
        padded[row + 1, column + 1] = np.sum(KERNELS["sharpen"] * window)
    error = padded[1:-1, 1:-1] - filter_image(CORNER, KERNELS["sharpen"])
    assert error.ravel()[:2].tolist() == [0, -2]


def width(kernel):
    weights = kernel.sum(axis=1)
    rows = np.arange(len(weights))
    mean = weights @ rows
    return np.sqrt(weights @ (rows - mean) ** 2)


def test_widths_of_blurs():
    assert width(gaussian(5.0)) == pytest.approx(5, abs=5e-3)
    assert width(gaussian(5.0, truncate=1)) < 3
    assert width(convolve(gaussian(3.0), gaussian(4.0))) == pytest.approx(5, abs=5e-3)
    assert width(kernels.binomial(9)) == pytest.approx(2**0.5)
    assert width(kernels.box(5)) == pytest.approx(2**0.5)


def test_ranks():
    ranks = {name: np.linalg.matrix_rank(kernel) for name, kernel in KERNELS.items()}
    assert ranks.pop("emboss") == 3
    assert ranks.pop("sharpen") == ranks.pop("edge_detect") == 2
    assert set(ranks.values()) == {1}


def test_the_smallest_example_of_a_sum_of_separable_kernels():
    u, s, v = np.linalg.svd([[2, 1], [1, 2]])
    assert s == pytest.approx([3, 1])
    assert 3 * np.outer(u[:, 0], v[0]) == pytest.approx(np.full((2, 2), 1.5))
    assert np.outer(u[:, 1], v[1]) == pytest.approx(np.array([[0.5, -0.5], [-0.5, 0.5]]))


def test_a_wider_log_lets_slower_wiggles_through():
    def loudest(sigma):
        row = kernels.laplacian_of_gaussian(sigma).sum(axis=0)
        return np.abs(np.fft.rfft(row, 512)).argmax() / 512

    assert loudest(1) > 1.5 * loudest(2) > 2 * loudest(4)


@pytest.mark.parametrize(("sigma", "darkest"), [(1, 2), (2, 3), (2.5, 4), (3, 4), (3.4, 4), (4, 6)])
def test_each_log_prefers_spots_of_its_size(sigma, darkest):
    answer = ScaleSpace("LoG", sigma=sigma, image="spots_and_stripes").result
    spots = {radius: answer[26, column] for column, radius in zip(SPOT_COLUMNS, SPOTS, strict=True)}
    assert min(spots, key=spots.__getitem__) == darkest


@pytest.mark.parametrize("sigma", [1, 2, 3])
def test_the_slanted_stripes_answer_most_at_45_degrees_and_least_at_135(sigma):
    figure, answers = ScaleSpace("Gabor", sigma=sigma, image="spots_and_stripes"), {}
    for figure.theta in (0, 45, 90, 135):
        answers[figure.theta] = np.abs(figure.result[70:103, 87:114]).max()
    assert max(answers, key=answers.__getitem__) == 45
    assert min(answers, key=answers.__getitem__) == 135


def test_a_fifteen_square_gaussian_costs_30_products_instead_of_225():
    blur = gaussian(1.75)
    column, row = kernels.factors(blur)
    assert (blur.size, column.size + row.size) == (225, 30)
    assert np.outer(column, row) == pytest.approx(blur)


def test_sharpen_is_the_picture_plus_five_times_the_detail():
    plus = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]]) / 5
    delta = KERNELS["identity"]
    assert delta + 5 * (delta - plus) == pytest.approx(KERNELS["sharpen"])


def test_a_fence_of_the_width_of_the_box_vanishes(grey):
    fence = 0.3 * np.cos(2 * np.pi * np.arange(grey.shape[1]) / 5)
    box = kernels.box(5)
    plain, fenced = (convolve(x, box, mode="valid") for x in (grey, grey + fence))
    assert np.abs(plain - fenced).max() < 1e-12


def test_sobel_is_positive_towards_bright_under_convolution():
    ramp = np.tile(np.arange(6.0), (4, 1))
    same = {"mode": "same", "boundary": "edge"}
    assert np.array_equal(convolve(ramp, KERNELS["sobel_x"], **same)[1], [4, 8, 8, 8, 8, 4])
    assert np.array_equal(correlate(ramp, KERNELS["sobel_x"], **same)[1], [-4, -8, -8, -8, -8, -4])
    assert np.array_equal(filter_image(ramp.T, KERNELS["sobel_y"])[:, 1], [4, 8, 8, 8, 8, 4])


def off(column, degrees, wavelength):
    """How many degrees the arrow of a kernel like Sobel's is beside the direction of a wave."""
    rows, columns = np.mgrid[-9:10, -9:10]
    angle = np.deg2rad(degrees)
    wave = np.sin(2 * np.pi * (columns * np.cos(angle) + rows * np.sin(angle)) / wavelength)
    kernel = np.outer(column, [1, 0, -1])
    x, y = (filter_image(wave, k)[9, 9] for k in (kernel, kernel.T))
    return abs(np.rad2deg(np.arctan2(y, x)) - degrees)


@pytest.mark.parametrize("degrees", [7, 20, 25, 65, 80])
@pytest.mark.parametrize("wavelength", [4, 6, 8, 11])
def test_scharr_points_nearer_to_the_true_direction_than_sobel(degrees, wavelength):
    assert off([3, 10, 3], degrees, wavelength) < 0.6 * off([1, 2, 1], degrees, wavelength)


def test_sobel_is_off_by_up_to_1_4_degrees_on_waves_of_6_pixels_and_scharr_by_0_3():
    assert max(off([1, 2, 1], degrees, 6) for degrees in range(91)) == pytest.approx(1.4, abs=0.05)
    assert 0.2 < max(off([3, 10, 3], degrees, 6) for degrees in range(91)) < 0.3


def test_gain_of_sobel_and_scharr():
    ramp = np.add.outer(np.zeros(5), 3.0 * np.arange(8))  # rises by 3 per pixel
    for column, gain in (([1, 2, 1], 8), ([3, 10, 3], 32)):
        assert filter_image(ramp, np.outer(column, [1, 0, -1]))[2, 3] == pytest.approx(3 * gain)


@pytest.mark.parametrize("sigma", [0.7, 1.0, 2.5])
@pytest.mark.parametrize("edge", [9, 14])
def test_a_log_is_positive_before_a_step_up_and_negative_after_it(sigma, edge):
    step = (np.arange(30) >= edge) * 1.0
    row = kernels.laplacian_of_gaussian(sigma).sum(axis=0)
    answer = convolve(step, row, mode="same", boundary="edge")
    assert answer[edge - 1] > 0 > answer[edge]
    assert np.all(answer[:edge] > -1e-9) and np.all(answer[edge:] < 1e-9)
    sharpened = step - answer
    assert sharpened.min() < 0 and sharpened.max() > 1


def test_normalised_correlation_on_paper():
    def score(pattern, window):
        p, w = (np.array(x, float) - np.mean(x) for x in (pattern, window))
        return np.sum(p * w) / np.sqrt(np.sum(p**2) * np.sum(w**2))

    pattern, alike, bright = [[1, 3], [3, 5]], [[6, 7], [7, 8]], [[9, 9], [9, 9]]
    assert (np.vdot(pattern, alike), np.vdot(pattern, bright)) == (88, 108)
    assert score(pattern, alike) == pytest.approx(1)
    assert np.array_equal(alike, 0.5 * np.array(pattern) + 5.5)
    assert score(pattern, -2.0 * np.array(pattern)) == pytest.approx(-1)
    assert score(pattern, [[6, 7], [7, 9]]) < 0.99


def test_no_kernel_of_nine_numbers_removes_dust_like_the_median(grey):
    rng = np.random.default_rng(0)
    face = grey[40:200, 80:320]
    dusty, wrong = face.copy(), rng.random(face.shape) < 0.1
    dusty[wrong] = rng.integers(0, 2, wrong.sum())
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(dusty, 1, mode="edge"), (3, 3))
    windows = windows.reshape(-1, 9)
    best = np.linalg.lstsq(windows, face.ravel(), rcond=None)[0]
    blurred, cleaned, median = (
        np.sqrt(np.mean((answer - face.ravel()) ** 2))
        for answer in (windows.mean(axis=1), windows @ best, np.median(windows, axis=1))
    )
    assert 0.95 * blurred < cleaned < blurred
    assert median < 0.6 * cleaned


def test_emboss_is_identity_plus_row_plus_column():
    rows, columns = np.indices((3, 3)) - 1
    assert np.array_equal(KERNELS["emboss"] - KERNELS["identity"], rows + columns)


def test_log_is_the_laplacian_of_a_gaussian_and_nearly_a_dog():
    log = kernels.laplacian_of_gaussian(2.0)
    two_steps = convolve(gaussian(2.0), KERNELS["edge_detect"])[1:-1, 1:-1]
    dog = kernels.difference_of_gaussians(1.6)[2:-2, 2:-2]
    for other in (two_steps, dog):
        assert np.corrcoef(log.ravel(), other.ravel())[0, 1] > 0.99


def test_a_log_answers_most_to_a_disc_of_radius_sigma_root_two():
    offsets = np.arange(-40, 41)
    disc = (offsets[:, None] ** 2 + offsets**2 <= 64) * 1.0
    sigmas = np.arange(4, 8, 0.25)
    logs = (kernels.laplacian_of_gaussian(s) for s in sigmas)
    centre = [s**2 * filter_image(disc, k)[40, 40] for s, k in zip(sigmas, logs, strict=True)]
    assert max(centre) < 0
    assert sigmas[np.argmin(centre)] == pytest.approx(8 / 2**0.5, abs=0.25)


@pytest.mark.parametrize(
    ("name", "factor"), [("blur", 1 / 9), ("edge_enhance", 2), ("sharpen", 29), ("sobel_x", 12)]
)
def test_noise_is_multiplied_by_the_sum_of_squares(name, factor):
    noise = np.random.default_rng(3).standard_normal((300, 400))
    assert np.sum(KERNELS[name] ** 2) == pytest.approx(factor)
    measured = filter_image(noise, KERNELS[name]).var() / noise.var()
    assert measured == pytest.approx(factor, rel=0.05)


def test_edge_extension_is_closest_to_the_truth_on_most_pieces_of_the_cat(grey):
    rng, kernel, wins = np.random.default_rng(0), gaussian(4.0), 0
    whole, reach = filter_image(grey, kernel), len(kernel) // 2
    for _ in range(30):
        row, column = rng.integers(reach, 200 - reach), rng.integers(reach, 301 - reach)
        part = np.s_[row : row + 100, column : column + 150]
        errors = {
            rule: np.mean((filter_image(grey[part], kernel, boundary=rule) - whole[part]) ** 2)
            for rule in ("constant", "edge", "reflect", "symmetric", "wrap")
        }
        wins += min(errors, key=errors.__getitem__) == "edge"
        assert max(errors, key=errors.__getitem__) == "constant"
    assert wins >= 27


def test_a_gabor_kernel_answers_to_its_direction_and_width():
    stripes = np.tile(np.cos(2 * np.pi * np.arange(64) / 8), (64, 1))

    def strongest(degrees, wavelength):
        kernel = kernels.gabor(4.0, np.deg2rad(degrees), wavelength)
        return np.abs(filter_image(stripes, kernel)).max()

    others = [(45, 8), (90, 8), (135, 8), (0, 4), (0, 16)]
    assert strongest(0, 8) > 1.5 * max(strongest(*other) for other in others)


def test_opencv_takes_the_kernel_as_written_and_mirrors_by_reflect():
    """What `image-kernels` says of a library that readers need not install."""
    cv2 = pytest.importorskip("cv2")
    rng = np.random.default_rng(4)
    x, k = rng.normal(size=(9, 8)), rng.normal(size=(5, 3))
    ours = correlate(x, k, mode="same", boundary="reflect")
    np.testing.assert_allclose(cv2.filter2D(x, -1, k), ours, atol=1e-12)
    for rule in ("constant", "edge", "symmetric", "wrap"):
        other = correlate(x, k, mode="same", boundary=rule)
        assert not np.allclose(cv2.filter2D(x, -1, k), other)


def test_the_cheat_sheet_has_the_kernels_as_they_are():
    """Rows, sums, and whether half a turn changes them."""
    text = (Path(__file__).parents[1] / "chapters" / "cheat-sheet.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| (\w+)[^|]* \| ([^|]+/[^|]+?)(, over 9)? \| (\d) \| (\w+) \|$", text, re.M
    )
    assert len(rows) == 6
    for name, table, over, total, turns in rows:
        numbers = [[float(n.replace("−", "-")) for n in row.split()] for row in table.split("/")]
        kernel = np.array(numbers) / (9 if over else 1)
        np.testing.assert_allclose(kernel, KERNELS[name])
        assert np.isclose(kernel.sum(), int(total))
        assert (turns == "no") == np.allclose(kernel, np.flip(kernel))
    drawn = {"edge": "a a d d", "symmetric": "b a d c", "reflect": "c b c b", "wrap": "c d a b"}
    for rule, letters in drawn.items():
        padded = "".join("abcd"[i] for i in np.pad(range(4), 2, mode=rule))
        assert " ".join(padded[:2] + padded[-2:]) == letters
        assert f"`{rule}` {letters[:3]} | … | {letters[4:]}" in text
