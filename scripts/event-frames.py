#!/usr/bin/env python3
"""Writes random Zstandard and LZ4 frames of random content to one file, which scripts/event-frames.ts unpacks: python3 scripts/event-frames.py FILE COUNT

(Debian: python3-numpy python3-lz4 python3-zstandard.) Of each frame: kind (0 Zstandard, 1 LZ4), bytes of content, bytes of frame, u32 each; the content's
SHA-256; the frame. Content: noise, one byte, few symbols, steep distributions, repeated words, times, event records, mixtures; up to 700,000 bytes.
Frames: all levels, content size said or not, check sums or not, blocks flushed anywhere, linked or independent, 64 KiB to 4 MiB.
"""
import hashlib
import random
import struct
import sys

import lz4.frame
import numpy as np
import zstandard

rng = random.Random(1)
noise = np.random.default_rng(1)


def symbols(low, high, count):
    return noise.integers(low, high, count, dtype=np.uint8).tobytes()


def mixture():
    return rng.choice([lambda: bytes([rng.randrange(256)]) * rng.randrange(1, 3000),
                       lambda: symbols(0, 256, rng.randrange(1, 2000)),
                       lambda: symbols(97, 123, rng.randrange(1, 20000))])()


def filled(piece, count):
    data = bytearray()
    while len(data) < count:
        data += piece()
    return bytes(data[:count])


def records(count):
    events = np.zeros(count // 16 + 1, dtype=[("t", "<i8"), ("x", "<i2"), ("y", "<i2"), ("p", "u1"), ("pad", "u1", (3,))])
    events["t"] = 1_600_000_000_000_000 + np.cumsum(noise.integers(0, 20, len(events)))
    events["x"], events["y"], events["p"] = noise.integers(0, 346, len(events)), noise.integers(0, 260, len(events)), noise.integers(0, 2, len(events))
    return events.tobytes()[:count]


def content():
    most = rng.choice([0, 1, 5, 100, 1000, 20_000, 140_000, 300_000, 700_000])
    count = rng.randrange(most) + 1 if most > 5 else most
    words = [symbols(0, 256, rng.randrange(1, 40)) for _ in range(rng.randrange(1, 200))]
    return rng.choice([lambda: symbols(0, 256, count),
                       lambda: bytes([rng.randrange(256)]) * count,
                       lambda: symbols(0, rng.choice([2, 3, 16, 60]), count),
                       lambda: np.cumsum(noise.integers(0, 30, count // 8 + 1)).astype("<i8").tobytes()[:count],
                       lambda: filled(lambda: rng.choice(words), count),
                       lambda: np.minimum(255, noise.geometric(rng.choice([0.02, 0.1, 0.4]), count)).astype(np.uint8).tobytes(),
                       lambda: records(count),
                       lambda: filled(mixture, count)])()


def zstd(data):
    level = rng.choice([-5, 1, 2, 3, 5, 7, 9, 12, 16, 19, 22] if len(data) < 50_000 else [-5, 1, 3, 5, 9])
    packer = zstandard.ZstdCompressor(level=level, write_checksum=rng.random() < 0.5, write_content_size=rng.random() < 0.5)
    if rng.random() >= 0.3:
        return packer.compress(data)
    stream, frame, at = packer.compressobj(), b"", 0
    while at < len(data):
        size = rng.randrange(1, 60_000)
        frame += stream.compress(data[at:at + size])
        at += size
        if rng.random() < 0.4:
            frame += stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    return frame + stream.flush()


def lz4_frame(data):
    return lz4.frame.compress(data, compression_level=rng.choice([0, 3, 9, 12]), block_linked=rng.random() < 0.5,
                              content_checksum=rng.random() < 0.5, block_checksum=rng.random() < 0.5,
                              store_size=rng.random() < 0.5, block_size=rng.choice([0, 4, 5, 6, 7]))


with open(sys.argv[1], "wb") as file:
    for _ in range(int(sys.argv[2])):
        data, kind = content(), int(rng.random() < 0.25)
        frame = lz4_frame(data) if kind == 1 else zstd(data)
        file.write(struct.pack("<III", kind, len(data), len(frame)) + hashlib.sha256(data).digest() + frame)
