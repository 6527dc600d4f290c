"""Pictures, digits and sounds: shapes, ranges, a fixed split, and no shared state."""

import hashlib

import numpy as np
import pytest

from convlib import data
from convlib.data import split_digits


@pytest.mark.parametrize(
    ("picture", "shape"),
    [
        (lambda: data.cat(), (300, 451, 3)),
        (lambda: data.cat(grey=True), (300, 451)),
        (lambda: data.coffee(), (400, 600, 3)),
        (lambda: data.coffee(grey=True), (400, 600)),
        (lambda: data.camera(), (512, 512)),
    ],
)
def test_pictures_are_floats_from_0_to_1(picture, shape):
    values = picture()
    assert values.shape == shape
    assert values.dtype == np.float64
    assert 0 <= values.min() < 0.1 and 0.7 < values.max() <= 1 + 1e-12


@pytest.mark.parametrize("name", ["cat", "coffee", "camera"])
def test_changing_a_picture_does_not_change_the_next_one(name):
    first = getattr(data, name)()
    kept = first.copy()
    first[:] = -1
    np.testing.assert_array_equal(getattr(data, name)(), kept)


def test_pictures_are_the_8_bit_files_divided_by_255():
    levels = data.cat() * 255
    np.testing.assert_allclose(levels, np.round(levels), atol=1e-9)


def test_digits_have_the_documented_shapes_and_types():
    digits = data.digits()
    assert digits.train_images.shape == (4000, 28, 28)
    assert digits.test_images.shape == (1000, 28, 28)
    assert digits.train_images.dtype == digits.test_images.dtype == np.float32
    assert digits.train_labels.dtype == digits.test_labels.dtype == np.int64
    assert digits.train_images.min() == 0 and digits.train_images.max() == 1


def test_digits_are_split_evenly_and_in_mixed_order():
    digits = data.digits()
    np.testing.assert_array_equal(np.bincount(digits.train_labels), 400)
    np.testing.assert_array_equal(np.bincount(digits.test_labels), 100)
    assert len(set(digits.train_labels[:20])) > 5


def test_the_split_is_the_one_that_the_command_writes():
    written = np.loadtxt(split_digits.FILE, dtype=int).ravel()
    digits = data.digits()
    labels = np.empty(5000, int)
    labels[written] = np.concatenate([digits.train_labels, digits.test_labels])
    np.testing.assert_array_equal(written, split_digits.split(labels))


def test_the_split_stays_as_it_is():
    """What chapters say of accuracies is said of these 1,000 digits."""
    written = np.loadtxt(split_digits.FILE, dtype=int).ravel()
    assert written[:3].tolist() == [3399, 304, 2990]
    digest = hashlib.sha256(written.astype("<u2").tobytes()).hexdigest()
    assert digest.startswith("5efe8eadbef6d14b")


def test_no_digit_is_both_trained_on_and_tested_on():
    digits = data.digits()
    train = {image.tobytes() for image in digits.train_images}
    assert not any(image.tobytes() in train for image in digits.test_images)
    assert len(train) == 4000


def test_labels_belong_to_their_pictures():
    """Ones carry the least ink and noughts the most, in training and test alike."""
    digits = data.digits()
    for images, labels in (digits[:2], digits[2:]):
        ink = [images[labels == k].mean() for k in range(10)]
        assert np.argmin(ink) == 1 and np.argmax(ink) == 0


def test_practice_digits_are_the_training_digits_in_two_even_parts():
    """Every training digit is in one part, and no test digit is in either."""
    digits, practice = data.digits(), data.practice_digits()
    np.testing.assert_array_equal(np.bincount(practice.train_labels), 320)
    np.testing.assert_array_equal(np.bincount(practice.test_labels), 80)
    pairs = [{(label, image.tobytes()) for image, label in zip(images, labels, strict=True)}
             for images, labels in (digits[:2], practice[:2], practice[2:])]  # fmt: skip
    assert len(pairs[0]) == len(pairs[1]) + len(pairs[2]) and pairs[0] == pairs[1] | pairs[2]
    assert len(set(practice.test_labels[:20])) > 5
    practice.train_images[:] = 5
    assert data.practice_digits().train_images.max() == 1


def test_changing_the_digits_does_not_change_the_next_ones():
    data.digits().test_images[:] = 5
    assert data.digits().test_images.max() == 1


@pytest.mark.parametrize("sound", [data.melody, data.clap, data.pluck])
def test_sounds_are_mono_and_do_not_clip(sound):
    values = sound()
    assert values.ndim == 1 and values.dtype == np.float64
    assert np.max(np.abs(values)) == pytest.approx(0.9)
    np.testing.assert_array_equal(sound(), values)


def test_a_string_sounds_at_its_pitch():
    spectrum = np.abs(np.fft.rfft(data.pluck(440, 1.0)))
    assert np.argmax(spectrum) == 440


def test_a_room_fades_by_60_decibels_in_its_decay_time():
    response = data.room(1.0)[1:]
    early = response[int(0.05 * data.SAMPLE_RATE) :][:1600].std()
    late = response[int(0.85 * data.SAMPLE_RATE) :][:1600].std()
    # 0.8 s apart: 48 of the 60 decibels.
    assert 20 * np.log10(early / late) == pytest.approx(48, abs=1)


def test_a_room_answers_a_click_at_once_and_then_after_20_ms():
    response = data.room(0.3)
    assert response[0] == 1
    assert not np.any(response[1 : int(0.02 * data.SAMPLE_RATE)])
    assert np.any(response[int(0.021 * data.SAMPLE_RATE) :])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: data.pluck(9000), ValueError, "`frequency` must be below .*; got 9000"),
        (lambda: data.pluck(220, 0), ValueError, "`duration` must be above zero; got 0"),
        (lambda: data.clap(1e9), ValueError, "`duration` must be at most 60; got 1000000000.0"),
        (lambda: data.clap(seed=-1), ValueError, "`seed` must be an integer that is not negative"),
        (lambda: data.room(seed="a"), TypeError, "`seed` must be an integer that is.*got 'a'"),
        (lambda: data.room(61), ValueError, "`decay` must be at most 60; got 61"),
        (lambda: data.room(level=1e308), ValueError, "`level` must be at most 1000"),
        (lambda: data.clap(-1), ValueError, "`duration` must be above zero; got -1"),
        (lambda: data.room("long"), TypeError, "`decay` must be a real number; got 'long'"),
    ],
)
def test_bad_inputs_name_the_argument_and_the_value(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_sound_too_short_to_sound_is_silent():
    assert data.pluck(220, 1e-6).tolist() == [0.0]
