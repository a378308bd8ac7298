/**
 * Cells of plug-ins: a cell with a built-in rule gives the same numbers as the built-in cell, other cells run too, and
 * mistakes of a cell are reported and never stored.
 */
// @module-tag slow
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  evaluateModels,
  exportNir,
  loadPlugins,
  open,
  openWithPlugins,
  points,
  quantise,
  reproduce,
  rtl,
  simulate,
  sweep,
  train,
} from "../../../app/index.js";
import { encodeModel, type Network, type Precision, readModel } from "../../../arch/index.js";
import { packageRoot } from "../../../base/package-root.js";
import { pluginFile } from "../../../base/plugin-file.js";
import { createRng } from "../../../base/rng.js";
import { createEngine } from "../../../sim/functional/engine.js";
import { toStateUnits } from "../../../sim/functional/input-encoder.js";
import { quantise as integersOf } from "../../../sim/functional/quantise.js";
import type { UtteranceRun } from "../../../sim/functional/utterance.js";
import { isBuilt, smallSweep } from "../../cli/small-sweep.js";
import { fewDigits } from "../../few-digits.js";
import { createReference } from "../../oracles/spiking-reference.js";
import { randomFeatures, randomNetwork, resting, USUAL } from "../../sim/functional/random-network.js";

const folder = mkdtempSync(join(tmpdir(), "plug-in-cells-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
const digits = readModel(join(packageRoot(), "training/models/mnist-rows-lif.safetensors")).network;

/** The shipped network of digits with other cells, as a model file. */
function writeCells(system: string, file = `${system}.safetensors`, base: Network = digits): string {
  writeFileSync(at(file), encodeModel({ ...base, system }, null));
  return at(file);
}

const CELLS = at("cells.mjs");
beforeAll(async () => {
  copyFileSync(join(packageRoot(), "test/app/plugins/examples/cells.mjs"), CELLS);
  await loadPlugins([CELLS]);
});

const PRECISIONS: readonly Precision[] = [
  USUAL,
  { ...USUAL, leak: "shift" },
  { ...USUAL, leak: "truncate", stateBits: 9, stateFractionBits: 4 },
  { ...USUAL, accumulatorBits: 12, accumulatorOverflow: "wrap" },
  { ...USUAL, weightBits: 3, spikeBits: 1, stateBits: 24, stateFractionBits: 14, gateBits: 3 },
];

const fields = ({ eventStart, neuron, payload, scores, membraneUpdates, ...counts }: UtteranceRun) => ({
  ...counts,
  ...{ eventStart: [...eventStart], neuron: [...neuron], payload: [...payload], scores: [...scores] },
  membraneUpdates: [...(membraneUpdates ?? [])],
});

/** Runs of a random network on the fast engine and on the reference, three utterances each. */
function runsOf(seed: string, system: string, precision: Precision) {
  const draw = createRng(seed, "shape");
  const shape = {
    inputs: draw.int(1, 9),
    neurons: [draw.int(1, 14), draw.int(1, 14)],
    classes: 3,
    bits: draw.int(2, 6),
    theta: draw.int(0, 1),
  };
  const drawn = randomNetwork(seed, { system: "lif", ...shape, fill: 0.8, gain: draw.float() < 0.3 ? 6 : 1.5 });
  const base = draw.float() < 0.3 ? resting(drawn) : drawn;
  const network = integersOf({ ...base, system }, precision);
  const runs = [createEngine(network), createReference(network)].map((engine) =>
    [1, 2, 3].map((u) => {
      const values = randomFeatures(`${seed}/${u}`, shape.inputs * 17, 3);
      const inputs = new Int32Array(values.length);
      toStateUnits(network, values, inputs);
      return fields(engine.run(inputs));
    }),
  );
  return { fast: runs[0], reference: runs[1], rests: network.topology.populations[1].rests, topology: network.topology, key: network.key };
}

describe("a cell that states the rule of lif", () => {
  test("is lif on 60 random networks at 5 precisions, in both engines: spikes, scores, changes of membranes, overflows, saturations", () => {
    const seen = { spikes: 0, saturations: 0, overflows: 0, resting: 0 };
    for (let i = 0; i < 60; i++) {
      const precision = PRECISIONS[i % PRECISIONS.length];
      let lif: ReturnType<typeof runsOf>;
      try {
        lif = runsOf(`cell ${i}`, "lif", precision);
      } catch (error) {
        expect(String(error)).toMatch(/no constant leak/);
        continue;
      }
      const own = runsOf(`cell ${i}`, "own-lif", precision);
      expect(own.fast, `network ${i}`).toEqual(lif.fast);
      expect(own.reference, `network ${i}`).toEqual(lif.fast);
      expect(own.topology).toEqual(lif.topology);
      expect(own.key).not.toBe(lif.key);
      for (const run of own.fast ?? []) {
        seen.spikes += run.neuron.length;
        seen.saturations += run.stateSaturations;
        seen.overflows += run.accumulatorOverflows;
      }
      seen.resting += Number(own.rests);
    }
    expect(Math.min(...Object.values(seen)), JSON.stringify(seen)).toBeGreaterThan(5);
  });

  const chip = { version: 1, extends: "mesh-2x2", workload: { path: fewDigits(folder), samples: 12, timing_samples: 3 } };
  const told = async (model: string, more: object = {}) => {
    const { result, layers } = await simulate(
      open({ ...chip, ...more, network: { model } }, { plugins: [pluginFile("cells.mjs", CELLS)] }),
    );
    const { provenance: _, ...rest } = result;
    return { ...rest, layers };
  };

  test("is lif on a chip: cycles, counts, energy by component and layer, utilisation; its own prices are those of its declared work", async () => {
    const own = await told(writeCells("own-lif"));
    expect(own).toEqual(await told("mnist-rows-lif.safetensors"));
    expect(own.metrics.accuracy_percent).toBeGreaterThan(50);
    expect(own.metrics.latency_cycles).toBeGreaterThan(100);
  });

  test("is lif where time feeds back: queues that drop decide what each slice of a layer gets", { tags: ["long"] }, async () => {
    const drops = { tile: { core: { input_queue: { full: "drop", depth: 4 } } } };
    const own = await told(writeCells("own-lif"), drops);
    expect(own).toEqual(await told("mnist-rows-lif.safetensors", drops));
    expect(own.metrics.events_dropped).toBeGreaterThan(0);
  });

  test.skipIf(!isBuilt)(
    "is lif in a search: threads load the plug-in, rows are the same with other keys, and reproduce is exact",
    { tags: ["long"] },
    async () => {
      const rows = async (name: string, model: string, list: string) => {
        const text = smallSweep(4).replace("mnist-rows-rec-v2.safetensors", model).replace("version: 1\n", `version: 1\n${list}`);
        writeFileSync(at(`${name}.yaml`), text);
        await sweep(await openWithPlugins(at(`${name}.yaml`)), { db: at(`${name}.db`), workers: 1 });
        return [...points(at(`${name}.db`))];
      };
      writeCells("own-lif");
      const own = await rows("own", "own-lif.safetensors", "plugins: [./cells.mjs]\n");
      const lif = await rows("lif", "mnist-rows-lif.safetensors", "");
      const plain = (all: typeof own) => all.map(({ values, state, metrics, reason }) => ({ values, state, metrics, reason }));
      expect(plain(own)).toEqual(plain(lif));
      const done = own.filter(({ state }) => state === "done");
      expect(done.length).toBeGreaterThan(0);
      for (const [i, { key }] of own.entries()) expect(key).not.toBe(lif[i]?.key);
      const plugins = await loadPlugins([CELLS]);
      expect(await reproduce(at("own.db"), done[0]?.id ?? 0, { plugins })).toMatchObject({ sameInputs: true, differences: [] });
    },
  );
});

test("a cell that the program does not have: the engines agree, and no neuron fires while it must be silent", () => {
  let [waits, longest] = [0, 0];
  for (let i = 0; i < 20; i++) {
    const { fast, reference } = runsOf(`refractory ${i}`, "long-refractory", PRECISIONS[i % 2 === 0 ? 0 : 3]);
    expect(fast, `network ${i}`).toEqual(reference);
    for (const { eventStart, neuron } of fast ?? []) {
      const fired = (step: number, n: number): boolean => neuron.slice(eventStart[4 * step + 1], eventStart[4 * step + 2]).includes(n);
      for (let n = 0; n < 14; n++) {
        let [free, length] = [0, 0];
        for (let step = 0; step < 17; step++) {
          if (step < free) expect(fired(step, n), `neuron ${n} in step ${step}`).toBe(false);
          else if (fired(step, n)) {
            length = Math.min(7, length + 1);
            free = step + 1 + length;
            waits++;
            longest = Math.max(longest, length);
          } else length = 0;
        }
      }
    }
  }
  expect(waits).toBeGreaterThan(50);
  expect(longest).toBeGreaterThan(2);
});

/**
 * For each neuron n, i32 at their addresses: current[n] = pre[n], membrane[n] += current[n]. By AssemblyScript's asc
 * -Os --runtime stub.
 */
const SUM_WASM =
  "AGFzbQEAAAABCAFgBH9/f38AAwIBAAUDAQABBxECBHN0ZXAAAAZtZW1vcnkCAApGAUQBBX8DQCAAIAVKBEAgAyAFQQJ0IgdqIgYgASAHaigCADYCACACIAdqIgggCCgCACAGKAIAajYCACAFQQFqIQUMAQsLCw==";

test("a step in WebAssembly is the same step, and its file is part of the plug-in's content", async () => {
  writeFileSync(at("sum.wasm"), Buffer.from(SUM_WASM, "base64"));
  const plugin = (load: string, work: string): string => `
import { readFileSync } from "node:fs";
export const apiVersion = 1;
export default () => {
  ${load}
  return { cells: { "NAME": {
    about: "sums without a leak",
    gates: { i: "state" },
    states: 2,
    update: () => ({ multiplies: 0, additions: 2 }),
    equation: () => ({ multiplies: 0, additions: 2 }),
    step({ neurons, pre, states: [membrane, current], clamp, fire }) {
      ${work}
      for (let n = 0; n < neurons; n++) [current[n], membrane[n]] = [clamp(current[n]), fire(n, membrane[n])];
    },
  } } };
};`;
  const wasm = plugin(
    `const { exports: { step, memory } } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(new URL("./sum.wasm", import.meta.url))));`,
    `const words = new Int32Array(memory.buffer, 4096);
      words.set(pre.i);
      words.set(membrane, neurons);
      step(neurons, 4096, 4096 + 4 * neurons, 4096 + 8 * neurons);
      membrane.set(words.subarray(neurons, 2 * neurons));
      current.set(words.subarray(2 * neurons, 3 * neurons));`,
  );
  const plain = plugin("", "for (let n = 0; n < neurons; n++) membrane[n] += current[n] = pre.i[n];");
  writeFileSync(at("wasm.mjs"), wasm.replace("NAME", "summed-wasm"));
  writeFileSync(at("plain.mjs"), plain.replace("NAME", "summed-plain"));
  const before = await loadPlugins([at("wasm.mjs"), at("plain.mjs")]);
  // no parameters: the networks lose their leaks
  const of = (system: string) => {
    const drawn = randomNetwork("wasm", { system: "lif", inputs: 5, neurons: [9], classes: 2, bits: 4, theta: 0, fill: 1, gain: 1 });
    const network = integersOf({ ...drawn, system, layers: drawn.layers.map((layer) => ({ ...layer, perNeuron: {} })) }, USUAL);
    const inputs = new Int32Array(50);
    toStateUnits(network, randomFeatures("wasm", 50, 2), inputs);
    return fields(createEngine(network).run(inputs));
  };
  expect(of("summed-wasm")).toEqual(of("summed-plain"));
  expect(of("summed-wasm").neuron.length).toBeGreaterThan(3);
  writeFileSync(at("sum.wasm"), Buffer.concat([readFileSync(at("sum.wasm")), Buffer.from([0, 1, 0])]));
  expect(pluginFile("wasm.mjs", at("wasm.mjs")).sha256).not.toBe(before[0]?.sha256);
});

describe("where a plug-in's step cannot run", () => {
  const plugins = [pluginFile("cells.mjs", join(packageRoot(), "test/app/plugins/examples/cells.mjs"))];
  const described = () => open({ version: 1, extends: "mesh-2x2", network: { model: writeCells("own-lif") } }, { plugins });

  test("a description that does not name the plug-in does not get its cells", async () => {
    const file = { version: 1, extends: "mesh-2x2", network: { model: writeCells("own-lif") } };
    const refusal =
      /has a cell of the plug-in .*cells.mjs, [0-9a-f]{12}, which this description does not name\s+name it: plugins: \[.\/my-plugin.mjs\]/;
    await expect(simulate(open(file))).rejects.toThrow(refusal);
    await expect(quantise(open(file) as never)).rejects.toThrow(refusal);
  });

  test("a model whose cell no named plug-in has is refused with the cell's name and what to write", () => {
    const bytes = Buffer.from(encodeModel({ ...digits, system: "own-lif" }, null));
    writeFileSync(at("unknown.safetensors"), Buffer.from(bytes.toString("latin1").replace("own-lif", "own-lfi"), "latin1"));
    expect(() => readModel(at("unknown.safetensors"))).toThrow(
      /unknown.safetensors: snn_dse.system: no cell is named own-lfi\s+known: lif, .*plugins: \[.\/my-plugin.mjs\], or --plugin/,
    );
  });

  test("hardware is refused by the cell's name", async () => {
    writeFileSync(at("rtl.yaml"), `version: 1\nextends: mesh-2x2\nplugins: [./cells.mjs]\nnetwork: { model: ${writeCells("own-lif")} }\n`);
    await expect(rtl(at("rtl.yaml"), null, { out: at("rtl") })).rejects.toThrow(
      /the cell own-lif is of the plug-in .*cells.mjs, whose step is a program and no circuit/,
    );
  });

  test("training and evaluation in real numbers are refused by the cell's name, and so is a NIR file", async () => {
    writeFileSync(at("train.yaml"), "data: { dataset: mnist-rows }\nnetwork: { system: own-lif }\n");
    await expect(train([at("train.yaml")], {})).rejects.toThrow(
      /train.yaml:2:\d+: network.system: own-lif is a cell of a plug-in: its step works on integers, so it has neither a gradient/,
    );
    const model = writeCells("own-lif");
    await expect(evaluateModels([model], { dataset: "mnist-rows" })).rejects.toThrow(
      /its cell own-lif is from the plug-in .*: its step works on integers/,
    );
    await expect(exportNir(model, at("own.nir"), 0.01)).rejects.toThrow(/NIR has no node for a own-lif cell/);
  });

  test("a precision study has no float line, but everything else", async () => {
    const found = await quantise(described() as never, { samples: 10, bits: { weight_bits: [8] } });
    expect(found.rows).toHaveLength(1);
    expect(found.float).toBeNull();
  });
});

describe("a mistake of a cell is reported with its name and what to do", () => {
  let count = 0;
  const parts = {
    about: '"x"',
    gates: '{ i: "state" }',
    states: "2",
    update: "() => ({ multiplies: 0, additions: 2 })",
    equation: "() => ({ multiplies: 0, additions: 2 })",
    step: "() => {}",
  };
  const bring = async (changed: object, outside = ""): Promise<string> => {
    const name = `wrong-${count++}`;
    const entry = Object.entries({ ...parts, ...changed }).map(([key, value]) => `${key}: ${value}`);
    writeFileSync(
      at(`${name}.mjs`),
      `export const apiVersion = 1; ${outside}\nexport default () => ({ cells: { "${name}": { ${entry.join(", ")} } } });`,
    );
    await loadPlugins([at(`${name}.mjs`)]);
    return name;
  };

  test.each([
    [{ gates: "{}" }, /its cell wrong-\d+ is wrong at gates: a cell has 1 to 4 gates/],
    [{ gates: '{ i: "tanh" }' }, /is wrong at gates.i/],
    [{ states: "0" }, /is wrong at states/],
    [{ step: "7" }, /is wrong at step: expected a function/],
    [{ kernel: '"lif"' }, /is wrong at its top: Unrecognized key: "kernel"/],
    [{ update: "() => ({ multiplies: 1 })" }, /gives no work of its update: additions/],
    [{ update: "() => ({ multiplies: -1, additions: 0 })" }, /gives no work of its update: multiplies/],
    [{ equation: "() => { throw new Error('lost'); }" }, /its cell wrong-\d+: equation fails: lost/],
  ])("as it is loaded: %s", async (changed, message) => {
    await expect(bring(changed)).rejects.toThrow(message);
  });

  const drawn = randomNetwork("wrong", { system: "lif", inputs: 4, neurons: [3], classes: 2, bits: 4, theta: 1, fill: 1, gain: 1 });
  const bare: Network = { ...drawn, layers: drawn.layers.map((layer) => ({ ...layer, perNeuron: {} })) };
  const run = (system: string, engine: typeof createEngine | typeof createReference, base = bare, utterances = 1): void => {
    const network = integersOf({ ...base, system }, USUAL);
    const made = engine(network);
    for (let u = 0; u < utterances; u++) {
      const inputs = new Int32Array(4 * 8);
      toStateUnits(network, randomFeatures(`wrong ${u}`, 4 * 8, 2), inputs);
      made.run(inputs);
    }
  };

  test.each([
    [{ step: "() => { throw new Error('lost'); }" }, "", /its cell wrong-\d+: step fails: lost/],
    [
      { step: "({ states }) => { states[0][1] = NaN; }" },
      "",
      /leaves the membrane of neuron 1 at NaN\s+expected a whole number from -32768 to 32767/,
    ],
    [{ step: "({ states }) => { states[1][2] = 0.5; }" }, "", /leaves state 1 of neuron 2 at 0.5/],
    [{ step: "({ states }) => { states[0][0] = 32768; }" }, "", /leaves the membrane of neuron 0 at 32768/],
    [
      { step: "({ spikes }) => { spikes[0] = 1000; }" },
      "",
      /sends a spike of 1000 from neuron 0\s+expected a whole number from -7 to 7, of a size above 1/,
    ],
    [{ step: "({ spikes }) => { spikes[0] = 1; }" }, "", /sends a spike of 1 from neuron 0/],
    [
      { step: "({ spikes }) => { spikes[2] = -3; }", signed: "false" },
      "",
      /sends a spike of -3 from neuron 2\s+expected a whole number from 0 to 7/,
    ],
    [{ step: "async () => {}" }, "", /has a step that is asynchronous/],
    [
      { step: "({ states }) => { states[0][0] = Math.floor(Math.random() * 30000); }" },
      "",
      /is not a pure function: the same step gave the membrane of neuron 0 \d+, and then \d+/,
    ],
    [{ step: "({ states }) => { states[0][0] = ++calls; }" }, "let calls = 0;", /is not a pure function/],
    [
      { step: "({ spikes }) => { spikes[1] = 2 + (calls++ % 2); }" },
      "let calls = 0;",
      /the same step gave the spike of neuron 1 2, and then 3/,
    ],
    [{ step: "({ clamp }) => { if (calls++ % 2) clamp(1e9); }" }, "let calls = 0;", /the same step gave 0 clamped words, and then 1/],
    [{ step: "({ pre, states }) => { states[0][0] = pre.i[0]++ % 100; }" }, "", /is not a pure function/],
    [{ tables: "() => ({ half: [0.5] })" }, "", /gives no tables: half.0/],
    [{ tables: "() => ({ none: [] })" }, "", /gives no tables: none/],
    [{ tables: "() => ({ none: null })" }, "", /gives no tables: none/],
    [{ tables: "() => ({ none: 7 })" }, "", /gives no tables: none/],
    [{ tables: "() => null" }, "", /gives no tables: its top/],
    [{ tables: "async () => ({})" }, "", /gives no tables: its top/],
  ])("as it runs, in both engines: %s %s", async (changed, outside, message) => {
    const name = await bring(changed, outside);
    expect(() => run(name, createEngine)).toThrow(message);
    expect(() => run(name, createReference)).toThrow(message);
  });

  test("what is kept from one utterance to the next, too slowly for two calls of a step to tell", async () => {
    const name = await bring(
      {
        step: "({ states, pre }) => { first ??= Math.max(-9, Math.min(9, pre.i[0])); seen ||= pre.i[1] > 900; states[0][0] = seen ? 5000 : first; spikes(states); }",
      },
      "let first; let seen = false; const spikes = () => {};",
    );
    // the state is seen in no spike or score, so it is none of the answer
    expect(() => run(name, createEngine, bare, 2)).not.toThrow();
    const other = await bring(
      { step: "({ spikes, pre }) => { held = Math.max(held, Math.min(7, Math.abs(pre.i[0]) >> 8)); spikes[0] = held > 1 ? held : 0; }" },
      "let held = 0;",
    );
    expect(() => run(other, createEngine, bare, 64)).toThrow(
      /computes an utterance differently after \d+ others: it keeps something between utterances/,
    );
  });

  test("one that says it rests and does not", async () => {
    const name = await bring({
      rests: "true",
      step: "({ states, clamp }) => { for (let n = 0; n < 3; n++) states[0][n] = clamp(states[0][n] + 1); }",
    });
    expect(() => run(name, createEngine, resting(bare))).toThrow(/says that it rests, but moves without input\s+leave `rests` out/);
    expect(() => run(name, createEngine)).not.toThrow(); // its biases move it anyway, and no chip skips it
  });

  test.skipIf(!isBuilt)("in a search it is a failed point with that reason, and no row", { tags: ["long"] }, async () => {
    const name = await bring({ parameters: '[{ name: "tau", kind: "leak" }]', step: "({ states }) => { states[0][1] = NaN; }" });
    writeCells(name);
    const text = smallSweep(2).replace("mnist-rows-rec-v2", name).replace("version: 1\n", `version: 1\nplugins: [./${name}.mjs]\n`);
    writeFileSync(at("failing.yaml"), text);
    const summary = await sweep(await openWithPlugins(at("failing.yaml")), { db: at("failing.db"), workers: 1 });
    expect(summary.done).toBe(0);
    const all = [...points(at("failing.db"))];
    expect(all.length).toBe(2);
    for (const { state, reason, metrics } of all) {
      expect(state).toBe("failed");
      expect(reason).toMatch(/its cell wrong-\d+ leaves the membrane of neuron 1 at NaN/);
      expect(Object.keys(metrics ?? {})).toEqual([]);
    }
  });
});
