"""The words and numbers of the exercises' tables and charts, by language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping

from ..errors import SettingsError

__all__ = ['Wording', 'find_wording']


@dataclass(frozen=True)
class Wording:
    """How a language calls things and writes numbers.

    Attributes
    ----------
    words : mapping of str to str
        What to write in place of a name of the package; a name that is not
        there is written as it is.
    point : str
        The decimal point.
    percent_form : str
        Where a number stands beside its per cent sign.
    """

    words: Mapping[str, str]
    point: str = '.'
    percent_form: str = '{} %'

    def __call__(self, name: str) -> str:
        """Translate a name, word by word if it is not there as a whole."""
        parts = name.split(' ')
        return self.words.get(
            name, ' '.join(self.words.get(part, part) for part in parts)
        )

    def number(self, value: float, digits: int = 2) -> str:
        """Write a number with so many digits that count.

        Examples
        --------
        >>> find_wording('turkish').number(0.7649)
        '0,76'
        >>> find_wording('english').number(123.4)
        '120'
        """
        text = f'{float(f"{value:.{digits}g}"):.6g}'
        return text.replace('.', self.point)

    def fixed(self, value: float, decimals: int = 2) -> str:
        """Write a number with so many digits behind the decimal point."""
        return f'{value:.{decimals}f}'.replace('.', self.point)

    def percent(self, share: float, digits: int = 2) -> str:
        """Write a share of 1 in per cent.

        Examples
        --------
        >>> find_wording('turkish').percent(0.137)
        '%14'
        >>> find_wording('english').percent(0.00123)
        '0.12 %'
        """
        share = share if abs(share) > 1e-5 else 0  # a rounding
        return self.percent_form.format(self.number(100 * share, digits))


ENGLISH = {
    'tv': 'TV',
    'content_layers': 'content layer',
    'style_layers': 'style layers',
    'content_weight': 'content weight',
    'tv_weight': 'TV weight',
    'conv1_1+conv2_1': 'conv1_1, conv2_1',
    'conv4_1+conv5_1': 'conv4_1, conv5_1',
    'conv1_1+conv2_1+conv3_1+conv4_1+conv5_1': 'all five',
}
TURKISH = {
    'content': 'içerik',
    'style': 'stil',
    'tv': 'TV',
    'fine': 'ince yapı',
    'loss': 'kayıp',
    'left': 'kalan',
    'target': 'hedef',
    'epochs': 'dönem',
    'file': 'dosyası',
    'failed': 'başarısız',
    'not run': 'çalıştırılmadı',
    'losses without their weights': 'kayıplar ağırlıksız',
    'content_layers': 'içerik katmanı',
    'style_layers': 'stil katmanları',
    'content_weight': 'içerik ağırlığı',
    'tv_weight': 'TV ağırlığı',
    'photo': 'fotoğraf',
    'painting': 'tablo',
    'noise': 'gürültü',
    'after step': 'kaç adımdan sonra',
    "share of the terms' gradients (%)": 'gradyanlardaki pay (%)',
    'conv1_1+conv2_1': 'conv1_1, conv2_1',
    'conv4_1+conv5_1': 'conv4_1, conv5_1',
    'conv1_1+conv2_1+conv3_1+conv4_1+conv5_1': 'beşi de',
    '0.2': '0,2',
    '.': ',',
}
WORDINGS = {
    'english': Wording(ENGLISH),
    'turkish': Wording(TURKISH, ',', '%{}'),
}


def find_wording(language: str) -> Wording:
    """Look up the wording of a language: 'english' or 'turkish'.

    Raises
    ------
    SettingsError
        There is none of that language.
    """
    if language not in WORDINGS:
        known = ', '.join(WORDINGS)
        raise SettingsError(f'no words of {language!r}: take one of {known}')
    return WORDINGS[language]
