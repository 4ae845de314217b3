"""How far two float32 computations may be apart, and why."""

# one float32 rounding is 6e-8; a mean over 1e5 terms in another order is
# measured at up to 2e-6 of its value
REDUCTION = 3e-6

# sums over 9 * 512 products in each of 13 convolutions, in another order:
# MXNet and PyTorch were measured up to 4e-6 apart (relative L2)
FEATURES = 2e-5

# the same backwards; a ReLU or a maximum that falls the other way moves a
# whole path of the gradient: measured 3e-5 (relative L2)
GRADIENT = 2e-4

# a golden file made on one processor and read on another, whose convolutions
# add in another order
GOLDEN = 2e-4
