"""Fits the saccades of training/datasets/saccades.ts to recordings of N-MNIST.

Usage: python3 scripts/saccade-fit.py SAMPLE MNIST > docs/logs/saccade-fit.txt

SAMPLE holds train.bs2.gz (recordings one after the other, 5 bytes an event) and train.csv (id, label, offset, events, ...), where id is the digit's number in
MNIST's training half, counted from 1; MNIST holds train-images-idx3-ubyte. Model: log((1 - ink + dark) / (1 + dark)) of the digit, moved along a triangle in
three strokes whose speed is half a period of a sine. Found by trying each number a step up and down, steps halved where none helps: the largest share of the
variance of signed events (pixel, 10 ms) that the model's changes of brightness explain. Needs numpy. Takes about ten minutes.
"""
import csv
import gzip
import struct
import sys

import numpy as np

SIDE, BINS = 34, 31
NAMES = ["x0", "y0", "x1", "y1", "x2", "y2", "from1", "to1", "from2", "to2", "from3", "to3", "dark"]


def digits(folder):
    data = open(f"{folder}/train-images-idx3-ubyte", "rb").read()
    count = struct.unpack(">I", data[4:8])[0]
    return np.frombuffer(data, dtype=np.uint8, offset=16).reshape(count, 28, 28) / 255


def signed_events(folder, every):
    """[recordings][10 ms][y][x] events, and the indices of their digits."""
    events = np.frombuffer(gzip.open(f"{folder}/train.bs2.gz").read(), dtype=np.uint8).reshape(-1, 5).astype(int)
    rows = list(csv.DictReader(open(f"{folder}/train.csv")))[::every]
    grids = np.zeros((len(rows), BINS, SIDE, SIDE))
    for grid, row in zip(grids, rows):
        first = int(row["offset"]) // 5
        x, y, high, middle, low = events[first : first + int(row["events"])].T
        step = (((high & 127) << 16) + (middle << 8) + low) // 10_000
        inside = step < BINS
        np.add.at(grid, (step[inside], y[inside], x[inside]), 2 * (high[inside] >> 7) - 1)
    return grids, [int(row["id"]) - 1 for row in rows]


def place_at(p, ms):
    corners = np.array([[p[0], p[1]], [p[2], p[3]], [p[4], p[5]], [p[0], p[1]]])
    place = corners[0].copy()
    for k in range(3):
        share = np.clip((ms - p[6 + 2 * k]) / (p[7 + 2 * k] - p[6 + 2 * k]), 0, 1)
        place += (1 - np.cos(np.pi * share)) / 2 * (corners[k + 1] - corners[k])
    return place


def moved(image, dx, dy):
    x, y = np.meshgrid(np.arange(SIDE) - dx, np.arange(SIDE) - dy)
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    u, v = x - left, y - top

    def at(a, b):
        inside = (a >= 0) & (a < 28) & (b >= 0) & (b < 28)
        out = np.zeros((SIDE, SIDE))
        out[inside] = image[b[inside], a[inside]]
        return out

    return (1 - v) * ((1 - u) * at(left, top) + u * at(left + 1, top)) + v * ((1 - u) * at(left, top + 1) + u * at(left + 1, top + 1))


def explained(p, images, grids, which):
    """Explained share of the variance, and events per unit of the logarithm."""
    product = model2 = grid2 = 0.0
    for grid, digit in zip(grids, which):
        brightness = np.log((1 - images[digit] + p[12]) / (1 + p[12]))
        model = np.diff([moved(brightness, *place_at(p, ms)) for ms in range(0, 10 * BINS + 1, 10)], axis=0)
        product += (model * grid).sum()
        model2 += (model * model).sum()
        grid2 += (grid * grid).sum()
    return product * product / (model2 * grid2), product / model2


def main():
    sample, mnist = sys.argv[1:]
    images = digits(mnist)
    grids, which = signed_events(sample, 6)
    p = np.array([0, 1, 2, 6, 6, 1, 0, 90, 110, 190, 220, 300, 0.4])
    step = np.array([0.3] * 6 + [6.0] * 6 + [0.05])
    best, gain = explained(p, images, grids, which)
    while step[0] > 0.1:
        before = best
        for i in range(len(p)):
            for sign in (1, -1):
                tried = p.copy()
                tried[i] += sign * step[i]
                if tried[12] < 0.01:
                    continue
                share, slope = explained(tried, images, grids, which)
                if share > best:
                    best, gain, p = share, slope, tried
                    break
        print(f"explained {best:.4f}, {gain:.2f} events per unit:", ", ".join(f"{n} {v:.4g}" for n, v in zip(NAMES, p)), flush=True)
        if best == before:
            step /= 2
    grids, which = signed_events(sample, 1)
    share, gain = explained(p, images, grids, which)
    print(f"all {len(which)} recordings: explained {share:.4f}, {gain:.2f} events per unit")


main()
