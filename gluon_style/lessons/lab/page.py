"""The page of a lab, of ipywidgets: for JupyterLab, and for Voila."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from functools import partial
from html import escape
from typing import Any, Callable

import ipywidgets as widgets

from ...errors import StyleError, TrainingError, WeightsError
from ...storage.named_images import image_names
from ...vgg.weights import find_on_disk
from . import presets, shown
from .engine import FRAMES, Lab
from .saving import links
from .sources import Source, named_source, uploaded_source
from .views import Kept, Ration, View
from .words import LANGUAGES, number, settings_told, words_of

__all__ = ['Page', 'open_page']

CHART_SHARE = 0.04  # of the time of a run, at most, that charts may take
WIDE = {'width': '100%', 'max_width': '480px'}
DESCRIPTION = {'description_width': '8.5em'}
HEADING = 'margin: 0; font-size: inherit; line-height: inherit'
# ipywidgets gives its sliders no name that a screen reader could say, and a
# page no language to say it in; an image that loads is the one way to run a
# line in JupyterLab and in Voila alike
NAMES = """<img alt="" style="display:none" src="data:image/gif;base64,\
R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==" onload="
const name = () => {
    document.querySelectorAll('.widget-slider').forEach(s => {
        const handle = s.querySelector('[role=slider]');
        const label = s.querySelector('.widget-label');
        const value = s.querySelector('.widget-readout');
        if (handle && label)
            handle.setAttribute('aria-label', label.textContent);
        if (handle && value)
            handle.setAttribute('aria-valuetext', value.textContent);
    });
    document.querySelectorAll('.gluon-style-lab').forEach(page => {
        const title = page.querySelector('h2[lang]');
        if (title) page.lang = title.lang;
    });
};
name();
new MutationObserver(name).observe(document.body,
    {childList: true, characterData: true, subtree: true});
">"""
_open: list[Page] = []  # the one that `open_page` has opened


def _column(children: list[Any], flex: str, **layout: str) -> widgets.VBox:
    layout = {'flex': flex, 'min_width': '0', 'padding': '4px', **layout}
    return widgets.VBox(children, layout=widgets.Layout(**layout))


def _row(children: list[Any]) -> widgets.Box:
    layout = widgets.Layout(
        display='flex',
        flex_flow='row wrap',
        width='100%',
        align_items='flex-start',
    )
    return widgets.Box(children, layout=layout)


class Page:
    """A lab with everything to be seen and touched.

    Parameters
    ----------
    language : str
        'english' or 'turkish'; the page has a switch.
    start : bool
        Whether the run starts at once.
    width : int
        Of the picture in pixels, one of `presets.WIDTHS`.
    lab : Lab, optional
        By default a new one.

    Attributes
    ----------
    lab : Lab
        What runs.
    """

    def __init__(
        self,
        language: str = 'english',
        start: bool = False,
        width: int = 300,
        lab: Lab | None = None,
    ) -> None:
        self.lab = lab or Lab()
        self._words = words_of(language)
        self._uploads: dict[str, Source] = {}
        self._relabel: list[Callable[[], None]] = []
        self._muted = False  # sliders are being set, by no hand
        self._kept: Any = None  # those that the strip shows
        self._frame: Any = None
        self._charted: Any = None
        self._charts = Ration(CHART_SHARE, 1.0)
        self._lock = threading.RLock()  # two threads paint
        self._make_shown()
        self._make_choices(language, width)
        self._make_controls()
        self.widget = self._laid_out()
        self._label()
        self._choose()
        if start:
            self.lab.start()
        threading.Thread(target=self._paint_on, daemon=True).start()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        """Show the page; where nobody runs it, a sentence."""
        bundle = self.widget._repr_mimebundle_() or {}
        return {**bundle, 'text/plain': self._words['static']}

    def close(self) -> None:
        """End the run; the page stays as it is."""
        self.lab.close()

    # the parts

    def _make_shown(self) -> None:
        self.title = widgets.HTML()
        self.picture, self.status = widgets.HTML(), widgets.HTML()
        self.message, self.help = widgets.HTML(), widgets.HTML()
        self.curves, self.bars = widgets.HTML(), widgets.HTML()
        self.kept_title, self.links = widgets.HTML(), widgets.HTML()
        self.strip = _row([])

    def _make_choices(self, language: str, width: int) -> None:
        names = image_names()
        self.language = widgets.ToggleButtons(
            options=LANGUAGES, value=language, style={'button_width': '6em'}
        )
        self.language.observe(self._switch, 'value')
        self.photo = self._chooser('photo', names, 'sample:mountain-lake')
        self.painting = self._chooser(
            'painting', names, 'sample:autumn-avenue'
        )
        self.own_photo = self._uploader('own photo', self.photo)
        self.own_painting = self._uploader('own painting', self.painting)
        self.network = self._chooser('network', presets.NETWORKS, 'student')
        self.preset = self._chooser('preset', presets.PRESETS, 'book')
        self.size = self._chooser('size', presets.WIDTHS, width)

    def _make_controls(self) -> None:
        begun = presets.PRESETS[self.preset.value]
        self.sliders = {
            name: self._slider(name, values, getattr(begun, name))
            for name, values in {
                **presets.WEIGHTS,
                'lr': presets.RATES,
            }.items()
        }
        self.in_range = self._box('in_range', begun.in_range)
        self.layers = {name: self._box(name, True) for name in presets.LAYERS}
        self.start = self._button('start', self.lab.start, 'primary')
        self.pause = self._button('pause', self.lab.pause)
        self.step = self._button('step', self.lab.step)
        self.back = self._button('back', self.lab.back)
        self.keep = self._button('keep', self.lab.keep, 'success')

    def _laid_out(self) -> widgets.VBox:
        self.choose_title, self.steer_title = widgets.HTML(), widgets.HTML()
        self.layers_title = widgets.HTML()
        buttons = [self.start, self.pause, self.step, self.back, self.keep]
        seen = [self.picture, self.status, _row(buttons), self.message]
        steer = [
            self.steer_title,
            *self.sliders.values(),
            self.in_range,
            self.layers_title,
            _row([*self.layers.values()]),
            self.bars,
        ]
        choose = [self.choose_title, self.photo, self.own_photo]
        choose += [self.painting, self.own_painting]
        choose += [self.network, self.preset, self.size]
        below = [self.kept_title, self.strip, self.links, self.help]
        wide = '1 1 320px'
        page = widgets.VBox(
            [
                _row([self.title, self.language]),
                _row([_column(seen, wide), _column(steer, wide)]),
                _row([_column([self.curves], wide), _column(choose, wide)]),
                *below,
                widgets.HTML(NAMES),
            ],
            layout=widgets.Layout(max_width='1180px', width='100%'),
        )
        page.add_class('gluon-style-lab')
        return page

    def _button(
        self, name: str, act: Callable[[], None], style: str = ''
    ) -> widgets.Button:
        button = widgets.Button(
            button_style=style,
            layout=widgets.Layout(width='auto', min_width='6.5em'),
        )
        button.on_click(lambda _: act())
        self._named(button, lambda: self._words[name])
        return button

    def _named(self, widget: Any, text: Callable[[], str]) -> None:
        """Give a widget its words, now and in each language."""

        def label() -> None:
            widget.description = text()

        self._relabel.append(label)

    def _chooser(self, name: str, options: Any, value: Any) -> Any:
        chooser = widgets.Dropdown(
            options=[(str(i), i) for i in options],
            value=value,
            layout=widgets.Layout(**WIDE),
            style=DESCRIPTION,
        )
        self._named(chooser, lambda: self._words[name])

        def label() -> None:
            self._set_options(
                chooser,
                [(self._words.get(str(i), str(i)), i)
                 for _, i in chooser.options],
            )  # fmt: skip

        self._relabel.append(label)
        act = self._choose_preset if name == 'preset' else self._choose
        chooser.observe(lambda _: self._muted or act(), 'value')
        return chooser

    def _uploader(self, name: str, chooser: Any) -> widgets.FileUpload:
        upload = widgets.FileUpload(
            accept='image/*', layout=widgets.Layout(width='auto')
        )
        self._named(upload, lambda: self._words[name])
        upload.observe(partial(self._take_upload, chooser), 'value')
        return upload

    def _slider(self, name: str, values: Any, value: Any) -> Any:
        slider = widgets.SelectionSlider(
            options=[(str(i), i) for i in values],
            value=value,
            layout=widgets.Layout(**WIDE),
            style=DESCRIPTION,
            continuous_update=False,
        )
        self._named(slider, lambda: self._words[name])

        def label() -> None:
            told = [(number(i, self._words), i) for i in values]
            self._set_options(slider, told)

        self._relabel.append(label)
        slider.observe(
            lambda change: self._set(**{name: change['new']}), 'value'
        )
        return slider

    def _box(self, name: str, value: bool) -> widgets.Checkbox:
        box = widgets.Checkbox(
            value=value,
            indent=False,
            layout=widgets.Layout(width='auto', margin='2px 14px 2px 2px'),
        )
        self._named(box, lambda: self._words.get(name, name))
        box.observe(lambda _: self._set(**self._switches()), 'value')
        return box

    # what a hand does

    def _switches(self) -> dict[str, Any]:
        on = tuple(i for i, box in self.layers.items() if box.value)
        return {'style_layers': on, 'in_range': self.in_range.value}

    def _set(self, **values: Any) -> None:
        if not self._muted:
            self.lab.set(**values)

    def _switch(self, change: Any) -> None:
        with self._lock:
            self._words = words_of(change['new'])
            self._label()
            self._kept = self._frame = self._charted = None
            self._paint(self.lab.view)

    def _label(self) -> None:
        words = self._words
        for label in self._relabel:
            label()
        for widget, name in (
            (self.choose_title, 'choose'),
            (self.steer_title, 'steer'),
            (self.layers_title, 'style_layers'),
            (self.kept_title, 'kept'),
        ):
            widget.value = f'<h3 style="{HEADING}">{words[name]}</h3>'
        self.title.value = (
            f'<h2 lang="{words["lang"]}" style="margin: 4px 16px 4px 4px">'
            f'{words["title"]}</h2>'
        )
        self.help.value = (
            f'<details style="line-height:1.4; max-width:70ch"><summary>'
            f'<b>{words["help title"]}</b></summary>{words["help"]}</details>'
        )
        self.language.tooltip = words['language']

    def _set_options(self, widget: Any, options: list) -> None:
        muted, self._muted = self._muted, True
        value = widget.value
        widget.options = options
        widget.value = value
        self._muted = muted

    def _choose_preset(self) -> None:
        self._show_settings(presets.PRESETS[self.preset.value])
        self._choose()

    def _show_settings(self, settings: Any) -> None:
        """Put sliders and switches where settings are."""
        self._muted = True
        for name, slider in self.sliders.items():
            slider.value = getattr(settings, name)
        self.in_range.value = settings.in_range
        for name, box in self.layers.items():
            box.value = name in settings.style_layers
        self._muted = False

    def _choose(self) -> None:
        """Begin a new run with what is chosen, and the sliders of now."""
        self.message.value = self.links.value = ''
        try:
            settings = replace(
                presets.PRESETS[self.preset.value],
                weights=presets.NETWORKS[self.network.value],
                width=self.size.value,
            )
            if self.network.value == 'real' and not find_on_disk():
                raise WeightsError(self._words['no weights'])
            images = self._source(self.photo), self._source(self.painting)
        except StyleError as error:
            self._tell(str(error))
            return
        changes = {name: i.value for name, i in self.sliders.items()}
        self.lab.prepare(*images, settings, {**changes, **self._switches()})

    def _source(self, chooser: Any) -> Source:
        name = chooser.value
        return self._uploads.get(name) or named_source(name)

    def _take_upload(self, chooser: Any, change: Any) -> None:
        for file in change['new']:
            try:
                source = uploaded_source(file['name'], bytes(file['content']))
            except StyleError as error:
                self._tell(str(error))
                continue
            self._uploads[source.name] = source
            others = [i for i in chooser.options if i[1] != source.name]
            named = [*others, (source.name, source.name)]
            self._set_options(chooser, named)
            if chooser.value == source.name:
                self._choose()
            chooser.value = source.name

    def _take_up(self, number: int, kept: Kept) -> None:
        self._show_settings(kept.history.last_settings)
        self.lab.take_up(number)

    def _save(self, number: int, kept: Kept) -> None:
        try:
            told = self._words['saved'].format(number + 1)
            self.links.value = told + links(kept, self._words)
        except StyleError as error:
            self._tell(str(error))

    def _tell(self, text: str) -> None:
        style = 'color:#a40000; max-width:480px; line-height:1.3'
        told = escape(text)
        self.message.value = (
            f'<div role="alert" style="{style}">{told}</div>' if text else ''
        )

    # what is shown

    def _paint_on(self) -> None:
        view, error = View(version=-1), None
        while not self.lab.closed:
            begun = time.monotonic()
            view = self.lab.newer(view.version, 5.0)
            with self._lock:
                self._paint(view)
                if view.error is not error:
                    error = view.error
                    self._tell(self._told(view))
            time.sleep(max(0.0, 1 / FRAMES - (time.monotonic() - begun)))

    def _told(self, view: View) -> str:
        if isinstance(view.error, TrainingError):
            return self._words['diverged'].format(view.step)
        return str(view.error or '')

    def _paint(self, view: View) -> None:
        words = self._words
        self.status.value = shown.status(view, words)
        self.start.description = words['go on' if view.step else 'start']
        self.start.disabled = view.running
        self.pause.disabled = not view.running
        if view.frame is not None and view.frame is not self._frame:
            self._frame = view.frame
            width = max(480, view.frame.pixels.shape[1])
            names = view.history.content, view.history.style  # type: ignore
            self.picture.value = shown.picture(view.frame, names, words, width)
        self._paint_charts(view)
        if view.kept is not self._kept:
            self._kept = view.kept
            self._paint_strip(view.kept)

    def _paint_charts(self, view: View) -> None:
        now = view.step, view.history, view.pulls, view.steps
        if now == self._charted or (view.running and not self._charts.due()):
            return
        begun = time.thread_time()  # what it costs, however busy the machine
        self.curves.value = shown.curves(view, self._words)
        self.bars.value = shown.bars(view, self._words)
        if self._charted:  # the first finds fonts and more
            self._charts.spend(time.thread_time() - begun)
        self._charted = now

    def _paint_strip(self, kept: tuple[Kept, ...]) -> None:
        self.links.value = ''
        self.strip.children = tuple(
            self._card(number, i) for number, i in enumerate(kept)
        )

    def _card(self, number: int, kept: Kept) -> widgets.VBox:
        words, history = self._words, kept.history
        names = history.content, history.style
        told = escape(settings_told(history, words))
        text = widgets.HTML(
            f'<b>{number + 1}.</b> {words["steps"]}: {kept.frame.step}. '
            f'<small>{told}</small>',
            layout=widgets.Layout(width='220px'),
        )
        text.value = f'<div style="line-height:1.25">{text.value}</div>'
        shot = widgets.HTML(shown.picture(kept.frame, names, words, 220))
        buttons = []
        for name, act in (
            ('take up', partial(self._take_up, number, kept)),
            ('save', partial(self._save, number, kept)),
            ('remove', partial(self.lab.forget, number)),
        ):
            button = widgets.Button(
                description=words[name],
                tooltip=f'{words[name]} ({number + 1})',
                layout=widgets.Layout(width='auto'),
            )
            button.on_click(lambda _, act=act: act())
            buttons.append(button)
        return _column([shot, text, _row(buttons)], '0 0 236px')


def open_page(**options: Any) -> Page:
    """Open a page, and close the one that was opened before.

    Parameters are those of `Page`.
    """
    while _open:
        _open.pop().close()
    _open.append(Page(**options))
    return _open[-1]
