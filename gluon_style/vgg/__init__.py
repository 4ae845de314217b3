"""The network: its layers, its weights, and where they come from."""
