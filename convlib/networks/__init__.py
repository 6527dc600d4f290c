"""Tiny convolutional networks for handwritten digits: built, trained, compared, looked into.

==================  ================================================================================
`models`            networks to train: `tiny_cnn`, and those that it is compared with
`training`          `train`: distorted pictures, a smoothness term, one seed
`experiments`       `compare`: trainings repeated over seeds, several at a time
`inside`            `predict`, `feature_maps`, `occlusion_map`, ...: what a network does
`hand_made`         kernels that were made, not learned, and how like them the learned ones are
`controls`          noise as smooth as a kernel, and how far a kernel has a direction
==================  ================================================================================

Pictures are float arrays of shape (n, 28, 28): picture, row, column. PyTorch's layers compute
cross-correlation, so a first-layer kernel shown here is laid on the picture without a flip.
This package is the only one of convlib's that imports PyTorch.
"""

from convlib.networks.controls import coherence, matched_noise, roughness
from convlib.networks.experiments import (
    Difference,
    Experiment,
    Run,
    compare,
    paired_difference,
    sampling_error,
)
from convlib.networks.hand_made import gabor_family, hand_made_kernels, likeness
from convlib.networks.inside import (
    accuracy,
    confusion,
    export,
    feature_maps,
    first_kernels,
    looking,
    occlusion_map,
    predict,
    probabilities,
    with_first_kernels,
)
from convlib.networks.models import (
    Shuffle,
    dense_network,
    is_tiny_cnn,
    large_cnn,
    logistic_regression,
    one_layer_cnn,
    parameter_count,
    shuffled,
    tiny_cnn,
)
from convlib.networks.training import (
    LEARNING_RATE,
    SMOOTHNESS,
    Training,
    random_affine,
    smoothness,
    train,
)

__all__ = [
    "LEARNING_RATE",
    "SMOOTHNESS",
    "Difference",
    "Experiment",
    "Run",
    "Shuffle",
    "Training",
    "accuracy",
    "coherence",
    "compare",
    "confusion",
    "dense_network",
    "export",
    "feature_maps",
    "first_kernels",
    "gabor_family",
    "hand_made_kernels",
    "is_tiny_cnn",
    "large_cnn",
    "likeness",
    "logistic_regression",
    "looking",
    "matched_noise",
    "occlusion_map",
    "one_layer_cnn",
    "paired_difference",
    "parameter_count",
    "predict",
    "probabilities",
    "random_affine",
    "roughness",
    "sampling_error",
    "shuffled",
    "smoothness",
    "tiny_cnn",
    "train",
    "with_first_kernels",
]
