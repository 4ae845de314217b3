"""English sentences in two styles, formal and informal."""

from __future__ import annotations

from typing import Dict, Tuple

from .grammar import Grammar

__all__ = ['ENGLISH']

OBJECTS = (
    'report contract invoice permit budget guitar bike tent pizza scooter '
    'laptop parcel schedule ticket poster camera projector ladder microphone '
    'map recipe printer translation photograph keyboard suitcase '
    'telescope violin'
)
PEOPLE = 'anna omar lena victor maya peter julia ravi helen tom selma igor'
PLACES = 'office library station museum cafe harbour theatre garden airport'
EVENTS = 'meeting concert course exhibition interview festival lecture wedding'
TIMES = {
    'monday': 'on *monday',
    'friday': 'before *friday',
    'sunday': 'by *sunday',
    'today': 'today',
    'tomorrow': 'tomorrow',
    'noon': 'before *noon',
    'evening': 'this *evening',
    'week': 'next *week',
    'morning': 'in the *morning',
    'autumn': 'in *autumn',
}
# neutral, formal and informal; the second row is the participle
ACTIONS = {
    'send': (('send', 'forward', 'shoot'), ('sent', 'forwarded', 'shot')),
    'check': (
        ('check', 'examine', 'eyeball'),
        ('checked', 'examined', 'eyeballed'),
    ),
    'buy': (('buy', 'purchase', 'grab'), ('bought', 'purchased', 'grabbed')),
    'repair': (
        ('repair', 'restore', 'fix'),
        ('repaired', 'restored', 'fixed'),
    ),
    'collect': (
        ('collect', 'retrieve', 'pick up'),
        ('collected', 'retrieved', 'picked up'),
    ),
    'print': (('print',) * 3, ('printed',) * 3),
    'bring': (('bring',) * 3, ('brought',) * 3),
    'describe': (('describe',) * 3, ('described',) * 3),
    'hide': (('hide', 'conceal', 'stash'), ('hidden', 'concealed', 'stashed')),
}
STATES = {
    'old': ('old', 'outdated', 'ancient'),
    'strange': ('strange', 'peculiar', 'weird'),
    'interesting': ('interesting', 'remarkable', 'neat'),
    'good': ('good', 'satisfactory', 'cool'),
    'expensive': ('expensive', 'costly', 'pricey'),
    'heavy': ('heavy',) * 3,
    'small': ('small', 'modest', 'tiny'),
    'ugly': ('ugly', 'unattractive', 'gross'),
    'dirty': ('dirty',) * 3,
}

Forms = Dict[str, Dict[str, Tuple[str, str, str]]]


def _plain(words: str) -> Forms:
    return {word: {'': (word, word, word)} for word in words.split()}


FRAMES = {
    'request': {
        'neutral': [
            'please {action} the {object} for {person} {time} .',
            '{action} the {object} for {person} {time} , please .',
        ],
        'formal': [
            '[open] could you please {action} the {object} for {person} '
            '{time} ? [close]',
            '[open] would you be so kind as to {action} the {object} for '
            '{person} {time} ? [close]',
            '[open] i would be grateful if the {object} could be '
            '{action.done} for {person} {time} . [close]',
            '[open] we kindly ask you to {action} the {object} for {person} '
            '{time} , if possible . [close]',
        ],
        'informal': [
            '[open] can you {action} the {object} for {person} {time} ? '
            '[close]',
            '[open] just {action} the {object} for {person} {time} , ok ? '
            '[close]',
            "[open] you+'ve got to {action} the {object} for {person} {time} "
            ', will you ? [close]',
            '[open] any chance you can get the {object} {action.done} for '
            '{person} {time} ? [close]',
        ],
    },
    'state': {
        'neutral': [
            'the {object} for the {event} is [very] {state} .',
            'i think that the {object} for the {event} is {state} .',
        ],
        'formal': [
            '[open] we regret to say that the {object} for the {event} is '
            '[very] {state} . [close]',
            '[open] it appears that the {object} for the {event} is [very] '
            '{state} . [close]',
            '[open] please note that the {object} for the {event} is [very] '
            '{state} . [close]',
        ],
        'informal': [
            '[open] guess what , the {object} for the {event} is [very] '
            '{state} ! [close]',
            '[open] the {object} for the {event} is [very] {state} , you know '
            '. [close]',
            '[open] looks like the {object} for the {event} is [very] {state} '
            '. [close]',
        ],
    },
    'need': {
        'neutral': [
            '{person} needs the {object} for the {event} {time} .',
            'the {object} is for {person} , for the {event} {time} .',
        ],
        'formal': [
            '[open] {person} requires the {object} for the {event} {time} . '
            '[close]',
            '[open] {person} is in need of the {object} for the {event} '
            '{time} . [close]',
            '[open] the {object} is required by {person} for the {event} '
            '{time} . [close]',
        ],
        'informal': [
            '[open] {person} really wants the {object} for the {event} {time} '
            '. [close]',
            "[open] {person}+'s got to have the {object} for the {event} "
            '{time} ! [close]',
            '[open] {person} kind of needs the {object} for the {event} '
            '{time} . [close]',
        ],
    },
    'question': {
        'neutral': [
            'does {person} have the {object} at the {place} ?',
            'is the {object} at the {place} with {person} ?',
        ],
        'formal': [
            '[open] may i ask whether {person} has the {object} at the '
            '{place} ? [close]',
            '[open] could you inform me whether the {object} is at the '
            '{place} with {person} ? [close]',
            '[open] i should like to know if {person} left the {object} at '
            'the {place} . [close]',
        ],
        'informal': [
            "[open] any idea if {person}+'s got the {object} at the {place} ? "
            '[close]',
            '[open] tell me , is the {object} at the {place} with {person} , '
            'or what ? [close]',
            "[open] {person} did+n't leave the {object} at the {place} , "
            'right ? [close]',
        ],
    },
    'plan': {
        'neutral': [
            '{person} will be at the {place} for the {event} {time} .',
            '{person} plans to come to the {place} for the {event} {time} .',
        ],
        'formal': [
            '[open] {person} would like to meet you at the {place} for the '
            '{event} {time} . [close]',
            '[open] {person} will attend the {event} at the {place} {time} . '
            '[close]',
            '[open] it would be a pleasure to welcome {person} to the {place} '
            'for the {event} {time} . [close]',
        ],
        'informal': [
            '[open] {person} wants to hang out at the {place} for the {event} '
            '{time} . [close]',
            "[open] let+'s catch {person} at the {place} for the {event} "
            '{time} ! [close]',
            "[open] {person}+'s going to show up at the {place} for the "
            '{event} {time} . [close]',
        ],
    },
    'cause': {
        'neutral': [
            'the {object} is {state} and {person} will {action} the '
            '{object2} .',
        ],
        'formal': [
            '[open] as the {object} is [very] {state} , {person} will '
            '{action} the {object2} . [close]',
            '[open] the {object} is [very] {state} ; therefore , {person} '
            'will {action} the {object2} . [close]',
            '[open] owing to the fact that the {object} is [very] {state} , '
            'the {object2} will be {action.done} by {person} . [close]',
        ],
        'informal': [
            '[open] the {object} is [very] {state} , so {person} will just '
            '{action} the {object2} . [close]',
            "[open] {person}+'s going to {action} the {object2} , cause the "
            '{object} is [very] {state} . [close]',
            "[open] since the {object} is [very] {state} , {person}+'ll "
            '{action} the {object2} or something . [close]',
        ],
    },
}

SITES = {
    'open': {
        'neutral': ['', 'hello ,'],
        'formal': ['', '', 'dear colleagues ,', 'hello ,'],
        'informal': ['', '', 'hey ,', 'hi guys ,', 'so ,'],
    },
    'close': {
        'neutral': ['', 'thank you .'],
        'formal': ['', '', 'kind regards .', 'thank you very much .'],
        'informal': ['', '', 'cheers !', 'thanks a lot !', 'thank you !'],
    },
    'very': {
        'neutral': ['', 'very'],
        'formal': ['', 'rather', 'very', 'quite'],
        'informal': ['', 'so', 'super', 'kind of'],
    },
}

ENGLISH = Grammar(
    styles=('formal', 'informal'),
    frames=FRAMES,
    slots={
        'object': _plain(OBJECTS),
        'person': _plain(PEOPLE),
        'place': _plain(PLACES),
        'event': _plain(EVENTS),
        'time': {word: {'': (form,) * 3} for word, form in TIMES.items()},
        'action': {
            word: {'': now, 'done': done}
            for word, (now, done) in ACTIONS.items()
        },
        'state': {word: {'': forms} for word, forms in STATES.items()},
    },
    sites=SITES,
    leaning={
        **dict.fromkeys(['contract', 'invoice', 'permit', 'budget'], 'formal'),
        **dict.fromkeys(['guitar', 'bike', 'tent', 'pizza'], 'informal'),
        **dict.fromkeys(['lecture'], 'formal'),
        **dict.fromkeys(['festival'], 'informal'),
    },
    unseen=frozenset(['telescope', 'violin', 'igor', 'airport', 'wedding']),
)
