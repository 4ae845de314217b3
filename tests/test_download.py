"""Downloads that break off, stall, go on, or bring something else."""

import fcntl
import hashlib
import io
import struct
import subprocess
import sys
import threading
import time
import zipfile

import pytest
from server import closed_port, serving

from gluon_style.errors import StyleWarning, WeightsError
from gluon_style.storage import download as downloads

MOST = 2_000_000
DATA = bytes(range(256)) * 4000  # a megabyte
DIGEST = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def target(tmp_path):
    return tmp_path / 'cache' / 'data.bin'


def fetched(url, target, **options):
    path = downloads.download(
        f'{url}data', target, DIGEST[:16], WeightsError, 'REMEDY', **options
    )
    assert path == target
    assert target.read_bytes() == DATA
    assert [i.name for i in target.parent.iterdir()] == [target.name]


def failed(url, target, **options):
    with pytest.raises(WeightsError) as caught:
        downloads.download(
            f'{url}data', target, DIGEST, WeightsError, 'REMEDY', **options
        )
    text = str(caught.value)
    assert '\n' not in text
    assert text.endswith('REMEDY')
    assert not target.exists()
    return text


def left(target):
    part = target.with_name('data.bin.part')
    return part.read_bytes() if part.exists() else None


def test_what_is_there_is_not_asked_for(target):
    with serving({'/data': DATA}) as (url, asked):
        fetched(url, target)
        fetched(url, target)
    assert len(asked) == 1


def test_a_broken_download_goes_on_where_it_stopped(target):
    with serving({'/data': DATA}, breaks=[300_000, 200_000]) as (url, asked):
        text = failed(url, target)
        assert 'no connection' in text
        assert '0.3 MB are kept, and the same again goes on' in text
        assert left(target) == DATA[:300_000]
        failed(url, target)
        assert left(target) == DATA[:500_000]
        fetched(url, target)
    assert len(asked) == 3


def test_a_server_without_ranges_sends_all_again(target):
    options = {'ranges': False, 'breaks': [300_000]}
    with serving({'/data': DATA}, **options) as (url, asked):
        failed(url, target)
        fetched(url, target)
    assert len(asked) == 2


@pytest.mark.parametrize('size', [10, 300_000, len(DATA), len(DATA) + 10])
def test_a_wrong_beginning_is_thrown_away(target, size):
    target.parent.mkdir()
    target.with_name('data.bin.part').write_bytes(b'x' * size)
    with serving({'/data': DATA}) as (url, asked):
        fetched(url, target)
    assert len(asked) == 2


def test_a_whole_part_is_taken_without_another_byte(target):
    target.parent.mkdir()
    target.with_name('data.bin.part').write_bytes(DATA)
    with serving({'/data': DATA}) as (url, asked):
        fetched(url, target)
    assert len(asked) == 1


def test_the_wrong_content_is_not_kept(target):
    with serving({'/data': b'other'}) as (url, asked):
        text = failed(url, target)
    assert (
        f'wrong hash: got sha256 {hashlib.sha256(b"other").hexdigest()[:16]}'
        in text
    )
    assert 'not kept. REMEDY' in text
    assert left(target) is None
    assert len(asked) == 1


def zipped(name, data, method=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, 'w', method) as archive:
        archive.writestr(name, data)
    return file.getvalue()


def patched(local, central, value):
    """Return a zip with a field changed in both headers of its entry."""
    data = bytearray(zipped('inner.bin', DATA))
    directory = data.rindex(b'PK\1\2')
    for place in (local, directory + central):
        struct.pack_into('<H', data, place, value)
    return bytes(data)


def test_a_member_of_a_zip(target):
    archive = zipped('inner.bin', DATA)
    with serving({'/data': archive}, breaks=[1000]) as (url, asked):
        failed(url, target, member='inner.bin')
        fetched(url, target, member='inner.bin')
    assert len(asked) == 2


@pytest.mark.parametrize(
    ('data', 'message'),
    [
        (zipped('other.bin', DATA), 'damaged'),
        (zipped('inner.bin', b'other'), 'wrong hash'),
        (zipped('inner.bin', DATA)[:-30], 'damaged'),
        (zipped('inner.bin', DATA).replace(b'\x00\x01', b'xx'), 'damaged'),
        (b'<html>gone</html>', 'damaged'),
        (patched(6, 8, 1), 'damaged'),  # encrypted
        (patched(6, 8, 32), 'damaged'),  # patched data
        (patched(8, 10, 99), 'damaged'),  # an unknown method
        (
            patched(6, 8, 2048).replace(b'inner.bin', b'\xffnner.bin'),
            'damaged',
        ),
        (zipped('inner.bin', bytes(range(99)), 12)[:60] + b'junk', 'damaged'),
        (zipped('inner.bin', bytes(MOST + 1)), 'more than 2 MB'),
        (bytes(MOST + 1), 'more than 2 MB'),
    ],
)
def test_a_zip_with_something_else_is_not_kept(target, data, message):
    with serving({'/data': data}) as (url, _):
        options = {'member': 'inner.bin', 'most': MOST}
        assert message in failed(url, target, **options)
    assert not list(target.parent.iterdir())


def test_silence_and_a_trickle_are_given_up(target, monkeypatch):
    monkeypatch.setattr(downloads, 'TIMEOUT', 2)
    with serving({'/data': DATA}, pause=30) as (url, _):
        assert 'too slowly' in failed(url, target)
    assert left(target) == DATA[:1]
    monkeypatch.setattr(downloads, 'TIMEOUT', 20)
    monkeypatch.setattr(downloads, 'PATIENCE', 0.5)
    with serving({'/data': DATA}, pause=0.02) as (url, _):
        assert 'too slowly' in failed(url, target)
    assert DATA.startswith(left(target))


@pytest.mark.parametrize('status', [403, 404, 500, 503])
def test_an_answer_without_the_file(target, status):
    with serving({'/data': DATA}, status) as (url, _):
        assert f'answers {status}' in failed(url, target)
    assert left(target) is None


@pytest.mark.parametrize(
    ('url', 'message'),
    [
        (closed_port(), 'firewall in between? REMEDY'),
        ('http://no-such-host.invalid/', 'is there a network? REMEDY'),
    ],
    ids=['closed port', 'no such host'],  # the port is another each time
)
def test_questions_end_with_one_mark(target, url, message):
    assert message in failed(url, target)


@pytest.mark.parametrize(
    'url',
    [
        'nonsense/',
        'ftp://127.0.0.1/',
        'http:///',
        'http://[bad/',
        'http://x..y/',
        'http://a]b/',
        'http://127.0.0.1:99999/',
        'http://\udcff/',
        'http://user:secret@[bad/',
    ],
)
def test_an_address_that_is_none(target, url):
    text = failed(url, target)
    assert 'what came' not in text
    assert 'secret' not in text
    assert left(target) is None


FETCH = (
    'import sys; from pathlib import Path\n'
    'from gluon_style.errors import WeightsError\n'
    'from gluon_style.storage.download import download\n'
    'download(sys.argv[1], Path(sys.argv[2]), sys.argv[3], WeightsError, "")'
)


def test_three_at_once_download_once(target, tmp_path):
    said, rest = [tmp_path / f'said{i}' for i in range(3)], threading.Event()
    with serving({'/data': DATA}, rest=rest) as (url, asked):
        processes = []
        for path in said:
            command = [sys.executable, '-c', FETCH, f'{url}data', str(target),
                       DIGEST]  # fmt: skip
            with open(path, 'w') as file:
                processes.append(subprocess.Popen(command, stderr=file))
        end = time.monotonic() + 300
        while sum('waiting for it' in i.read_text() for i in said) < 2:
            assert time.monotonic() < end, 'two do not wait for the third'
            time.sleep(0.01)
        rest.set()
        assert [process.wait(300) for process in processes] == [0, 0, 0]
    assert len(asked) == 1
    assert target.read_bytes() == DATA
    assert [i.name for i in target.parent.iterdir()] == [target.name]


def test_who_waits_goes_on_where_the_other_was_killed(target):
    target.parent.mkdir()
    part = target.with_name('data.bin.part')
    file = open(part, 'ab')  # noqa: SIM115  (closed by the timer)
    file.write(DATA[:1000])
    file.flush()
    fcntl.flock(file, fcntl.LOCK_EX)
    threading.Timer(0.5, file.close).start()  # as the system does for it
    with serving({'/data': DATA}) as (url, asked), pytest.warns(
        StyleWarning, match='another process is downloading data.bin'
    ):
        fetched(url, target)
    assert len(asked) == 1


def test_what_a_killed_one_has_unpacked_is_removed(target):
    target.parent.mkdir()
    target.with_name('data.bin.unpacked').write_bytes(DATA[:1000])
    with serving({'/data': zipped('inner.bin', DATA)}) as (url, _):
        fetched(url, target, member='inner.bin')


def test_a_download_that_takes_too_long_in_all_is_given_up(
    target, monkeypatch
):
    monkeypatch.setattr(downloads, 'PATIENCE', 0.1)
    monkeypatch.setattr(downloads, 'SLOWEST', 0)
    monkeypatch.setattr(downloads, 'TOTAL', 0.3)
    with serving({'/data': DATA}, pause=0.002) as (url, _):
        text = failed(url, target)
    assert 'too slowly' in text
    assert 'kept' in text


@pytest.mark.parametrize('length', ['abc', '-5', '1e3', '9' * 5000, '5, 6'])
def test_a_length_that_is_none(target, length):
    with serving({'/data': DATA}, length=length) as (url, _):
        assert len(failed(url, target)) < 300
    assert left(target) is None


def test_a_password_is_not_told(target):
    with serving({'/data': DATA}, status=404) as (url, _):
        text = failed(url.replace('//', '//user:secret@'), target)
    assert 'answers 404' in text
    assert 'secret' not in text


def test_the_lock_holds_until_the_file_is_in_its_place(target, monkeypatch):
    def check(*_, **__):
        part = target.with_name('data.bin.part')
        with open(part, 'ab') as file, pytest.raises(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        checked.append(part)

    checked = []
    monkeypatch.setattr(downloads, '_check', check)
    with serving({'/data': DATA}) as (url, _):
        fetched(url, target)
    assert checked


def test_a_folder_in_the_place_of_the_file(target):
    target.mkdir(parents=True)
    with serving({'/data': DATA}) as (url, asked), pytest.raises(
        WeightsError, match='cannot be stored'
    ):
        downloads.download(url, target, DIGEST, WeightsError, 'REMEDY')
    assert not asked
