"""A run as data: its settings, the recipes, and the loop over its stages."""
