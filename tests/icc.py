"""Small colour profiles of a matrix and a gamma, and what they mean."""

import struct

import numpy

# CIE xy of red, green, blue and white, and the gamma
SPACES = {
    'Adobe RGB': ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06), 'D65', 2.19921875),
    'Display P3': ((0.68, 0.32), (0.265, 0.69), (0.15, 0.06), 'D65', 2.2),
    'ProPhoto': ((0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001),
                 'D50', 1.8),
    'Rec. 2020': ((0.708, 0.292), (0.17, 0.797), (0.131, 0.046), 'D65', 2.4),
}  # fmt: skip
SRGB = (0.64, 0.33), (0.3, 0.6), (0.15, 0.06), 'D65'
WHITES = {
    'D65': numpy.array([0.95047, 1, 1.08883]),
    'D50': numpy.array([0.96422, 1, 0.82521]),
}
BRADFORD = numpy.array(
    [
        [0.8951, 0.2664, -0.1614],
        [-0.7502, 1.7135, 0.0367],
        [0.0389, -0.0685, 1.0296],
    ]
)


def to_d50(red, green, blue, white):
    """The matrix from linear RGB to XYZ under D50, by its definition."""
    columns = numpy.array(
        [[x / y, 1, (1 - x - y) / y] for x, y in (red, green, blue)]
    ).T
    matrix = columns * numpy.linalg.solve(columns, WHITES[white])
    cones = (BRADFORD @ WHITES['D50']) / (BRADFORD @ WHITES[white])
    return numpy.linalg.inv(BRADFORD) @ numpy.diag(cones) @ BRADFORD @ matrix


def profile(name):
    """An ICC profile (version 2) of one of `SPACES`."""
    *primaries, gamma = SPACES[name]
    matrix = to_d50(*primaries)
    tags = {b'wtpt': _xyz(WHITES['D50']), b'desc': _text(name), b'cprt':
            b'text' + bytes(4) + b'none\0'}  # fmt: skip
    for letter, column in zip(b'rgb', matrix.T):
        tags[bytes([letter]) + b'XYZ'] = _xyz(column)
        curve = struct.pack('>4s4xIH', b'curv', 1, round(gamma * 256))
        tags[bytes([letter]) + b'TRC'] = curve
    return _joined(tags, b'RGB ', b'mntr')


def grey_profile(gamma):
    curve = struct.pack('>4s4xIH', b'curv', 1, round(gamma * 256))
    tags = {b'wtpt': _xyz(WHITES['D50']), b'kTRC': curve,
            b'desc': _text('grey')}  # fmt: skip
    return _joined(tags, b'GRAY', b'mntr')


def in_srgb(levels, name):
    """What levels (..., 3) of a space are in sRGB, in floating point."""
    *primaries, gamma = SPACES[name]
    linear = (levels / 255) ** gamma
    matrix = numpy.linalg.solve(to_d50(*SRGB), to_d50(*primaries))
    return encoded(linear @ matrix.T)


def encoded(linear):
    """sRGB's curve (IEC 61966-2-1), in levels."""
    linear = linear.clip(0, 1)
    bent = 1.055 * linear ** (1 / 2.4) - 0.055
    return 255 * numpy.where(linear <= 0.0031308, 12.92 * linear, bent)


def _xyz(values):
    return struct.pack('>4s4x3i', b'XYZ ', *(round(v * 65536) for v in values))


def _text(text):
    data = text.encode() + b'\0'
    return struct.pack('>4s4xI', b'desc', len(data)) + data + bytes(78)


def _joined(tags, space, kind):
    table, body, start = b'', b'', 132 + 12 * len(tags)
    for name, data in tags.items():
        table += struct.pack('>4sII', name, start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    header = struct.pack('>I4xI4s4s4s12x4s', start + len(body), 0x2100000,
                         kind, space, b'XYZ ', b'acsp')  # fmt: skip
    header = header.ljust(68, b'\0') + _xyz(WHITES['D50'])[8:]
    return (
        header.ljust(128, b'\0') + struct.pack('>I', len(tags)) + table + body
    )
