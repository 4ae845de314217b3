"""How the lessons call things and write numbers, in each language.

Tables and figures are made in English words and pass them through a `Wording`
on their way to the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping, SupportsFloat

from ..errors import SettingsError

__all__ = ['ENGLISH', 'Wording', 'find_wording']


@dataclass(frozen=True)
class Wording:
    """How a language calls things and writes numbers.

    Attributes
    ----------
    words : mapping of str to str
        What to write in place of an English word, of a name of the package,
        of the decimal point '.', and of '{} %'; what is not there is written
        as it is.
    digits : int
        How many digits of a number count, if nothing else is said.
    """

    words: Mapping[str, str]
    digits: int = 2

    @property
    def point(self) -> str:
        """What stands before the decimals."""
        return self('.')

    def __call__(self, name: str) -> str:
        """Translate a name, word by word if it is not there as a whole."""
        parts = name.split(' ')
        return self.words.get(
            name, ' '.join(self.words.get(part, part) for part in parts)
        )

    def number(self, value: SupportsFloat, digits: int | None = None) -> str:
        """Write a number with so many digits that count.

        Examples
        --------
        >>> find_wording('turkish').number(0.7649)
        '0,76'
        >>> find_wording('english', 3).number(1234.5)
        '1230'
        """
        rounded = float(f'{float(value):.{digits or self.digits}g}')
        return f'{rounded:.9g}'.replace('.', self.point)

    def fixed(self, value: SupportsFloat, decimals: int = 0) -> str:
        """Write a number with so many digits behind the decimal point."""
        return f'{float(value):.{decimals}f}'.replace('.', self.point)

    def percent(self, share: float) -> str:
        """Write a share of 1 in per cent.

        Examples
        --------
        >>> find_wording('turkish').percent(0.137)
        '%14'
        >>> find_wording('english').percent(0.00123)
        '0.12 %'
        """
        share = share if abs(share) > 1e-5 else 0  # a rounding
        return self('{} %').format(self.number(100 * share))


WORDS = {
    'english': {
        'tv': 'TV',
        'content_layers': 'content layer',
        'style_layers': 'style layers',
        'content_weight': 'content weight',
        'tv_weight': 'TV weight',
        'conv1_1+conv2_1': 'conv1_1, conv2_1',
        'conv4_1+conv5_1': 'conv4_1, conv5_1',
        'conv1_1+conv2_1+conv3_1+conv4_1+conv5_1': 'all five',
    },
    'turkish': {
        '.': ',',
        '0.2': '0,2',
        '{} %': '%{}',
        # what is shown and measured
        'photo': 'fotoğraf',
        'painting': 'tablo',
        'noise': 'gürültü',
        'result': 'sonuç',
        'target': 'hedef',
        'content image': 'içerik görüntüsü',
        'style image': 'stil görüntüsü',
        'synthesised image': 'sentezlenen görüntü',
        'its pixels shuffled': 'pikselleri karıştırılmış',
        'its negative': 'negatifi',
        'content': 'içerik',
        'style': 'stil',
        'tv': 'TV',
        'fine': 'ince yapı',
        'total': 'toplam',
        'loss': 'kayıp',
        'content loss': 'içerik kaybı',
        'style loss': 'stil kaybı',
        'TV loss': 'TV kaybı',
        'total\nloss': 'toplam\nkayıp',
        'style loss x 1000:': 'stil kaybı x 1000:',
        'loss x 1000': 'kayıp x 1000',
        'left': 'kalan',
        # the network
        'VGG-19 file': 'VGG-19 dosyası',
        'VGG-19, frozen': 'VGG-19, dondurulmuş',
        'layer {}': '{}. katman',
        'forward': 'ileri yayılım',
        'backward: the gradient, down to the pixels': (
            'geri yayılım: gradyan, piksellere kadar'
        ),
        'name': 'ad',
        'index': 'no',
        'channels': 'kanal',
        'channel': 'kanal',
        'all': 'hepsi',
        'stride': 'uzun adım',
        'role': 'görevi',
        'file': 'dosya',
        'random': 'rastgele',
        'student': 'öğrenci ağ',
        # a run
        'epoch': 'dönem',
        'epochs': 'dönem',
        'epoch {}': '{}. dönem',
        'steps taken': 'atılan adım sayısı',
        'after step': 'kaç adımdan sonra',
        'share, %': 'pay, %',
        'share of the loss': 'kayıptaki pay',
        'share of the gradients': 'gradyanlardaki pay',
        "share of the terms' gradients (%)": 'gradyanlardaki pay (%)',
        'share of the largest value in the painting': (
            'tablodaki en büyük değere oranı'
        ),
        'out of range': 'aralık dışı',
        'pixels out of range': 'aralık dışındaki pikseller',
        'not clipped:': 'kırpılmamış:',
        'clipped': 'kırpılmış',
        'kept in range': 'aralıkta tutulmuş',
        # sweeps
        'failed': 'başarısız',
        'not run': 'çalıştırılmadı',
        'losses without their weights': 'ağırlıksız kayıplar',
        'content_layers': 'içerik katmanı',
        'style_layers': 'stil katmanları',
        'content_weight': 'içerik ağırlığı',
        'tv_weight': 'TV ağırlığı',
        'conv1_1+conv2_1': 'conv1_1, conv2_1',
        'conv4_1+conv5_1': 'conv4_1, conv5_1',
        'conv1_1+conv2_1+conv3_1+conv4_1+conv5_1': 'beşi de',
        # the ladder
        'distance': 'uzaklık',
        'floor': 'taban',
        'effect': 'etki',
        'within noise': 'gürültünün içinde',
        'grey levels': 'gri düzey',
        'sum': 'toplam',
        'how far two pictures are apart': 'iki görüntünün uzaklığı',
        'MXNet and PyTorch': 'MXNet ile PyTorch',
        'PyTorch and its twins': 'PyTorch ile ikizleri',
        'MXNet and its twin': 'MXNet ile ikizi',
    },
}
ENGLISH = Wording(WORDS['english'])


def find_wording(language: str, digits: int = 2) -> Wording:
    """Look up the wording of a language: 'english' or 'turkish'.

    Raises
    ------
    SettingsError
        There is none of that language.
    """
    if language not in WORDS:
        known = ', '.join(WORDS)
        raise SettingsError(f'no words of {language!r}: take one of {known}')
    return Wording(WORDS[language], digits)
