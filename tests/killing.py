"""Kill runs at random and go on until each is done: `python killing.py`.

One process imports MXNet and computes nothing; each run is a fork of it, so
that a run costs its own work and not three seconds of imports. SIGKILL comes
at a random time after the run has begun; of ten kills four fall while the
next checkpoint is being written, two while an output is.
"""

import contextlib
import csv
import json
import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path

import numpy
from PIL import Image

SAMPLES = ['sample:mountain-lake', 'sample:autumn-avenue']
SMALL = ['--width', '48', '--height', '32', '--weights', 'student', '-q']
STAGES = ['--warm-start', 'random:1', '--set', 'warm_start_epochs=12',
          '--set', 'second_scale=2', '--set', 'second_epochs=12']  # fmt: skip
LBFGS, BFLOAT16 = (
    ['--set', f'{field}={value}']
    for field, value in (('optimizer', 'l-bfgs'), ('precision', 'bfloat16'))
)
# lr 0.3 and not 0.9, for a run that diverges ends early
KINDS = {
    'adam': ['--epochs', '40', '--lr', '0.3', '--lr-decay-epoch', '7'],
    'projected adam': ['--epochs', '40', '--in-range', '--set',
                       'schedule=cosine'],
    'l-bfgs': ['--epochs', '40', *LBFGS],
    'l-bfgs in range': ['--epochs', '40', '--in-range', *LBFGS],
    'bfloat16 adam': ['--epochs', '40', '--lr', '0.3', *BFLOAT16],
    'bfloat16 l-bfgs': ['--epochs', '40', '--in-range', *LBFGS, *BFLOAT16],
    'stages adam': ['--epochs', '16', '--lr', '0.3', *STAGES],
    'stages l-bfgs': ['--epochs', '16', *LBFGS, *STAGES],
}  # fmt: skip


def start(folder, arguments):
    """Fork a run; return its process id."""
    pid = os.fork()
    if pid:
        return pid
    try:
        os.chdir(folder)
        log = os.open('said.txt', os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(log, 1)
        os.dup2(log, 2)
        sys.argv = ['gluon-style', *arguments]
        from gluon_style.cli import main

        os._exit(main())
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        os._exit(99)


def ended(pid, seconds):
    """Wait for a process; return its exit code, or None if it is running."""
    until = time.monotonic() + seconds
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() >= until:
            return None
        time.sleep(0.0005)


def state_of(folder):
    return folder / '.out.png.checkpoint' / 'state'


def is_writing(folder, what=('state.new', '.tmp')):
    """Whether half a file is there: a checkpoint, under whatever name."""
    with contextlib.suppress(FileNotFoundError):
        names = os.listdir(state_of(folder).parent)
        return any(name.startswith(what) for name in names)
    return False


def kill(pid, folder, chance):
    """Kill at a random time; return None, or the code if it ended before."""
    first = state_of(folder)
    stamp = first.stat().st_mtime_ns if first.exists() else 0
    deadline = time.monotonic() + 120
    writing, ending = chance.random() < 0.5, chance.random() < 0.2
    while time.monotonic() < deadline:
        code = ended(pid, 0)
        if code is not None:
            return code
        if ending:
            if is_writing(folder, '.gluon-style-'):
                break
            time.sleep(0.0002)
            continue
        if writing and is_writing(folder):
            break
        if first.exists() and first.stat().st_mtime_ns != stamp:
            break
        time.sleep(0.0002)
    if writing or ending:
        time.sleep(chance.random() * 0.003)
    else:
        time.sleep(chance.random() * 0.3)
    code = ended(pid, 0)
    if code is None:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return code


def results(folder):
    """The pixels and the log of a run, but for the seconds."""
    pixels = numpy.asarray(Image.open(folder / 'out.png')).tolist()
    with open(folder / 'log.csv', newline='') as file:
        rows = [row[:-1] for row in csv.reader(file)]
    return pixels, rows


def unfinished(folder):
    """Whether there is a checkpoint to go on from, or no picture yet."""
    return state_of(folder).exists() or not (folder / 'out.png').exists()


def try_kind(folder, name, kills, chance):
    """Run once unbroken, then kill `kills` times; return what happened."""
    arguments = ['transfer', *SAMPLES, '-o', 'out.png', '--no-plot', '--log',
                 'log.csv', '--report-every', '1', *SMALL,
                 *KINDS[name]]  # fmt: skip
    whole = folder / 'whole'
    whole.mkdir(parents=True)
    code = ended(start(whole, arguments), 300)
    assert code == 0, (code, (whole / 'said.txt').read_text())
    wanted, done, rounds = results(whole), 0, 0
    during = outputs = after = 0
    while done < kills:
        broken = folder / f'broken{rounds}'
        broken.mkdir()
        rounds += 1
        while True:
            checked = [*arguments, '--checkpoint-epochs', '1', '--resume']
            pid = start(broken, checked)
            code = (
                kill(pid, broken, chance) if done < kills else ended(pid, 300)
            )
            if code is None:
                done += 1
                during += is_writing(broken)
                outputs += is_writing(broken, '.gluon-style-')
                if unfinished(broken):
                    continue
                after += 1  # it had written all, and was about to end
                shutil.rmtree(state_of(broken).parent, ignore_errors=True)
                break
            said = (broken / 'said.txt').read_text()
            assert code == 0, (name, code, said)
            break
        assert results(broken) == wanted, name
        left = sorted(i.name for i in broken.iterdir())
        assert left == ['log.csv', 'out.json', 'out.png', 'said.txt'], left
    return {
        'kills': done, 'runs': rounds, 'while writing': during,
        'while writing outputs': outputs, 'after the end': after,
    }  # fmt: skip


def main():
    """`killing.py FOLDER KILLS_OF_EACH_KIND SEED [KIND ...]`."""
    folder, kills, seed, *kinds = sys.argv[1:]
    import gluon_style.cli.app
    import gluon_style.runs.run  # noqa: F401  (imports MXNet)

    chance = random.Random(int(seed))
    for name in kinds or KINDS:
        place = Path(folder) / name.replace(' ', '-')
        counts = try_kind(place, name, int(kills), chance)
        sys.stdout.write(json.dumps({'kind': name, **counts}) + '\n')
        sys.stdout.flush()


if __name__ == '__main__':
    main()
