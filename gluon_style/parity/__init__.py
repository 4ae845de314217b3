"""Hold the library against PyTorch, in values, gradients and whole runs.

`gluon-style parity` compares one step: `quantities` says what is compared;
`ours` (MXNet), `peer` (PyTorch) and `arbiter` (NumPy in float64) compute it;
`tolerances` says how far apart they may be and why; `lab` has them do it;
`report_table` gives the verdicts; `trace` exchanges the numbers with a third
implementation. Importing the package imports none of them.
"""
