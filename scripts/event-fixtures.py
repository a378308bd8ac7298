#!/usr/bin/env python3
"""Writes an event file of every supported format, and beside them events.json with the events of each file, [x, y, polarity, microseconds].

    python3 scripts/event-fixtures.py        (Debian: python3-numpy python3-h5py python3-lz4 python3-zstandard python3-flatbuffers)

It shares no code with the readers. Sources: those that the readers in arch/formats/events name. The same seed gives the same events.
"""
import json
import os
import struct

import flatbuffers
import h5py
import lz4.frame
import numpy as np
import zstandard

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "test", "arch", "formats", "events")
rng = np.random.default_rng(2015)
expected = {}


def drawn(count, width, height, last_us, start_us=0):
    """Events in order of time; some times are equal."""
    t = np.sort(rng.integers(0, last_us, count)) + start_us
    return [(int(x), int(y), int(p), int(t)) for x, y, p, t in
            zip(rng.integers(0, width, count), rng.integers(0, height, count), rng.integers(0, 2, count), t)]


def write(name, data, events, width=None, height=None):
    with open(os.path.join(FOLDER, name), "wb") as file:
        file.write(data)
    expected[name] = {"width": width, "height": height, "events": [list(event) for event in events]}


def forty_bits(x, y, p, t):
    return bytes([x, y, (p << 7) | (t >> 16), (t >> 8) & 255, t & 255])


def nmnist():
    events = drawn(120, 34, 34, 300_000)
    write("digit.bs2", b"".join(forty_bits(*event) for event in events), events)
    early, late = drawn(40, 34, 34, 8_000), drawn(40, 34, 34, 8_000, 2 * 8192)
    data = b"".join(forty_bits(*event) for event in early)
    data += forty_bits(0, 240, 0, 8191) * 2
    data += b"".join(forty_bits(x, y, p, t - 2 * 8192) for x, y, p, t in late)
    write("digit.bin", data, early + late)


def aedat2():
    head = b"#!AER-DAT2.0\r\n# This is a raw AE data file - do not edit\r\n# Timestamps tick is 1 us\r\n"
    events = drawn(100, 128, 128, 900_000, 2**32 - 400_000)
    body = b""
    for i, (x, y, p, t) in enumerate(events):
        body += struct.pack(">II", ((127 - y) << 8) | (x << 1) | p, t % 2**32)
        if i % 10 == 3:
            body += struct.pack(">II", 0x8000, t % 2**32)  # an edge at the input pin
    write("dvs128.aedat", head + body, events, 128, 128)
    events = drawn(100, 346, 260, 900_000)
    body = b""
    for i, (x, y, p, t) in enumerate(events):
        body += struct.pack(">II", ((259 - y) << 22) | (x << 12) | (p << 11), t)
        if i % 7 == 2:
            body += struct.pack(">II", 0x80000000 | (5 << 22) | (9 << 12) | 300, t)  # a pixel of a frame
            body += struct.pack(">II", 0x00000400, t)  # an edge at the input pin
    chip = b"# AEChip: eu.seebetter.ini.chips.davis.Davis346blue\r\n#End Of ASCII Header\r\n"
    # The first address begins with the header's mark.
    up = 0x23 << 2
    first = (100, 259 - up, 1, 0)
    lead = struct.pack(">II", (up << 22) | (first[0] << 12) | (1 << 11), 0)
    write("davis346.aedat", head + chip + lead + body, [first] + events, 346, 260)


def aedat3():
    head = b"#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 1: DVS128\r\n#Start-Time: 2016-07-14 12:00:00 (TZ+0200)\r\n#!END-HEADER\r\n"
    events = drawn(90, 128, 128, 600_000, 2**31 - 300_000)
    data, kept = head, []
    for start in range(0, len(events), 30):
        chunk = events[start:start + 30]
        for overflow in sorted({t >> 31 for _, _, _, t in chunk}):
            part = [event for event in chunk if event[3] >> 31 == overflow]
            body = b""
            for i, (x, y, p, t) in enumerate(part):
                valid = 0 if i % 9 == 4 else 1
                if valid:
                    kept.append((x, y, p, t))
                body += struct.pack("<II", (x << 17) | (y << 2) | (p << 1) | valid, t & 0x7FFFFFFF)
            data += struct.pack("<hhiiiiii", 1, 1, 8, 4, overflow, len(part), len(part), len(part)) + body
        data += struct.pack("<hhiiiiii", 0, 1, 8, 4, 0, 1, 1, 1) + struct.pack("<II", 3, 5)  # a special event
    write("gesture.aedat", data, kept, 128, 128)


INFO = """<dv version="2.0"><node name="outInfo" path="/mainloop/Recorder/outInfo/">
<node name="0" path="/mainloop/Recorder/outInfo/0/"><attr key="compression" type="string">LZ4</attr>
<attr key="typeIdentifier" type="string">EVTS</attr><node name="info" path="/mainloop/Recorder/outInfo/0/info/">
<attr key="sizeX" type="int">346</attr><attr key="sizeY" type="int">260</attr></node></node>
<node name="1" path="/mainloop/Recorder/outInfo/1/"><attr key="typeIdentifier" type="string">TRIG</attr></node></node></dv>"""


def finished(builder, root, identifier):
    builder.Finish(root, file_identifier=identifier)
    body = bytes(builder.Output())
    return struct.pack("<I", len(body)) + body


def io_header(compression, table):
    builder = flatbuffers.Builder(64)
    info = builder.CreateString(INFO)
    builder.StartObject(3)
    builder.PrependInt32Slot(0, compression, 0)
    builder.ForceDefaults(True)
    builder.PrependInt64Slot(1, table, -1)
    builder.ForceDefaults(False)
    builder.PrependUOffsetTRelativeSlot(2, info, 0)
    return finished(builder, builder.EndObject(), b"IOHE")


def event_packet(events):
    builder = flatbuffers.Builder(64)
    builder.StartVector(16, len(events), 8)
    for x, y, p, t in reversed(events):
        builder.Prep(8, 16)
        builder.Pad(3)
        builder.PrependBool(bool(p))
        builder.PrependInt16(y)
        builder.PrependInt16(x)
        builder.PrependInt64(t)
    vector = builder.EndVector()
    builder.StartObject(1)
    builder.PrependUOffsetTRelativeSlot(0, vector, 0)
    return finished(builder, builder.EndObject(), b"EVTS")


def trigger_packet():
    builder = flatbuffers.Builder(64)
    builder.StartObject(1)
    return finished(builder, builder.EndObject(), b"TRIG")


def aedat4():
    packers = {
        "none": (0, lambda packet: packet),
        "lz4": (1, lambda packet: lz4.frame.compress(packet, block_linked=True, content_checksum=True)),
        "lz4-high": (2, lambda packet: lz4.frame.compress(packet, compression_level=9, block_linked=False, block_checksum=True, block_size=lz4.frame.BLOCKSIZE_MAX64KB)),
        "zstd": (3, lambda packet: zstandard.ZstdCompressor(level=3).compress(packet)),
        "zstd-stream": (4, lambda packet: zstandard.ZstdCompressor(level=9, write_checksum=True, write_content_size=False).compress(packet)),
    }
    for name, (number, pack) in packers.items():
        events = drawn(90, 346, 260, 500_000, 1_600_000_000_000_000)
        # One packet of many equal events, which compresses to copies that overlap.
        repeated = [(7, 8, 1, events[-1][3])] * (60 if name == "none" else 5_000)
        packets = b""
        for part in (events[:40], events[40:], repeated):
            body = pack(event_packet(part))
            packets += struct.pack("<ii", 0, len(body)) + body
            body = pack(trigger_packet())
            packets += struct.pack("<ii", 1, len(body)) + body
        magic = b"#!AER-DAT4.0\r\n"
        table = len(magic) + len(io_header(number, 1)) + len(packets)
        header = io_header(number, -1 if name == "lz4-high" else table)
        data = magic + header + packets
        if name != "lz4-high":
            data += b"the table of the data, which is no packet"
        listed = events + [repeated[0]]
        write(f"dv-{name}.aedat4", data, listed, 346, 260)
        expected[f"dv-{name}.aedat4"]["lastRepeats"] = len(repeated)


def prophesee():
    events = drawn(100, 640, 480, 700_000, 2**32 - 300_000)
    head = b"% Data file containing CD events\n% Version 2\n% Date 2020-09-14 14:18:29\n% Width 640\n% Height 480\n"
    body = b"".join(struct.pack("<II", t % 2**32, x | (y << 14) | (p << 28)) for x, y, p, t in events)
    write("cd.dat", head + bytes([0x0C, 8]) + body, events, 640, 480)

    events = drawn(100, 1280, 720, 5_000, 2**34 - 2_500)
    words, high = [], None
    for x, y, p, t in events:
        if t >> 6 != high:
            high = t >> 6
            words.append((8 << 28) | (high & 0xFFFFFFF))
        words.append((p << 28) | ((t & 63) << 22) | (x << 11) | y)
    words = [(1 << 28) | 5, *words[:20], (10 << 28) | 1, (14 << 28) | 7, (15 << 28) | 9, *words[20:]]
    head = b"% date 2023-05-05 10:00:00\n% evt 2.0\n% geometry 1280x720\n% end\n"
    write("evt2.raw", head + b"".join(struct.pack("<I", word) for word in words), events, 1280, 720)

    events, words = evt3_words()
    head = b"% camera_integrator_name Prophesee\n% format EVT3;height=720;width=1280\n% endianness little\n% end\n"
    write("evt3.raw", head + b"".join(struct.pack("<H", word) for word in words), events, 1280, 720)


def evt3_words():
    """Single events and vectors over the turn of the 24-bit clock."""
    events, words = [], [(2 << 12) | 9]  # an event before any time
    t, turn = 2**24 - 40_000, 2**24
    high = None
    for i in range(80):
        t += int(rng.integers(1, 1_500))
        if (t % turn) >> 12 != high:
            high = (t % turn) >> 12
            words.append((8 << 12) | high)
        words += [(6 << 12) | (t & 4095), int(y := rng.integers(0, 720)) | (0x800 if i % 5 == 0 else 0)]
        p = int(rng.integers(0, 2))
        if i % 3 == 0:
            base = int(rng.integers(0, 1280 - 32))
            words.append((3 << 12) | (p << 11) | base)
            for kind, bits in ((4, 12), (4, 12), (5, 8)):
                mask = int(rng.integers(0, 1 << bits))
                words.append((kind << 12) | mask)
                events += [(base + k, int(y), p, t) for k in range(bits) if mask >> k & 1]
                base += bits
        else:
            x = int(rng.integers(0, 1280))
            words.append((2 << 12) | (p << 11) | x)
            events.append((x, int(y), p, t))
        if i % 11 == 5:
            words += [(10 << 12) | 1, (14 << 12) | 3, (15 << 12) | 2, (7 << 12) | 4]
    return events, words


def arrays():
    events = drawn(100, 200, 100, 400_000)
    for name, dtype in {
        "tonic.npy": [("x", "<i2"), ("y", "<i2"), ("t", "<i8"), ("p", "?")],
        "ptyx.npy": [("p", "i1"), ("t", "<u4"), ("y", "u1"), ("x", "<u8")],
        "big-endian.npy": [("t", ">i4"), ("x", ">u2"), ("y", ">u2"), ("p", ">i4")],
    }.items():
        array = np.zeros(len(events), dtype)
        array["x"], array["y"], array["p"], array["t"] = np.array(events).T
        if name == "big-endian.npy":
            array["p"][array["p"] == 0] = -1
        np.save(os.path.join(FOLDER, name), array)
        expected[name] = {"width": None, "height": None, "events": [list(event) for event in events]}
    padded = np.zeros(len(events), np.dtype([("p", "u1"), ("x", "<u2"), ("t", "<i8"), ("y", "<u2")], align=True))
    padded["x"], padded["y"], padded["p"], padded["t"] = np.array(events).T
    np.save(os.path.join(FOLDER, "padded.npy"), padded)
    expected["padded.npy"] = expected["tonic.npy"]

    x, y, p, t = (np.array(events)[:, i] for i in range(4))
    with h5py.File(os.path.join(FOLDER, "dsec.h5"), "w") as file:
        group = file.create_group("events")
        group.create_dataset("x", data=x.astype("u2"), compression="gzip")
        group.create_dataset("y", data=y.astype("u2"), compression="gzip")
        group.create_dataset("t", data=t.astype("u4"), compression="gzip")
        group.create_dataset("p", data=p.astype("u1"))
        file.create_dataset("t_offset", data=np.int64(49_599_300_523))
        file.attrs["width"], file.attrs["height"] = 200, 100
    expected["dsec.h5"] = {"width": 200, "height": 100, "events": [[*event[:3], event[3] + 49_599_300_523] for event in events]}
    with h5py.File(os.path.join(FOLDER, "bool.h5"), "w") as file:
        for key, column in (("x", x.astype("i4")), ("y", y.astype("i8")), ("t", t.astype("i8")), ("p", p.astype(bool))):
            file[f"events/{key}"] = column
    expected["bool.h5"] = {"width": None, "height": None, "events": [list(event) for event in events]}

    rows = "".join(f"{t},{x},{y},{p}\n" for x, y, p, t in events)
    write("txyp.csv", ("t,x,y,p\n" + rows).encode(), events)
    rows = "".join(f"{i},{1 if p else -1},{y},{x},{t / 1e3}\r\n" for i, (x, y, p, t) in enumerate(events))
    write("pyx-ms.csv", ("index2,Polarity,y,x,t_ms\r\n" + rows).encode(), events)


nmnist()
aedat2()
aedat3()
aedat4()
prophesee()
arrays()
with open(os.path.join(FOLDER, "events.json"), "w") as file:
    file.write("{\n" + ",\n".join(f" {json.dumps(name)}: {json.dumps(value, separators=(',', ':'))}" for name, value in sorted(expected.items())) + "\n}\n")
