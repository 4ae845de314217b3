"""A lab: a run whose settings are changed while it runs.

`history` says what was changed when, `bench` runs it, `engine` lets it run in
a thread, `page` shows it. Nothing here imports ipywidgets but the page.
"""
