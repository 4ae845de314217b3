"""Losses and gradient of a picture tile by tile: the same, in less memory."""
