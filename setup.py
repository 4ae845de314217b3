"""Metadata and pins of gluon_style; the tools are set up in pyproject.toml."""

import re
from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).parent
VERSION = re.search(
    r"__version__ = '(.+)'",
    (ROOT / 'gluon_style' / 'version.py').read_text(encoding='utf-8'),
).group(1)

NOTEBOOKS = [
    # pinned: another jupytext may write another .ipynb for the same source
    'jupytext==1.16.7; python_version < "3.9"',
    'jupytext==1.19.6; python_version >= "3.9"',
    'nbclient',
    'nbformat',
    'ipykernel',
]

# Python 3.8 gets 2023.5, 3.9 gets 2024.8, later ones what is new
CLUSTER = ['distributed>=2023.5']

ANIMATE = ['imageio[ffmpeg]>=2.28']

# before Python 3.13, newer ones have no wheels for the NumPy that MXNet bears
PHOTOGRAPHS = [
    'scikit-image<0.25; python_version < "3.13"',
    'scikit-image>=0.25; python_version >= "3.13"',
]
CLUSTERING = [
    'scikit-learn<1.6; python_version < "3.13"',
    'scikit-learn>=1.6; python_version >= "3.13"',
]

# older Pythons get an older Sphinx, with which the site was not tried
SITE = [
    f'{name}; python_version >= "3.11"'
    for name in (
        'sphinx>=8.2',
        'myst-nb>=1.2',
        'numpydoc>=1.8',
        'furo>=2024.8',
        'sphinx-mathjax-offline>=0.0.2',
    )
]

setup(
    name='gluon-style',
    version=VERSION,
    description='The Neural Style Transfer chapter of Dive into Deep '
    'Learning, running again on MXNet Gluon, with its numbers explained',
    long_description=(ROOT / 'README.md').read_text(encoding='utf-8'),
    long_description_content_type='text/markdown',
    license='Apache-2.0',
    packages=find_packages(include=['gluon_style', 'gluon_style.*']),
    package_data={
        'gluon_style': [
            'data/*',
            'data/text_style/*',
            'drawing/templates/*',
            'py.typed',
        ]
    },
    python_requires='>=3.8',
    install_requires=[
        # from Python 3.13 on it is installed by itself, with --no-deps (see
        # tools/install.sh): it declares numpy<2, which has no wheels there
        'mxnet==1.9.1; python_version < "3.13"',
        'numpy<1.24; python_version < "3.12"',
        'numpy>=1.26,<2; python_version == "3.12"',
        # 2.5 is the newest that was tried; each drops names that MXNet uses
        'numpy>=2.1,<2.6; python_version >= "3.13"',
        'setuptools; python_version >= "3.12"',  # its distutils, for MXNet
        'gluoncv>=0.10.5',
        'matplotlib>=3.6',
        'jinja2>=3.0',
        'pillow>=9.4',
        'scipy',
        'safetensors>=0.4',  # its slices' get_dtype
        'platformdirs',
        'psutil',
        'requests',
        'tabulate',
        'tqdm',
        'typer',
        'typing_extensions',
    ],
    extras_require={
        'torch': [
            'torch==2.13.0; python_version >= "3.10"',
            'torch>=1.13,<2.5; python_version < "3.10"',
        ],
        'notebooks': [*NOTEBOOKS, 'jupyterlab'],
        'cluster': CLUSTER,
        'site': SITE,
        'animate': ANIMATE,
        'student': [*PHOTOGRAPHS, *CLUSTERING],
        'dev': [
            *NOTEBOOKS,
            *CLUSTER,
            *ANIMATE,
            *PHOTOGRAPHS,
            'pytest',
            'pytest-xdist',
            'hypothesis',
            'ruff',
            'mypy',
        ],
    },
    entry_points={
        'console_scripts': ['gluon-style=gluon_style.cli:main'],
    },
    classifiers=[
        'License :: OSI Approved :: Apache Software License',
        'Operating System :: POSIX :: Linux',
        'Programming Language :: Python :: 3',
        'Topic :: Scientific/Engineering :: Artificial Intelligence',
    ],
)
