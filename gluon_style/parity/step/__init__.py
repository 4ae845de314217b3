"""One step, quantity by quantity, against float64.

`quantities` says what is compared; `mxnet_side`, `torch_side` and `arbiter`
(NumPy in float64) compute it; `measuring` has them do it; `verdicts` says how
far apart they may be, and judges; `trace` exchanges the numbers with a third
implementation. Importing the package imports none.
"""
