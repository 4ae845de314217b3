"""What notebook 02 draws of the ladder: each returns a matplotlib Figure."""

from __future__ import annotations

from typing import Any, Mapping, Sequence

import numpy

from ..._mxnet import np
from ...drawing.charts import COLOURS, curves, subplots
from ...drawing.panels import strip
from ...images import postprocess, preprocess
from ...runs.variants import resize_antialiased
from ..wording import ENGLISH, Wording
from .tables import TERMS

__all__ = ['drift_chart', 'effect_chart', 'loss_chart', 'published_chart',
           'stripes_shrunk']  # fmt: skip

TABS = {'MXNet': COLOURS[0], 'PyTorch': COLOURS[1]}
INK = '#1d2329'
LOOKS: tuple[dict[str, Any], ...] = (  # of the rungs, so that all are seen
    {'color': '#d55e00', 'linewidth': 2.2},
    {'color': '#e69f00', 'linewidth': 1.8},
    {'color': '#009e73', 'linewidth': 2.4},
    {'color': '#cc79a7', 'linewidth': 1.2},
    {'color': '#56b4e9', 'linewidth': 2.4},
    {'color': INK, 'linewidth': 1.2, 'linestyle': '--'},
)


def published_chart(
    tabs: Mapping[str, Mapping[str, Mapping[int, float]]],
    wording: Wording = ENGLISH,
) -> Any:
    """Draw the book's curves: by tab and term, a loss for each epoch."""
    return curves(
        {
            wording(title): [
                {
                    'label': tab,
                    'x': list(by_term[term]),
                    'y': list(by_term[term].values()),
                    'color': TABS[tab],
                }
                for tab, by_term in tabs.items()
            ]
            for term, title in TERMS.items()
        },
        xlabel=wording('epoch'),
        decimal=wording.point,
    )


def loss_chart(
    ladder: Mapping[str, Any],
    labels: Sequence[str],
    wording: Wording = ENGLISH,
) -> Any:
    """Draw the losses of every rung, a panel for each term."""
    return curves(
        {
            wording(title): [
                {
                    'label': label,
                    'x': rung['curve']['epoch'][1:],
                    'y': rung['curve'][term][1:],
                    **look,
                }
                for label, rung, look in zip(labels, ladder['rungs'], LOOKS)
            ]
            for term, title in TERMS.items()
        },
        xlabel=wording('epoch'),
        height=3.4,
        decimal=wording.point,
    )


def effect_chart(
    ladder: Mapping[str, Any],
    labels: Sequence[str],
    wording: Wording = ENGLISH,
) -> Any:
    """Draw effect and floor of each change, and how they make the distance."""
    rungs = [rung['distance'] for rung in ladder['rungs'][1:]]
    figure, ((ax,),) = subplots(8.2, 0.62 * len(rungs) + 1.2)
    places = numpy.arange(len(rungs))
    for shift, name, colour in (
        (-0.17, 'effect', COLOURS[1]),
        (0.17, 'floor', '#c9ced3'),
    ):
        values = [apart[name] for apart in rungs]
        ax.barh(places + shift, values, height=0.32, color=colour,
                label=wording(name))  # fmt: skip
    for place, apart in zip(places, rungs):
        d, floor, effect = (
            wording.fixed(apart[name], 1)
            for name in ('rmse', 'floor', 'effect')
        )
        text = f'√({d}² − {floor}²) = {effect}'
        if not apart['effect']:
            text = f'{d} ≤ {floor}'
        if apart['beyond_noise'] is False:
            text = wording('within noise')
            text = f'{d}, {wording("floor")} {floor}: {text}'
        end = max(apart['effect'], apart['floor'])
        ax.text(end + 0.8, place, text, va='center', fontsize=9)
    ax.set_yticks(places, labels[1:])
    ax.invert_yaxis()
    ax.set_xlim(0, 1.45 * max(apart['rmse'] for apart in rungs))
    ax.set_xlabel(wording('grey levels'))
    ax.spines[['top', 'right']].set_visible(False)
    ax.legend(loc='lower left', bbox_to_anchor=(0, 1), ncols=2, frameon=False)
    return figure


def drift_chart(
    framework: Mapping[str, Any],
    mxnet: Mapping[int, float],
    wording: Wording = ENGLISH,
) -> Any:
    """Draw how far the pictures of two runs are apart, step by step.

    Parameters
    ----------
    framework : mapping
        'framework' of the ladder's results.
    mxnet : mapping
        How far MXNet is from its own twin, by epoch.
    """
    between, twins = framework['drift'], framework['self_drift']

    def line(name: str, x: Any, y: Any, **look: Any) -> dict[str, Any]:
        return {'label': wording(name), 'x': x, 'y': y, **look}

    lines = [
        line('PyTorch and its twins', i['picture_epoch'], i['rmse'],
             color=TABS['PyTorch'], linestyle='--')
        for i in twins
    ]  # fmt: skip
    lines += [
        line('MXNet and PyTorch', between['picture_epoch'], between['rmse'],
             color=INK),
        line('MXNet and its twin', list(mxnet), list(mxnet.values()),
             color=TABS['MXNet'], linestyle=':', linewidth=2.5),
    ]  # fmt: skip
    title = 'how far two pictures are apart'
    return curves(
        {wording(title): lines},
        xlabel=wording('epoch'),
        ylabel=wording('grey levels'),
        width=7.6,
        height=3.6,
        decimal=wording.point,
    )


def stripes_shrunk(side: int = 90, to: int = 40) -> Any:
    """Draw stripes a pixel wide, and what OpenCV and Pillow make of them."""
    stripes = numpy.zeros((side, side, 3), dtype='uint8')
    stripes[:, ::2] = 255
    image, size = np.array(stripes, dtype='uint8'), (to, to)
    shrunk = [
        postprocess(preprocess(i, size)).asnumpy()
        for i in (image, resize_antialiased(image, size))
    ]
    names = [f'{side} x {side}']
    names += [f'{to} x {to}, {library}' for library in ('OpenCV', 'Pillow')]
    figure = strip([stripes / 255, *shrunk], names, width=2.8)
    for ax in figure.axes:
        ax.images[0].set_interpolation('nearest')
    return figure
