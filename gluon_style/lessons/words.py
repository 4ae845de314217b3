"""The words on the figures and tables of notebook 01, in each language."""

from __future__ import annotations

from typing import Mapping

from ..errors import SettingsError

__all__ = ['number', 'words_of']

Words = Mapping[str, str]

_WORDS: dict[str, dict[str, str]] = {
    'english': {
        'decimal': '.',
        'content image': 'content image',
        'style image': 'style image',
        'photo': 'photo',
        'painting': 'painting',
        'result': 'result',
        'synthesised image': 'synthesised image',
        'network': 'VGG-19, frozen',
        'nth layer': 'layer {}',
        'name': 'name',
        'index': 'index',
        'channels': 'channels',
        'stride': 'stride',
        'role': 'role',
        'content': 'content',
        'style': 'style',
        'TV': 'TV',
        'style loss': 'style loss',
        'content loss': 'content loss',
        'tv loss': 'TV loss',
        'total': 'total',
        'total loss': 'total\nloss',
        'forward': 'forward',
        'backward': 'backward: the gradient, down to the pixels',
        'all channels': 'all',
        'channel': 'channel',
        'shuffled': 'its pixels shuffled',
        'negative': 'its negative',
        'epoch': 'epoch',
        'nth epoch': 'epoch {}',
        'steps': 'steps taken',
        'loss': 'loss',
        'share': 'share, %',
        'shares of the loss': 'share of the loss',
        'shares of the gradient': 'share of the gradients',
        'out of range': 'out of range',
        'squeezed': 'not clipped:',
        'outside': 'pixels out of range',
        'clipped': 'clipped',
        'in range': 'kept in range',
        'heat scale': 'share of the largest value in the painting',
        'weighted': 'style loss x 1000:',
    },
    'turkish': {
        'decimal': ',',
        'content image': 'içerik görüntüsü',
        'style image': 'stil görüntüsü',
        'photo': 'fotoğraf',
        'painting': 'tablo',
        'result': 'sonuç',
        'synthesised image': 'sentezlenen görüntü',
        'network': 'VGG-19, dondurulmuş',
        'nth layer': '{}. katman',
        'name': 'ad',
        'index': 'no',
        'channels': 'kanal',
        'stride': 'adım',
        'role': 'görevi',
        'content': 'içerik',
        'style': 'stil',
        'TV': 'TV',
        'style loss': 'stil kaybı',
        'content loss': 'içerik kaybı',
        'tv loss': 'TV kaybı',
        'total': 'toplam',
        'total loss': 'toplam\nkayıp',
        'forward': 'ileri yayılım',
        'backward': 'geri yayılım: gradyan, piksellere kadar',
        'all channels': 'hepsi',
        'channel': 'kanal',
        'shuffled': 'pikselleri karıştırılmış',
        'negative': 'negatifi',
        'epoch': 'dönem',
        'nth epoch': '{}. dönem',
        'steps': 'atılan adım sayısı',
        'loss': 'kayıp',
        'share': 'pay, %',
        'shares of the loss': 'kayıptaki pay',
        'shares of the gradient': 'gradyanlardaki pay',
        'out of range': 'aralık dışı',
        'squeezed': 'kırpılmamış:',
        'outside': 'aralık dışındaki pikseller',
        'clipped': 'kırpılmış',
        'in range': 'aralıkta tutulmuş',
        'heat scale': 'tablodaki en büyük değere oranı',
        'weighted': 'stil kaybı x 1000:',
    },
}


def words_of(language: str) -> Words:
    """Return the words of a language, 'english' or 'turkish', by the English.

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


def number(value: float, words: Words) -> str:
    """Write a number to three digits, as the language does.

    Examples
    --------
    >>> number(1234.5, words_of('english')), number(2e-14, words_of('english'))
    ('1230', '2e-14')
    >>> number(44.27, words_of('turkish'))
    '44,3'
    """
    rounded = float(f'{value:.3g}')
    return f'{rounded:.9g}'.replace('.', words['decimal'])
