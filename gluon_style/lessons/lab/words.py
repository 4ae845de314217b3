"""The words of the lab's page, in each language."""

from __future__ import annotations

from typing import Any

from ...errors import SettingsError
from ...vgg.layers import VGG19_LAYERS, layer_index
from ..wording import Wording
from .history import Change, History

__all__ = [
    'LANGUAGES',
    'changes_told',
    'number',
    'percent',
    'settings_told',
    'words_of',
]

LANGUAGES = {'English': 'english', 'Türkçe': 'turkish'}

_WORDS: dict[str, dict[str, str]] = {
    'english': {
        'lang': 'en',
        'decimal': '.',
        'percent': '{} %',
        'title': 'The lab: steer the run while it runs',
        'language': 'Language',
        'photo': 'Photo',
        'painting': 'Painting',
        'own photo': 'Your photo',
        'own painting': 'Your painting',
        'network': 'Network',
        'student': 'student (ships with the package)',
        'real': 'real VGG-19',
        'preset': 'Preset',
        'book': 'the book: Adam at 0.9',
        'calm': 'in range: Adam at 0.05',
        'size': 'Width in pixels',
        'start': 'Start',
        'go on': 'Go on',
        'pause': 'Pause',
        'step': 'One step',
        'back': 'Back to the photo',
        'keep': 'Keep this one',
        'take up': 'Go back to this one',
        'save': 'Save',
        'remove': 'Remove',
        'content_weight': 'Content weight',
        'style_weight': 'Style weight',
        'tv_weight': 'TV weight',
        'lr': 'Learning rate',
        'in_range': 'Keep in range',
        'in_range told': 'keep in range',
        'style_layers': 'Style layers',
        'choose': 'A new run',
        'steer': 'Steer: acts on the next step',
        'kept': 'Kept',
        'on': 'on',
        'off': 'off',
        'content': 'content',
        'style': 'style',
        'TV': 'TV',
        'total': 'total',
        'steps': 'steps',
        'loss': 'weighted loss',
        'share': 'share of the gradients, %\n(after step {})',
        'fine': 'finest structure',
        'outside': 'out of range',
        'status': 'Step {step} · {speed} steps a second · '
        '{outside} of the pixels out of range',
        'running': 'running',
        'paused': 'paused',
        'loading': 'loading ...',
        'picture': 'The picture after step {step}: {content} in the style of '
        '{style}.',
        'curves': 'The losses of {step} steps: content {content}, style '
        '{style}, TV {tv}, total {total}. {marks}',
        'bars': 'Shares of the gradients: {shares}.',
        'no marks': 'Nothing was changed.',
        'marks': 'Changed: {}.',
        'after': '{names} after step {step}',
        'at step': 'step {}',
        'diverged': 'The loss is no longer a finite number. The lab is back '
        'at step {}, where something was last asked of it: lower the '
        'learning rate, then go on.',
        'no weights': 'There are no VGG-19 weights on this machine: run '
        'gluon-style weights fetch model-zoo, or name a file with '
        'GLUON_STYLE_WEIGHTS.',
        'saved': 'Save picture {}: ',
        'file picture': 'picture (.png)',
        'file record': 'record (.json)',
        'file history': 'history of settings (.json)',
        'static': 'Run this cell in JupyterLab: the lab opens here.',
        'help title': 'What is what',
        'help': '<p>Every slider and switch acts on the next step of the '
        'picture that is running; none begins it anew. A choice under “A new '
        'run” does.</p>'
        '<p>The chapter lowers its learning rate by a fifth every 50 steps. '
        'Here it stays where you put it: the schedule is you.</p>'
        '<p>The lab takes steps with Adam. <code>quick</code> and '
        '<code>fine</code>, presets of the command line, use L-BFGS, which '
        'learns the shape of one loss from its last steps; each change of '
        'the loss would make that knowledge false.</p>'
        '<p>The curves are weighted as the chapter plots them. The total '
        'counts the style loss ten times, as the chapter does, and so do the '
        'bars.</p>'
        '<p>“Save” gives three files. With the third, <code>gluon-style '
        'transfer -o out.png --replay FILE</code> makes the same picture '
        'again, to the bit on the same machine.</p>',
    },
    'turkish': {
        'lang': 'tr',
        'decimal': ',',
        'percent': '%{}',
        'title': 'Laboratuvar: Süren koşuyu yönlendirin',
        'language': 'Dil',
        'photo': 'Fotoğraf',
        'painting': 'Tablo',
        'own photo': 'Kendi fotoğrafınız',
        'own painting': 'Kendi tablonuz',
        'network': 'Ağ',
        'student': 'öğrenci (paketle gelir)',
        'real': 'gerçek VGG-19',
        'preset': 'Ön ayar',
        'book': 'kitap: Adam, 0,9',
        'calm': 'aralıkta: Adam, 0,05',
        'size': 'Genişlik (piksel)',
        'start': 'Başlat',
        'go on': 'Sürdür',
        'pause': 'Duraklat',
        'step': 'Tek adım',
        'back': 'Fotoğrafa dön',
        'keep': 'Bunu sakla',
        'take up': 'Buna dön',
        'save': 'Kaydet',
        'remove': 'Sil',
        'content_weight': 'İçerik ağırlığı',
        'style_weight': 'Stil ağırlığı',
        'tv_weight': 'TV ağırlığı',
        'lr': 'Öğrenme oranı',
        'in_range': 'Aralıkta tut',
        'in_range told': 'aralıkta tutma',
        'style_layers': 'Stil katmanları',
        'choose': 'Yeni bir koşu',
        'steer': 'Yönlendirin: Bir sonraki adımda etkili olur',
        'kept': 'Saklananlar',
        'on': 'açık',
        'off': 'kapalı',
        'content': 'içerik',
        'style': 'stil',
        'TV': 'TV',
        'total': 'toplam',
        'steps': 'adım',
        'loss': 'ağırlıklı kayıp',
        'share': 'gradyanlardaki pay, %\n({}. adımdan sonra)',
        'fine': 'en ince yapı',
        'outside': 'aralık dışı',
        'status': '{step}. adım · saniyede {speed} adım · aralık dışı '
        'pikseller: {outside}',
        'running': 'çalışıyor',
        'paused': 'duraklatıldı',
        'loading': 'yükleniyor ...',
        'picture': '{step}. adımdan sonraki görüntü: {style} stilinde '
        '{content}.',
        'curves': '{step} adımın kayıpları: içerik {content}, stil {style}, '
        'TV {tv}, toplam {total}. {marks}',
        'bars': 'Gradyanlardaki paylar: {shares}.',
        'no marks': 'Hiçbir şey değiştirilmedi.',
        'marks': 'Değiştirilenler: {}.',
        'after': '{step}. adımdan sonra {names}',
        'at step': '{}. adım',
        'diverged': 'Kayıp artık sonlu bir sayı değil. Laboratuvar, ona son '
        'kez bir şey söylediğiniz yere, {}. adıma döndü: Öğrenme oranını '
        'düşürüp sürdürün.',
        'no weights': 'Bu bilgisayarda VGG-19 ağırlıkları yok: gluon-style '
        'weights fetch model-zoo komutunu çalıştırın ya da '
        'GLUON_STYLE_WEIGHTS ile bir dosya gösterin.',
        'saved': '{}. görüntüyü kaydedin: ',
        'file picture': 'görüntü (.png)',
        'file record': 'künye (.json)',
        'file history': 'ayarların geçmişi (.json)',
        'static': "Bu hücreyi JupyterLab'de çalıştırın: Laboratuvar burada "
        'açılır.',
        'help title': 'Ne nedir?',
        'help': '<p>Her sürgü ve her kutu, süren koşunun bir sonraki '
        'adımında etkili olur; hiçbiri koşuyu baştan başlatmaz. “Yeni bir '
        'koşu” altındaki seçimler ise başlatır.</p>'
        '<p>Kitap öğrenme oranını her 50 adımda beşte bir azaltır. Burada '
        'oran, siz nereye koyarsanız orada kalır: Zamanlama sizden '
        'sorulur.</p>'
        '<p>Laboratuvar adımlarını Adam ile atar. Komut satırının '
        '<code>quick</code> ve <code>fine</code> ön ayarları L-BFGS kullanır; '
        'o, son adımlarından tek bir kaybın biçimini öğrenir. Kayıp her '
        'değiştiğinde bu bilgi yanlış olurdu.</p>'
        '<p>Eğriler, kitabın çizdiği gibi ağırlıklıdır. Toplam, kitapta '
        'olduğu gibi stil kaybını on kez sayar; çubuklar da öyle.</p>'
        '<p>“Kaydet” üç dosya verir. Üçüncüsüyle <code>gluon-style transfer '
        '-o out.png --replay DOSYA</code>, aynı bilgisayarda aynı görüntüyü '
        'bitine kadar yeniden üretir.</p>',
    },
}


def words_of(language: str) -> dict[str, str]:
    """Return the words of a language, 'english' or 'turkish'.

    Raises
    ------
    SettingsError
        There are none of that language.
    """
    if language not in _WORDS:
        raise SettingsError(
            f'got the language {language!r}, wanted one of '
            + ', '.join(_WORDS)
        )
    return _WORDS[language]


def number(value: float, words: dict[str, str]) -> str:
    """Write a number to three digits, as the language does."""
    return Wording({'.': words['decimal']}, 3).number(value)


def percent(share: float, words: dict[str, str]) -> str:
    """Write a share of 1 in per cent, to its tenths, as the language does."""
    return words['percent'].format(number(round(100 * share, 1), words))


def changes_told(history: History, words: dict[str, str]) -> dict[int, str]:
    """Say in short what was changed after which step.

    Parameters
    ----------
    history : History
        Its changes.
    words : dict
        From `words_of`.
    """
    told: dict[int, list[str]] = {}
    layers = _names(history.settings.style_layers)
    for change in history.changes:
        told.setdefault(change.step, []).append(_told(change, layers, words))
        if change.name == 'style_layers':
            layers = _names(change.value)
    return {step: ', '.join(names) for step, names in told.items()}


def _names(layers: Any) -> list[str]:
    return [VGG19_LAYERS[layer_index(i)].name for i in layers]


def _told(change: Change, before: list[str], words: dict[str, str]) -> str:
    name, value = change.name, change.value
    if name == 'style_layers':
        now = _names(value)
        off = [f'{i} {words["off"]}' for i in before if i not in now]
        on = [f'{i} {words["on"]}' for i in now if i not in before]
        return ', '.join(off + on)
    return _pair(name, value, words)


def _pair(name: str, value: Any, words: dict[str, str]) -> str:
    told = words.get(f'{name} told', words[name])
    return f'{told} {_value(value, words)}'


def _value(value: Any, words: dict[str, str]) -> str:
    if isinstance(value, bool):
        return words['on'] if value else words['off']
    return number(value, words)


def settings_told(history: History, words: dict[str, str]) -> str:
    """Say in a line what the next step would be taken with."""
    now = history.last_settings
    names = ('content_weight', 'style_weight', 'tv_weight', 'lr', 'in_range')
    values = [_pair(i, getattr(now, i), words) for i in names]
    layers = ', '.join(_names(now.style_layers)) or words['off']
    return '; '.join([*values, f'{words["style_layers"]}: {layers}'])
