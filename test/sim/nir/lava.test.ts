/**
 * Networks of Lava compared with an independent writer and evaluator (scripts/lava-fixtures.py), and with PilotNet's
 * recording layer by layer.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { runnableWarnings } from "../../../app/runnable-warnings.js";
import { type LavaRules, type Precision, readLava, withLavaRules } from "../../../arch/index.js";
import { packageRoot } from "../../../base/package-root.js";
import { FEATURES_AS_THEY_ARE } from "../../../sim/functional/encoded-samples.js";
import { createGraphEngine } from "../../../sim/functional/graph-engine.js";
import type { IntegerGraph } from "../../../sim/functional/integer-graph.js";
import { runnableGraph } from "../../../sim/functional/runnable.js";
import { type ImportedNir, prepareNir } from "../../../sim/nir/import.js";
import { integerNir } from "../../../sim/nir/integer.js";
import { LAVA_OPTIONS } from "../../../sim/nir/options.js";
import { type RecordedStates, recordStates } from "../../../sim/nir/state-recording.js";
import type { NirInputs } from "../../../sim/nir/topology.js";
import { createGraphReference } from "../../oracles/graph-reference.js";
import { WIDE } from "../functional/random-network.js";

const WORDS: Precision = {
  ...WIDE,
  integers: "from-file",
  weightBits: 9,
  stateBits: 24,
  accumulatorBits: 32,
  gateBits: 12,
  leak: "truncate",
};
const folder = join(packageRoot(), "test/arch/formats/lava");

interface Expected {
  readonly restart: number;
  readonly remainder?: "lost" | "kept";
  readonly repeat: number;
  readonly frames: readonly (readonly number[])[];
  readonly layers: readonly { readonly [state in keyof RecordedStates]: readonly (readonly number[])[] }[];
}
const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as { readonly [name: string]: Expected };

async function read(
  path: string,
  restart: number,
  inputs: NirInputs = "binary",
  remainder: LavaRules["remainder"] = "lost",
): Promise<{ imported: ImportedNir; graph: IntegerGraph; layers: string[] }> {
  const imported = prepareNir(withLavaRules(await readLava(path), { restartSteps: restart, remainder }, path), path, LAVA_OPTIONS);
  const { graph } = integerNir(imported, WORDS, inputs);
  return { imported, graph, layers: graph.populations.flatMap(({ kind, name }) => (kind === "neurons" ? [name] : [])) };
}

/** Frames in the form of the program's inputs. */
function inputsOf(graph: IntegerGraph, frames: readonly (readonly number[])[]): Int32Array {
  const values = frames.flat();
  const inputs = new Int32Array(values.length);
  expect(runnableGraph(graph).toInputs(values, inputs)).toBe(0);
  return inputs;
}

test.each(Object.keys(expected))(
  "%s: currents, voltages and spikes of every layer equal the independent evaluator's, in both engines",
  async (name) => {
    const { restart, remainder, repeat, frames, layers } = expected[name];
    const { imported, graph, layers: names } = await read(join(folder, name.split("#")[0]), restart, "binary", remainder);
    const steps = Array.from({ length: repeat * frames.length }, (_, t) => frames[t % frames.length]);
    expect(names).toHaveLength(layers.length);
    for (const engine of [createGraphReference(graph), createGraphEngine(graph)]) {
      const { run, states } = recordStates(imported, graph, engine, inputsOf(graph, steps), new Set(names));
      for (const [k, layer] of layers.entries())
        for (const [state, values] of Object.entries(layer))
          expect([...(states.get(names[k]) as RecordedStates)[state as keyof RecordedStates]], `${names[k]} ${state}`).toEqual(
            values.flat(),
          );
      expect(run.accumulatorOverflows + run.stateSaturations).toBe(0);
    }
  },
);

test("all layers work on the same step: every way between neurons is one step late, and convolutions share their kernels", async () => {
  const { graph } = await read(join(folder, "pictures.net"), 0);
  const { populations, projections } = graph.topology;
  expect(populations.map(({ name, depth }) => [name, depth])).toEqual([
    ["port", 0],
    ...["input", "conv1", "conv2", "pool3", "dense5", "dense6"].map((name) => [name, 1]),
  ]);
  expect(projections.map(({ source, recurrent }) => recurrent === (populations[source].name !== "port"))).not.toContain(false);
  // delays per channel divide the ways from conv1
  expect(projections.filter(({ kernel }) => kernel !== undefined).map(({ target }) => populations[target].name)).toEqual([
    "conv1",
    "pool3",
  ]);
});

describe("files as they are written", () => {
  const scratch = join(packageRoot(), "node_modules/.cache/lava-test");
  let h5: typeof import("h5wasm/node").default;
  beforeAll(async () => {
    mkdirSync(scratch, { recursive: true });
    h5 = (await import("h5wasm/node")).default;
    await h5.ready;
  });

  /** Two dense layers behind an input, or alone, changed by paths. `shapes`: of values that are no list. */
  function written(
    change: { readonly [path: string]: string | readonly number[] },
    begins: "input" | "dense" = "input",
    shapes: { readonly [path: string]: readonly number[] } = {},
  ): string {
    const cell = (layer: string) => ({
      [`${layer}/neuron/type`]: "LOIHI",
      [`${layer}/neuron/iDecay`]: [1024],
      [`${layer}/neuron/vDecay`]: [128],
      [`${layer}/neuron/vThMant`]: [40],
    });
    const values: { readonly [path: string]: string | readonly number[] } = {
      ...{ "layer/0/type": "input", "layer/0/shape": [2, 1, 1] },
      ...{ "layer/1/type": "dense", "layer/1/shape": [3, 1, 1], "layer/1/weight": [2, 4, -2, 6, 8, 2], ...cell("layer/1") },
      ...{ "layer/2/type": "dense", "layer/2/shape": [1, 1, 1], "layer/2/weight": [2, 4, 6], ...cell("layer/2") },
    };
    const inner = Object.keys(change).map((path) => path.slice(0, path.lastIndexOf("/")));
    const all = { ...Object.fromEntries(Object.entries(values).filter(([path]) => !inner.includes(path))), ...change };
    const file = join(scratch, "written.net");
    const open = new h5.File(file, "w");
    for (const [name, value] of Object.entries(all)) {
      const [, layer, rest] = name.match(/^layer\/(\d+)(.*)$/) ?? [];
      if (begins === "dense" && layer === "0") continue;
      const path = begins === "dense" ? `layer/${Number(layer) - 1}${rest}` : name;
      const parts = path.split("/");
      for (let depth = 1; depth < parts.length; depth++) {
        const group = parts.slice(0, depth).join("/");
        if (open.get(group) === null) open.create_group(group);
      }
      const shape = shapes[name] === undefined ? {} : { shape: [...shapes[name]] };
      open.create_dataset({ name: path, data: typeof value === "string" ? value : Float64Array.from(value), ...shape });
    }
    open.close();
    return file;
  }

  test("the network without these changes is accepted", async () => {
    expect([...(await readLava(written({}))).graph.nodes.keys()]).toEqual([
      "input",
      "dense1.weights",
      "dense1",
      "dense2.weights",
      "dense2",
      "output",
    ]);
  });

  test("a network that begins with a dense layer is that network behind an input without neurons", async () => {
    const frames = Array.from({ length: 24 }, (_, t) => (t === 0 ? [1, 0] : [1, 1]));
    const statesOf = async (path: string) => {
      const { imported, graph, layers } = await read(path, 0);
      const { states } = recordStates(imported, graph, createGraphReference(graph), inputsOf(graph, frames), new Set(layers));
      return { layers, states: layers.map((name) => states.get(name) as RecordedStates) };
    };
    const behind = await statesOf(written({}));
    const alone = await statesOf(written({}, "dense"));
    expect([behind.layers, alone.layers]).toEqual([
      ["dense1", "dense2"],
      ["dense0", "dense1"],
    ]);
    expect(alone.states).toEqual(behind.states);
    // 64 times the weights 2, -2 and 8 of input 0 in step 0; then 3/4 of it and both inputs' weights
    expect([...alone.states[0].current].slice(0, 6)).toEqual([128, -128, 512, 96 + 384, -96 + 256, 384 + 640]);
    expect([...alone.states[1].spikes].some((spikes) => spikes > 0)).toBe(true);
  });

  test("a bias of the input that no word holds clips values of 0 too, and the warning counts them", async () => {
    const cell = {
      "layer/0/neuron/type": "LOIHI",
      "layer/0/neuron/iDecay": [0],
      "layer/0/neuron/vDecay": [0],
      "layer/0/neuron/vThMant": [1],
    };
    const port = { "layer/0/type": "input", "layer/0/shape": [2, 1, 1], "layer/0/weight": [1], "layer/0/bias": [200] };
    const runnable = runnableGraph((await read(written({ ...port, ...cell }), 0, "events")).graph);
    const features = Float32Array.of(0, 0, -100, 0, 3, 0);
    expect(runnable.toInputs(features, new Int32Array(6))).toBe(5);
    const samples = { name: "six", inputs: 2, classes: 1, task: "sequence" as const, hash: "six", labels: Int32Array.of(-1) };
    expect(runnableWarnings(runnable, { ...samples, features, frameStart: Uint32Array.of(0, 3) }, FEATURES_AS_THEY_ARE.encoding)).toEqual([
      "port: 5 of 6 input values exceed 127, the largest payload, and are clipped; the largest is 203: give smaller values, or spread them over steps",
    ]);
  });

  const picture = {
    ...{ "layer/0/shape": [2, 3, 4], "layer/1/type": "conv", "layer/1/shape": [1, 2, 3], "layer/1/kernelSize": [2, 2] },
    ...{ "layer/1/weight": [1, 1, 1, 1, 1, 1, 1, 1], "layer/2/weight": [1, 1, 1, 1, 1, 1] },
  };
  test.each([
    ["inFeatures", { "layer/1/inFeatures": [3] }, "layer/1/inFeatures: is 3, but its layer has 2"],
    ["outFeatures", { "layer/1/outFeatures": [2] }, "layer/1/outFeatures: is 2, but its layer has 3"],
    ["inChannels", { ...picture, "layer/1/inChannels": [1] }, "layer/1/inChannels: is 1, but its layer has 2"],
    ["a shape", { ...picture, "layer/1/shape": [1, 3, 2] }, "layer/1/shape: is 1, 3, 2, but its kernel gives 1, 2, 3"],
    ["a stride", { ...picture, "layer/1/stride": [1, 2] }, "layer/1/shape: is 1, 2, 3, but its kernel gives 1, 2, 2"],
    ["groups", { ...picture, "layer/1/groups": [2] }, "layer/1/groups: is 2, which does not divide the 1 channels that leave"],
    [
      "groups of which each weight has a share of a channel",
      {
        ...picture,
        "layer/0/shape": [3, 3, 4],
        "layer/1/shape": [2, 2, 3],
        "layer/1/groups": [2],
        "layer/1/weight": new Array(12).fill(1),
      },
      "layer/1/groups: is 2, which does not divide the 3 channels that arrive",
    ],
    ["a flatten", { "layer/3/type": "flatten", "layer/3/shape": [2] }, "layer/3/shape: holds 2 values, but 1 arrive"],
  ] as const)("%s that contradicts the other numbers is refused", async (_, change, text) => {
    await expect(readLava(written(picture))).resolves.toBeDefined();
    await expect(readLava(written(change))).rejects.toThrow(text);
  });

  test("weights have the axes of their layer, but for trailing ones; a list has them in that order; others are refused", async () => {
    const weightsOf = async (layer: object, shape: readonly number[], begins: "input" | "dense" = "input") => {
      const { graph } = await readLava(written({ ...layer }, begins, { "layer/1/weight": shape }));
      return [...graph.nodes.values()].flatMap(({ type, fields }) => (/Affine|Conv2d/.test(type) ? [fields.get("weight")] : []))[0];
    };
    const same = await weightsOf({}, [6]);
    for (const shape of [
      [3, 2],
      [3, 2, 1],
      [3, 2, 1, 1, 1],
    ])
      expect(await weightsOf({}, shape), `${shape}`).toEqual(same);
    for (const shape of [
      [2, 3],
      [1, 6],
      [6, 1],
      [3, 1, 2],
      [1, 3, 2],
    ])
      for (const begins of ["input", "dense"] as const)
        await expect(weightsOf({}, shape, begins), `${shape}`).rejects.toThrow(`weight: has shape [${shape.join(", ")}], expected [3, 2]`);
    const upright = { ...picture, "layer/1/kernelSize": [2, 1], "layer/1/shape": [1, 2, 4], "layer/1/weight": [1, 2, 3, 4] };
    const all = { ...upright, "layer/2/weight": new Array(8).fill(1) };
    expect(await weightsOf(all, [1, 2, 2, 1, 1])).toEqual(await weightsOf(all, [4]));
    for (const shape of [
      [1, 2, 1, 2],
      [2, 1, 2, 1],
      [2, 2, 1, 1],
    ])
      await expect(weightsOf(all, shape), `${shape}`).rejects.toThrow(
        `layer/1/weight: has shape [${shape.join(", ")}], expected [1, 2, 2, 1]`,
      );
  });

  test("a network that begins with a convolution is refused, because nothing gives the size of its pictures", async () => {
    await expect(readLava(written(picture, "dense"))).rejects.toThrow("layer/0/type: is conv, as layer 0");
  });

  test.each([
    [
      "a layer type",
      "layer/1/type",
      "recurrent",
      'layer/1/type: is "recurrent", expected one of input, dense, conv, pool, flatten, average',
    ],
    ["a neuron", "layer/1/neuron/type", "ALIF", 'layer/1/neuron/type: is "ALIF", expected LOIHI, CUBA or SDNN'],
    ["a key of a layer", "layer/1/mask", [1], "layer/1/mask: is not read"],
    ["a key of a neuron", "layer/1/neuron/vThStep", [1], "layer/1/neuron/vThStep: is not read"],
    ["complex weights", "layer/1/weight/real", [1], "layer/1/weight: is a group, expected a dataset"],
    ["graded spikes", "layer/1/neuron/gradedSpike", [1], "layer/1/neuron/gradedSpike: says that spikes are graded"],
    ["a decay beyond 12 bits", "layer/1/neuron/iDecay", [4097], "layer/1/neuron/iDecay: is 4097, expected a whole number from 0 to 4096"],
    ["a weight that is not whole", "layer/1/bias", [0.5, 1, 1], "layer/1/bias: element 0 is 0.5, expected whole numbers"],
    ["a number that is none", "layer/1/bias", [Number.NaN], "layer/1/bias: holds a number that is not finite"],
    ["a layer that does not fit", "layer/2/weight", [2, 4], "layer/2/weight: holds 2 values, expected [1, 3]"],
    ["a delay that Loihi cannot hold", "layer/2/delay", [63], "layer/2/delay: is 63 steps, expected 0 to 62"],
    ["a shape beyond all layers", "layer/1/shape", [1e9], "layer/1/shape: is 1000000000, expected one to three sizes from 1 to 1048576"],
    ["a bias of an input without neurons", "layer/0/bias", [100], "layer/0/bias: is not read"],
    ["a scale of an input without neurons", "layer/0/weight", [64], "layer/0/weight: is not read"],
    ["a layer out of order", "layer/4/type", "dense", "layer/4 is not the group of layer 3"],
  ] as const)("%s is refused by name", async (_, path, value, text) => {
    await expect(readLava(written({ [path]: value }))).rejects.toThrow(text);
  });

  test.each([
    ["an activation", { activation: "tanh" }, 'layer/1/neuron/activation: is "tanh", expected relu'],
    ["a scale of a normalisation", { weight_exp: [3] }, "layer/1/neuron/weight_exp: is not read"],
    [
      "a threshold that a state cannot hold",
      { vThMant: [2048] },
      "layer/1/neuron/vThMant: is 2048, expected a whole number from 0 to 2047",
    ],
    ["a message of more bits than spikes are kept in", { messageBits: [17] }, "layer/1/neuron/messageBits: is 17, expected"],
  ] as const)("of sigma-delta neurons, %s is refused by name", async (_, change, text) => {
    const fields = { type: "SDNN", vThMant: [6], ...change };
    const file = written(Object.fromEntries(Object.entries(fields).map(([name, value]) => [`layer/1/neuron/${name}`, value])));
    await expect(readLava(file)).rejects.toThrow(text);
  });

  test.each(["bias", "weight"])("a %s of an input layer is one value, or the same for all inputs", async (name) => {
    const neuron = { "layer/0/neuron/type": "SDNN", "layer/0/neuron/vThMant": [6] };
    const place = `layer/0/${name}`;
    for (const equal of [[7], [7, 7]]) {
      const { graph } = await readLava(written({ ...neuron, [place]: equal }));
      const field = [...graph.nodes.values()].find(({ type }) => type === "Input")?.fields.get(name === "bias" ? "offset" : "scale");
      expect(field).toMatchObject({ data: Float64Array.of(7) });
    }
    await expect(readLava(written({ ...neuron, [place]: [7, -5] }))).rejects.toThrow(
      `${place}: holds 2 different values, expected one for all inputs`,
    );
  });

  test("a bias of a layer whose sums are read out is refused by name", async () => {
    const neuron = { "layer/2/neuron/type": "SDNN", "layer/2/neuron/vThMant": [6], "layer/2/neuron/sigma_output": [1] };
    await expect(readLava(written({ ...neuron, "layer/2/bias": [1], "layer/2/weight": [1, 1, 1] }))).rejects.toThrow(
      "layer/2/bias: is not read",
    );
  });

  test("another HDF5 file, and a file that is not HDF5, are refused", async () => {
    const file = join(scratch, "other.net");
    const open = new h5.File(file, "w");
    open.create_group("node");
    open.close();
    await expect(readLava(file)).rejects.toThrow("has no group `layer`: not a network of Lava");
    writeFileSync(file, "no network");
    await expect(readLava(file)).rejects.toThrow("is not an HDF5 file, so not a network of Lava");
  });
});

const pilot = join(packageRoot(), "../shared/data/lava-pilotnet");
const present = existsSync(join(pilot, "network.net"));
if (!present) console.log(`skipped: no recording of PilotNet in ${pilot}`);

describe.skipIf(!present)("PilotNet as it was recorded", () => {
  const STEPS = 24;
  const raw = (name: string): Buffer => gunzipSync(readFileSync(join(pilot, `${name}.gz`)));
  const words = (name: string): Int16Array => new Int16Array(Uint8Array.from(raw(name)).buffer);
  const bits = (name: string, count: number): Uint8Array => {
    const packed = raw(name);
    return Uint8Array.from({ length: count }, (_, i) => (packed[i >> 3] >> (i & 7)) & 1);
  };
  /** Recordings are [x][y][c][t], states [t][c][y][x]. */
  function asRecorded(states: Int32Array, [X, Y, C]: readonly number[]): Int16Array {
    const out = new Int16Array(states.length);
    for (let at = 0; at < out.length; at++) {
      const [t, c, y, x] = [at % STEPS, Math.floor(at / STEPS) % C, Math.floor(at / STEPS / C) % Y, Math.floor(at / STEPS / C / Y)];
      out[at] = states[((t * C + c) * Y + y) * X + x];
    }
    return out;
  }
  const differing = (a: ArrayLike<number>, b: ArrayLike<number>): number => Array.from(a).filter((value, i) => value !== b[i]).length;
  const hash = (values: Int16Array): string => createHash("sha256").update(Buffer.from(values.buffer)).digest("hex");

  test("from the image alone, none of 1,029,024 currents, as many voltages and 3,804,192 spikes of nine layers differ", {
    timeout: 300_000,
    tags: ["long"],
  }, async () => {
    const { imported, graph } = await read(join(pilot, "network.net"), 17, 1 / 32);
    const image = raw("image.u1");
    const frame = Array.from({ length: image.length }, (_, i) => {
      const [x, y, c] = [i % 200, Math.floor(i / 200) % 66, Math.floor(i / 200 / 66)];
      return Math.fround((image[(x * 66 + y) * 3 + c] - 36) / 40);
    });
    const recorded: readonly (readonly [string, string, readonly number[]])[] = [
      ["input", "input", [200, 66, 3]],
      ["conv-0", "conv1", [99, 32, 24]],
      ["conv-1", "conv2", [49, 15, 36]],
      ["conv-2", "conv3", [24, 7, 48]],
      ["conv-3", "conv4", [22, 4, 64]],
      ["conv-4", "conv5", [20, 2, 64]],
      ["fc-0", "dense7", [100, 1, 1]],
      ["fc-1", "dense8", [50, 1, 1]],
      ["fc-2", "dense9", [10, 1, 1]],
    ];
    const inputs = inputsOf(
      graph,
      Array.from({ length: STEPS }, () => frame),
    );
    const { states } = recordStates(imported, graph, createGraphEngine(graph), inputs, new Set(recorded.map(([, name]) => name)));
    const met = { current: 0, voltage: 0, spikes: 0 };
    for (const [file, name, shape] of recorded) {
      const found = states.get(name) as RecordedStates;
      const count = shape.reduce((product, size) => product * size, 1) * STEPS;
      expect(differing(asRecorded(found.spikes, shape), bits(`${file}.s`, count)), `${file} s`).toBe(0);
      met.spikes += count;
      if (file === "input") continue;
      const [u, v] = [asRecorded(found.current, shape), asRecorded(found.voltage, shape)];
      if (file === "conv-0") {
        // computed by the recording's own check, confirmed by its spikes
        expect(hash(u)).toBe("1e84a5eac2b5075f3365cf09aa06d9eb7b7833fc4c2c33c412a919de289c1857");
        expect(hash(v)).toBe("7ea905275c9e457384c9a19fc0a2de07512b228c3f47d54077b3877a38a0a83c");
        continue;
      }
      expect(differing(u, words(`${file}.u.i2`)), `${file} u`).toBe(0);
      expect(differing(v, words(`${file}.v.i2`)), `${file} v`).toBe(0);
      met.current += count;
      met.voltage += count;
    }
    expect(met).toEqual({ current: 1_029_024, voltage: 1_029_024, spikes: 3_804_192 });
  });
});
