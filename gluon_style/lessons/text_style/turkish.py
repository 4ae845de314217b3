"""Turkish sentences in two styles, formal and informal.

Turkish marks the address in its suffixes: "gönderebilir misiniz" against
"göndersene". Words are built here from pieces, stem and suffixes, which
`harmony` then colours by the vowels of the stem.
"""

from __future__ import annotations

from typing import Dict, Tuple

from .grammar import Grammar
from .harmony import harmonise

__all__ = ['TURKISH']

OBJECTS = (
    'rapor sözleşme fatura bütçe dilekçe gitar çadır pizza bisiklet kaykay '
    'bilgisayar paket çizelge bilet afiş kamera merdiven mikrofon harita '
    'yazıcı çeviri fotoğraf klavye bavul telefon dürbün keman'
)
PEOPLE = 'ayşe ömer leyla kerem maya emre zeynep deniz elif murat selma onur'
PLACES = 'ofis kütüphane istasyon müze kafe liman tiyatro bahçe stadyum'
EVENTS = 'toplantı konser kurs sergi mülakat şenlik seminer düğün'
TIMES = {
    'pazartesi': '*pazartesi günü',
    'cuma': "*cuma'dan önce",
    'pazar': "*pazar'a kadar",
    'bugün': 'bugün',
    'yarın': 'yarın',
    'öğle': '*öğleden önce',
    'akşam': 'bu *akşam',
    'hafta': 'gelecek *hafta',
    'cumartesi': '*cumartesi sabahı',
    'güz': '*güzün',
}
# neutral, formal and informal stem; the second row is the passive
ACTIONS = {
    'gönder': (('gönder', 'ilet', 'yolla'), ('gönderil', 'iletil', 'yollan')),
    'incele': (
        ('incele', 'gözden geçir', 'kurcala'),
        ('incelen', 'gözden geçiril', 'kurcalan'),
    ),
    'al': (('al', 'edin', 'kap'), ('alın', 'edinil', 'kapıl')),
    'düzelt': (('düzelt', 'onar', 'yap'), ('düzeltil', 'onarıl', 'yapıl')),
    'getir': (
        ('getir', 'ulaştır', 'getir'),
        ('getiril', 'ulaştırıl', 'getiril'),
    ),
    'anlat': (('anlat', 'açıkla', 'anlat'), ('anlatıl', 'açıklan', 'anlatıl')),
    'topla': (('topla',) * 3, ('toplan',) * 3),
    'çoğalt': (('çoğalt',) * 3, ('çoğaltıl',) * 3),
    'sakla': (('sakla',) * 3, ('saklan',) * 3),
}
STATES = {
    'eski': ('eski', 'demode', 'külüstür'),
    'garip': ('garip', 'alışılmadık', 'acayip'),
    'güzel': ('güzel', 'başarılı', 'süper'),
    'pahalı': ('pahalı', 'maliyetli', 'tuzlu'),
    'ağır': ('ağır',) * 3,
    'küçük': ('küçük',) * 3,
    'çirkin': ('çirkin', 'zevksiz', 'iğrenç'),
    'kirli': ('kirli',) * 3,
    'ilginç': ('ilginç', 'ilgi *çekici', 'ilginç'),
}

Forms = Dict[str, Dict[str, Tuple[str, str, str]]]


def _plain(words: str) -> Forms:
    return {word: {'': (word, word, word)} for word in words.split()}


FRAMES = {
    'rica': {
        'neutral': [
            '{person} için {time} {object}+(n)In {action.passive}+mA+sI '
            'gerekiyor .',
            '{person} için {time} {object}+(y)I {action}+mAk gerek .',
        ],
        'resmî': [
            '[open] {object}+(y)I {person} için {time} {action}+(y)Abilir '
            'mi+siniz ? [close]',
            '[open] {person} için {time} {object}+(y)I {action}+mA+nIz+I rica '
            'ederiz . [close]',
            '[open] {object}+(n)In {person} için {time} '
            '{action.passive}+mA+sI+nI arz ederim . [close]',
            '[open] {person} için {time} {object}+(y)I '
            '{action}+(y)Abilir+sA+nIz memnun oluruz . [close]',
        ],
        'samimi': [
            '[open] {object}+(y)I {person} için {time} {action}+(y)Abilir '
            'mi+sin ? [close]',
            '[open] {person} için {time} {object}+(y)I {action}+sAnA ! '
            '[close]',
            '[open] {object}+(y)I {person} için {time} {action}+(y)Iver , '
            'olur mu ? [close]',
            '[open] {person} için {time} {object}+(y)I {action}+sA+n iyi olur '
            '. [close]',
        ],
    },
    'durum': {
        'neutral': [
            '{event}+DA+ki {object} [very] {state} .',
            'bence {event}+DA+ki {object} {state} .',
        ],
        'resmî': [
            '[open] üzülerek belirtiriz ki {event}+DA+ki {object} [very] '
            '{state}+DIr . [close]',
            '[open] {event}+DA+ki {object}+(n)In [very] {state} olduğunu '
            'bilginize sunarız . [close]',
            '[open] görüşümüze göre {event}+DA+ki {object} [very] '
            '{state}+DIr . [close]',
        ],
        'samimi': [
            '[open] valla {event}+DA+ki {object} [very] {state} . [close]',
            '[open] {event}+DA+ki {object} [very] {state} ya ! [close]',
            '[open] {event}+DA+ki {object} [very] {state} , bilesin . [close]',
        ],
    },
    'ihtiyaç': {
        'neutral': [
            "{person}+'(n)In {event} için {time} {object}+(y)A ihtiyacı var .",
            "{object} {event} için {time} {person}+'(y)A gerekli .",
        ],
        'resmî': [
            "[open] {person}+'(n)In {event} için {time} {object}+(y)A "
            'gereksinimi bulunmakta+dır . [close]',
            '[open] {person} , {event} için {time} {object} talep etmekte+dir '
            '. [close]',
            "[open] {event} için {time} {person}+'(y)A {object} "
            'sağlanmasını rica ederiz . [close]',
        ],
        'samimi': [
            "[open] {person}+'(y)A {event} için {time} {object} lazım ya . "
            '[close]',
            '[open] {person} {event} için {time} {object} istiyor , haberin '
            'olsun . [close]',
            '[open] {person} {event} için {time} {object} diye tutturdu ! '
            '[close]',
        ],
    },
    'soru': {
        'neutral': [
            "{person}+'(n)In {place}+DA {object}+(s)I var mı ?",
            "{person}+'(n)In {object}+(s)I {place}+DA olabilir mi ?",
        ],
        'resmî': [
            "[open] {person}+'(n)In {place}+DA {object}+(s)I var mı+dır ? "
            '[close]',
            "[open] {person}+'(n)In {object}+(s)I+nIn {place}+DA olup "
            'olmadığını bildirir mi+siniz ? [close]',
            "[open] {person}+'(n)In {object}+(s)I+nI {place}+DA görme "
            'imkânınız oldu mu ? [close]',
        ],
        'samimi': [
            "[open] {person}+'(n)In {place}+DA {object}+(s)I var mı ya ? "
            '[close]',
            "[open] söylesene , {person}+'(n)In {object}+(s)I {place}+DA "
            'olabilir mi ? [close]',
            "[open] {person}+'(n)In {object}+(s)I+nI {place}+DA gördü+n mü ? "
            '[close]',
        ],
    },
    'plan': {
        'neutral': [
            '{person} {event} için {time} {place}+DA olacak .',
            '{person} {event} için {time} {place}+(y)A gelecek .',
        ],
        'resmî': [
            '[open] {person} {event} için {time} {place}+DA hazır '
            'bulunacak+tır . [close]',
            '[open] {event} için {time} {place}+DA {person} ile görüşmenizi '
            'arzu ederiz . [close]',
            '[open] {person} {event} için {time} {place}+(y)I teşrif '
            'edecek+tir . [close]',
        ],
        'samimi': [
            '[open] {person} {event} için {time} {place}+(y)A damlar . '
            '[close]',
            '[open] gelsene , {person} {event} için {time} {place}+DA '
            'takılacak ! [close]',
            "[open] {event} için {time} {place}+DA {person}+'(y)I yakala ! "
            '[close]',
        ],
    },
    'neden': {
        'neutral': [
            '{object} {state} ve {person} {object2}+(y)I {action}+(y)AcAk .',
        ],
        'resmî': [
            '[open] {object} [very] {state} olduğundan {person} '
            '{object2}+(y)I {action}+(y)AcAk+DIr . [close]',
            '[open] {object} [very] {state}+DIr ; bu nedenle {object2} '
            '{person} tarafından {action.passive}+(y)AcAk+DIr . [close]',
        ],
        'samimi': [
            '[open] {object} [very] {state} , o yüzden {person} '
            '{object2}+(y)I {action}+(y)AcAk işte . [close]',
            '[open] {object} [very] {state} diye {person} {object2}+(y)I '
            '{action}+(y)Iver+AcAk . [close]',
            '[open] {person} {object2}+(y)I {action}+(y)AcAk , çünkü {object} '
            '[very] {state} ya . [close]',
        ],
    },
}

SITES = {
    'open': {
        'neutral': ['', 'iyi günler ,'],
        'resmî': ['', '', 'sayın yetkililer ,', 'iyi günler ,'],
        'samimi': ['', '', 'selam ,', 'ya ,', 'abi ,'],
    },
    'close': {
        'neutral': ['', 'teşekkürler .'],
        'resmî': ['', '', 'saygılarımızla .', 'çok teşekkür ederiz .'],
        'samimi': ['', '', 'öptüm !', 'çok sağ ol !', 'teşekkürler !'],
    },
    'very': {
        'neutral': ['', 'çok'],
        'resmî': ['', 'oldukça', 'çok', 'son derece'],
        'samimi': ['', 'feci', 'baya', 'çok'],
    },
}

TURKISH = Grammar(
    styles=('resmî', 'samimi'),
    frames=FRAMES,
    slots={
        'object': _plain(OBJECTS),
        'person': _plain(PEOPLE),
        'place': _plain(PLACES),
        'event': _plain(EVENTS),
        'time': {word: {'': (form,) * 3} for word, form in TIMES.items()},
        'action': {
            word: {'': active, 'passive': passive}
            for word, (active, passive) in ACTIONS.items()
        },
        'state': {word: {'': forms} for word, forms in STATES.items()},
    },
    sites=SITES,
    leaning={
        **dict.fromkeys(['sözleşme', 'fatura', 'bütçe', 'dilekçe'], 'resmî'),
        **dict.fromkeys(['gitar', 'çadır', 'pizza', 'kaykay'], 'samimi'),
        **dict.fromkeys(['seminer'], 'resmî'),
        **dict.fromkeys(['şenlik'], 'samimi'),
    },
    unseen=frozenset(['dürbün', 'keman', 'onur', 'stadyum', 'düğün']),
    morphology=harmonise,
)
