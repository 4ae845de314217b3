"""A narrow VGG-19 that imitates the real one, and how it was trained.

`pictures_drawn` and `crops` make the training pictures, `narrow` the
network, `imitation` what it is to learn, `own_pictures` the pictures that
its own runs end in, `training` the loop, `rescaling` and `export` the file
that is shipped. The commands are `gluon-style student ...`; what the network
is worth is measured in docs/student.md.
"""
