"""How far two float32 computations may be apart (relative L2), and why.

The figures measured are the largest over all tests, MXNet 1.9.1 against
PyTorch 2.13.0 on one processor; the tolerances leave about a factor of ten
for processors whose libraries add in another order.
"""

# one product or mean over up to 1e5 terms, in another order: measured 8e-8
# for arrays, 8e-7 for scalar losses, in which roundings do not average out
REDUCTION = 3e-6

# sums over 9 * 512 products in each of up to 13 convolutions, and the
# losses made of them: measured 2.2e-6
FEATURES = 2e-5

# the same backwards: measured 1.4e-6; a ReLU or a maximum that falls the
# other way on another processor moves one path of the gradient
GRADIENT = 2e-5

# a golden file made on one processor and read on another: measured 8e-8
# between one thread and two; three steps of Adam may turn a rounding of a
# vanishing gradient into a step of its pixel
GOLDEN = 1e-4
