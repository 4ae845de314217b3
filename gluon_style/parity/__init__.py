"""Hold the library against PyTorch, in values, gradients and whole runs.

`step` compares one step, quantity by quantity; `ladder` goes from edition to
edition in whole runs; `published` holds a run against the book's curves.
"""
