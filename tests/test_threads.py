"""Calls from other threads: MXNet's NumPy switches hold in each of them."""

import concurrent.futures
import threading

import gluon_style as gs
from gluon_style._mxnet import np


def losses(random_net, picture):
    """Losses of a small picture, by the public functions alone."""
    X = gs.preprocess(picture, (48, 48))
    contents, styles = gs.extract_features(X, random_net)
    grams = [gs.gram(Y) for Y in styles]
    *_, l = gs.compute_loss(X * 0.5, contents, styles, contents, grams)
    assert np.array(1.0).shape == ()
    return float(l)


def test_every_thread_gives_what_the_first_gives(random_net, picture):
    image = picture(48, 48)
    expected = losses(random_net, image)
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        jobs = [pool.submit(losses, random_net, image) for _ in range(6)]
        assert [job.result() for job in jobs] == [expected] * 6
    got = []
    thread = threading.Thread(
        target=lambda: got.append(losses(random_net, image))
    )
    thread.start()
    thread.join()
    assert got == [expected]


def test_a_run_in_a_second_thread_is_the_run(picture, random_net):
    def run():
        settings = gs.Settings(width=32, height=32, epochs=2, weights='random')
        return gs.run(picture_, picture_, settings, net=random_net).asnumpy()

    picture_ = picture(32, 32)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        assert (pool.submit(run).result() == run()).all()
