"""Downloads that break off, stall, go on, or bring something else."""

import fcntl
import hashlib
import io
import zipfile

import pytest
from server import closed_port, serving

from gluon_style.errors import WeightsError
from gluon_style.storage import download as downloads

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


def zipped(name, data):
    file = io.BytesIO()
    with zipfile.ZipFile(file, 'w', zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return file.getvalue()


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
    ],
)
def test_a_zip_with_something_else_is_not_kept(target, data, message):
    with serving({'/data': data}) as (url, _):
        assert message in failed(url, target, member='inner.bin')
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
)
def test_questions_end_with_one_mark(target, url, message):
    assert message in failed(url, target)


@pytest.mark.parametrize('url', ['nonsense/', 'ftp://127.0.0.1/', 'http:///'])
def test_an_address_that_is_none(target, url):
    assert 'what came' not in failed(url, target)
    assert left(target) is None


def test_two_processes_do_not_write_one_file(target):
    target.parent.mkdir()
    with open(target.with_name('data.bin.part'), 'ab') as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with serving({'/data': DATA}) as (url, asked):
            assert 'another process' in failed(url, target)
    assert not asked
