"""A narrow VGG-19 that imitates the real one, and how it was trained.

`pictures_drawn` and `crops` make the training pictures, `narrow` the network
and what it is to learn, `start` the weights it begins with, `own_pictures`
the pictures that its own runs end in, `training` the loop, `scale` and
`export` the file that is shipped. `worth`, `report` and `warm`
measure what it is worth: see docs/student.md. The commands are
`python -m tools.student train`, `export`, `measure` and `warm-start`.
"""
