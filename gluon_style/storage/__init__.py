"""Files: written whole, downloaded and checked, found by name, recorded."""

from pathlib import Path

__all__ = ['DATA']

DATA = Path(__file__).parent.parent / 'data'  # what comes with the package
