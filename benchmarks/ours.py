"""Contender (d): gluon_style, by its public names and defaults.

All laps are one call of `train`: its callback ends the lap and holds the
training up until the parent asks for the next one.
"""

import gluon_style  # before MXNet: it says how many threads to start

# isort: split
import mxnet as mx
from laps import Laps


def main():
    """Prepare everything, then train at the parent's pace."""
    laps = Laps()
    job, device = laps.job, mx.cpu()
    image_shape = job['width'], job['height']
    net = gluon_style.vgg19_features(job['weights'], device=device)
    content_img, style_img = (
        gluon_style.read_image(job[name]) for name in ('content', 'style')
    )
    content_X, contents_Y = gluon_style.get_contents(
        content_img, net, image_shape, device
    )
    _, styles_Y = gluon_style.get_styles(style_img, net, image_shape, device)

    def end_lap(record, picture):
        if record.epoch % 10 < job['steps']:  # about every tenth, as printed
            picture()
        laps.end_epoch(record.epoch, mx.nd.waitall, lambda: record.total_loss)

    mx.nd.waitall()
    laps.start()
    gluon_style.train(
        content_X,
        contents_Y,
        styles_Y,
        net,
        device,
        0.9,
        job['epochs'],
        50,
        end_lap,
        every=job['steps'],
    )


if __name__ == '__main__':
    main()
