#!/usr/bin/env python3
"""Writes networks of Lava in lava-dl's HDF5 layout, and beside them expected.json: the outputs by the rules of Loihi and of Lava's sigma-delta neurons.

    python3 scripts/lava-fixtures.py        (Debian: python3-numpy python3-h5py)

It shares no code with the reader and the engines: weights as dense matrices, one neuron after the other. The same seed gives the same networks.
"""
import json
import os

import h5py
import numpy as np

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "test", "arch", "formats", "lava")
rng = np.random.default_rng(2021)
STEPS = 40
MOST = 2 ** 23 - 1


def even(shape, most):
    return 2 * rng.integers(-most // 2, most // 2 + 1, shape)


def neuron(i_decay, v_decay, threshold, refractory=1, exponent=0, kind="LOIHI"):
    return {"type": kind, "iDecay": i_decay, "vDecay": v_decay, "vThMant": threshold, "refDelay": refractory, "wgtExp": exponent}


def convolution(weight, shape, stride, padding, dilation, groups):
    """The dense matrix [outputs, inputs] and the shape of the output."""
    channels, height, width = shape
    out, per_group, kernel_y, kernel_x = weight.shape
    size = lambda n, k, s, p, d: (n + 2 * p - d * (k - 1) - 1) // s + 1
    rows = size(height, kernel_y, stride[0], padding[0], dilation[0])
    columns = size(width, kernel_x, stride[1], padding[1], dilation[1])
    matrix = np.zeros((out, rows, columns, channels, height, width), dtype=np.int64)
    for o in range(out):
        first = (o // (out // groups)) * per_group
        for y in range(rows):
            for x in range(columns):
                for c in range(per_group):
                    for ky in range(kernel_y):
                        for kx in range(kernel_x):
                            sy = y * stride[0] + ky * dilation[0] - padding[0]
                            sx = x * stride[1] + kx * dilation[1] - padding[1]
                            if 0 <= sy < height and 0 <= sx < width:
                                matrix[o, y, x, first + c, sy, sx] += weight[o, c, ky, kx]
    return matrix.reshape(out * rows * columns, channels * height * width), (out, rows, columns)


def towards_zero(value, kept):
    return int(np.sign(value)) * (abs(int(value)) * kept >> 12)


class Network:
    def __init__(self, name):
        self.file = h5py.File(os.path.join(FOLDER, name), "w")
        self.layers = []
        self.shape = None

    def group(self, kind, shape, cell=None, **values):
        group = self.file.create_group(f"layer/{len(self.file.get('layer', []))}")
        group.create_dataset("type", (1,), "S10", [kind.encode()])
        group.create_dataset("shape", data=np.array(shape))
        for key, value in values.items():
            group.create_dataset(key, data=value)
        for key, value in (cell or {}).items():
            group.create_dataset(f"neuron/{key}", data=value)
        self.shape = shape

    def neurons(self, matrix, cell, bias=None, delay=None):
        count = int(np.prod(self.shape))
        bias = np.zeros(count, dtype=np.int64) if bias is None else np.repeat(bias, count // len(bias))
        delay = np.zeros(count, dtype=np.int64) if delay is None else np.repeat(delay, count // len(delay))
        self.layers.append({"matrix": matrix, "cell": cell, "bias": bias, "delay": delay})

    def run(self, frames, restart):
        """frames [steps, inputs], whole numbers; states of every layer of neurons, [steps][neurons]."""
        record = [{"current": [], "voltage": [], "spikes": []} for _ in self.layers]
        states = [{key: np.zeros(len(layer["bias"]), dtype=np.int64) for key in ("u", "v", "held", "mark")} for layer in self.layers]
        sent = [[] for _ in self.layers]
        for t in range(len(frames)):
            for k, (layer, state) in enumerate(zip(self.layers, states)):
                cell, count = layer["cell"], len(layer["bias"])
                if restart and t > 0 and t % restart == k % restart:
                    for values in state.values():
                        values[:] = 0
                if k == 0:
                    arrived = frames[t]
                else:
                    before = self.layers[k - 1]["delay"]
                    arrived = np.array([sent[k - 1][t - 1 - d][n] if t - 1 - d >= 0 else 0 for n, d in enumerate(before)])
                sums = layer["matrix"] @ arrived
                fired = np.zeros(count, dtype=np.int64)
                for n in range(count):
                    u = towards_zero(state["u"][n], 4096 - cell["iDecay"]) + (int(sums[n]) << (6 + cell["wgtExp"]))
                    state["u"][n] = u
                    if state["held"][n] > 0:
                        state["held"][n] -= 1
                        state["mark"][n] += 1
                        continue
                    v = towards_zero(state["v"][n], 4096 - cell["vDecay"]) + u + 64 * int(layer["bias"][n])
                    assert abs(v) <= MOST
                    if v > min(MOST, 64 * cell["vThMant"]):
                        fired[n], v = 1, 0
                        state["held"][n] = cell["refDelay"] - 1
                        state["mark"][n] = 128 * cell["refDelay"]
                    else:
                        state["mark"][n] = v
                    state["v"][n] = v
                sent[k].append(fired)
                record[k]["current"].append(state["u"].tolist())
                record[k]["voltage"].append(state["mark"].tolist())
                record[k]["spikes"].append(fired.tolist())
        self.file.close()
        return record


def dense(net, outputs, cell, most, bias=True, delay=None, flat=False):
    inputs = int(np.prod(net.shape))
    weight = even((outputs, inputs), most)
    values = {"weight": (weight[0] if flat else weight).astype(np.float32), "inFeatures": inputs, "outFeatures": outputs}
    offsets = even(outputs, 6) if bias else None
    if bias:
        values["bias"] = offsets.astype(np.float32)
    if delay is not None:
        values["delay"] = delay.astype(np.float32)
    net.group("dense", (outputs, 1, 1), cell, **values)
    never = neuron(0, 4096, 2 ** 17)
    net.neurons(weight, cell or never, offsets, delay)


def pictures():
    """Input with a transform, conv (stride, padding, dilation), a grouped conv with delays per channel, pool, flatten, dense, read-out without neurons."""
    net = Network("pictures.net")
    cell = neuron(4096, 1024, 25)
    net.group("input", (2, 9, 7), cell, weight=np.float32(40), bias=np.float32(36))
    net.neurons(np.eye(2 * 9 * 7, dtype=np.int64), cell)
    weight, bias = even((4, 2, 3, 2), 40), even(4, 8)
    matrix, shape = convolution(weight, (2, 9, 7), (2, 1), (1, 0), (1, 2), 1)
    delay = rng.integers(0, 4, 4)
    net.group("conv", shape, neuron(2048, 512, 20), weight=weight.astype(np.float32), bias=bias.astype(np.float32), stride=np.array([2, 1]),
              padding=np.array([1, 0]), dilation=np.array([1, 2]), groups=1, kernelSize=np.array([3, 2]), inChannels=2, outChannels=4,
              delay=delay.astype(np.float32))
    net.neurons(matrix, neuron(2048, 512, 20), bias, delay)
    weight = even((4, 2, 2, 2), 60)
    matrix, shape = convolution(weight, shape, (1, 1), (0, 0), (1, 1), 2)
    net.group("conv", shape, neuron(4096, 256, 15, 2), weight=weight.reshape(4, 2, 2, 2, 1).astype(np.float32), stride=1, padding=0, dilation=1, groups=2)
    net.neurons(matrix, neuron(4096, 256, 15, 2))
    weight = np.full((1, 1, 2, 2), 12)
    matrix, pooled = convolution(np.repeat(weight, 4, 0), shape, (2, 2), (0, 0), (1, 1), 4)
    net.group("pool", pooled, neuron(4096, 4096, 10), weight=weight.reshape(1, 1, 2, 2, 1).astype(np.float32), stride=np.array([2, 2]),
              padding=np.array([0, 0]), dilation=np.array([1, 1]), kernelSize=np.array([2, 2]))
    net.neurons(matrix, neuron(4096, 4096, 10))
    net.group("flatten", (int(np.prod(pooled)), 1, 1))
    dense(net, 7, neuron(1024, 128, 30, 3), 60, delay=rng.integers(0, 5, 7))
    dense(net, 3, None, 30, bias=False)
    frame = rng.integers(-36, 41, 2 * 9 * 7)
    return [(frame / 40).tolist()], net.run(np.repeat(frame[None, :] + 36, STEPS, 0), 11)


def spikes():
    """Input spikes, dense layers with weight exponents, both decays and refractory pauses, one output as a flat row."""
    net = Network("spikes.net")
    net.group("input", (12, 1, 1))
    dense(net, 20, neuron(1024, 128, 40, 1, 1), 80)
    dense(net, 9, neuron(300, 0, 90, 5, -1, "CUBA"), 100, delay=np.array([2]))
    dense(net, 1, neuron(4096, 4096, 60), 90, flat=True)
    frames = rng.random((STEPS, 12)) < 0.3
    return frames.astype(int).tolist(), net.run(frames.astype(np.int64), 0)


def sdnn(threshold, **more):
    return {"type": "SDNN", "activation": "relu", "vThMant": threshold, **more}


def sigma_delta_run(layers, frames, corrected):
    """Lava's fixed-point models Delta, SigmaDelta (or its corrected form) and Sigma, process by process: act, residue and sigma as they name them."""
    record = [{"current": [], "voltage": [], "spikes": []} for _ in layers]
    zeros = lambda layer: np.zeros(layer["matrix"].shape[0], dtype=np.int64)
    states = [{"sigma": zeros(layer), "act": zeros(layer), "residue": zeros(layer)} for layer in layers]
    sent = [[] for _ in layers]
    for t in range(len(frames)):
        for k, (layer, state) in enumerate(zip(layers, states)):
            if k == 0:
                arrived = frames[t]
            else:
                before = layers[k - 1]["delay"]
                arrived = np.array([sent[k - 1][t - 1 - d][n] if t - 1 - d >= 0 else 0 for n, d in enumerate(before)])
            a_in = layer["matrix"] @ arrived
            vth = layer["cell"]["vThMant"] << 12
            if "sigma_output" in layer["cell"]:
                state["sigma"] = state["sigma"] + a_in
                s_out, shown, told = np.zeros_like(a_in), state["sigma"], np.zeros_like(a_in)
            else:
                if k == 0:
                    act = shown = a_in << 12
                else:
                    state["sigma"] = shown = state["sigma"] + a_in
                    act = np.maximum(state["sigma"] + (layer["bias"] << 12), 0)
                if corrected and k > 0:
                    delta = act - state["act"]
                    s_out = np.where(np.abs(delta) >= vth, delta, 0) >> 6
                    state["act"] = told = state["act"] + (s_out << 6)
                else:
                    delta = act - state["act"] + state["residue"]
                    scaled = np.where(np.abs(delta) >= vth, delta, 0)
                    state["residue"], state["act"], s_out = delta - scaled, act, scaled >> 6
                    told = act - state["residue"]
            assert np.abs(s_out).max() < 2 ** 15 and np.abs(shown).max() <= MOST
            sent[k].append(s_out)
            record[k]["current"].append(told.tolist())
            record[k]["voltage"].append(shown.tolist())
            record[k]["spikes"].append(s_out.tolist())
    return record


def changes():
    """Sigma-delta neurons: an image that changes a little per step, conv with bias, pool, flatten, dense with delays, read-out as sums."""
    net = Network("changes.net")
    net.group("input", (2, 6, 5), sdnn(1))
    net.neurons(np.eye(60, dtype=np.int64), sdnn(1))
    weight, bias = even((3, 2, 3, 2), 20), even(3, 8)
    matrix, shape = convolution(weight, (2, 6, 5), (1, 1), (1, 0), (1, 1), 1)
    net.group("conv", shape, sdnn(3), weight=weight.astype(np.float32), bias=bias.astype(np.float32), stride=np.array([1, 1]),
              padding=np.array([1, 0]), dilation=np.array([1, 1]), groups=1, kernelSize=np.array([3, 2]), inChannels=2, outChannels=3)
    net.neurons(matrix, sdnn(3), bias)
    matrix, pooled = convolution(np.full((3, 1, 2, 2), 16), shape, (2, 2), (0, 0), (1, 1), 3)
    net.group("pool", pooled, sdnn(0), weight=np.full((1, 1, 2, 2, 1), 16, dtype=np.float32), stride=np.array([2, 2]), padding=np.array([0, 0]),
              dilation=np.array([1, 1]), kernelSize=np.array([2, 2]))
    net.neurons(matrix, sdnn(0))
    net.group("flatten", (int(np.prod(pooled)), 1, 1))
    dense(net, 9, sdnn(1, messageBits=16), 60, delay=rng.integers(0, 4, 9))
    dense(net, 4, sdnn(1, sigma_output=True), 60, bias=False)
    net.file.close()
    frame = rng.integers(0, 60, 60)
    frames = []
    for _ in range(STEPS // 2):
        frames.append(frame.copy())
        moved = rng.random(60) < 0.2
        frame = np.clip(frame + moved * rng.integers(-6, 7, 60), 0, 60)
    return [(frame / 64).tolist() for frame in frames], net.layers, np.array(frames)


os.makedirs(FOLDER, exist_ok=True)
expected = {}
for name, make, restart in (("pictures.net", pictures, 11), ("spikes.net", spikes, 0)):
    frames, layers = make()
    expected[name] = {"restart": restart, "repeat": STEPS // len(frames), "frames": frames, "layers": layers}
frames, layers, whole = changes()
for name, remainder in (("changes.net", "lost"), ("changes.net#kept", "kept")):
    run = sigma_delta_run(layers, whole, remainder == "kept")
    expected[name] = {"restart": 0, "remainder": remainder, "repeat": 1, "frames": frames, "layers": run}
with open(os.path.join(FOLDER, "expected.json"), "w") as file:
    json.dump(expected, file, separators=(",", ":"))
print({name: [sum(sum(value != 0 for value in step) for step in layer["spikes"]) for layer in one["layers"]] for name, one in expected.items()})
