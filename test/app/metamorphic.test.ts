/**
 * Relations between runs that hold whatever the right numbers are: the same network written otherwise, larger, in other
 * order, in two parts; the same chip with idle cores, another clock, turned round. Networks and spikes are random.
 */
// @module-tag slow
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { open } from "../../app/open.js";
import { simulate } from "../../app/simulate.js";
import { type NirNode, nirArray } from "../../arch/formats/nir/graph.js";
import { writeNir } from "../../arch/formats/nir/write.js";
import type { Json } from "../../base/hash.js";
import { createRng } from "../../base/rng.js";
import type { Result } from "../../sim/index.js";
import { node, whole } from "../nir-nodes.js";

type Matrix = readonly (readonly number[])[];
interface Layers {
  readonly [name: string]: { readonly threshold: number; readonly from: { readonly [source: string]: Matrix } };
}
/** How a network is written, none of which matters. */
interface Manner {
  readonly bias: boolean;
  readonly scale: boolean;
  readonly reversed: boolean;
  readonly prefix: string;
}
const PLAIN: Manner = { bias: false, scale: false, reversed: false, prefix: "" };

const folder = mkdtempSync(join(tmpdir(), "metamorphic-"));
afterAll(() => rmSync(folder, { recursive: true }));
const neuronsOf = (matrices: readonly Matrix[]): number => matrices[0].length;

/** Integrate-and-fire layers; the last one is the network's output. */
async function write(name: string, inputs: number, layers: Layers, manner: Manner = PLAIN): Promise<void> {
  const of = (part: string): string => `${manner.prefix}${part}`;
  const nodes: [string, NirNode][] = [[of("input"), node("Input", { shape: whole(inputs) })]];
  const edges: { from: string; to: string }[] = [];
  for (const [layer, { threshold, from }] of Object.entries(layers)) {
    const size = neuronsOf(Object.values(from));
    const one = (value: number) => nirArray(new Array<number>(size).fill(value), [size]);
    nodes.push([of(layer), node("IF", { r: one(1), v_threshold: one(threshold), v_reset: one(0) })]);
    for (const [source, matrix] of Object.entries(from)) {
      const [via, scale] = [of(`${source}_${layer}`), of(`${source}_${layer}_scale`)];
      const weight = nirArray(matrix.flat(), [matrix.length, matrix[0].length]);
      nodes.push([via, manner.bias ? node("Affine", { weight, bias: one(0) }) : node("Linear", { weight })]);
      if (manner.scale)
        nodes.push([scale, node("Scale", { scale: nirArray(new Array<number>(matrix[0].length).fill(1), [matrix[0].length]) })]);
      edges.push(
        ...(manner.scale
          ? [
              { from: of(source), to: scale },
              { from: scale, to: via },
            ]
          : [{ from: of(source), to: via }]),
      );
      edges.push({ from: via, to: of(layer) });
    }
  }
  const last = Object.keys(layers).at(-1) as string;
  nodes.push([of("output"), node("Output", { shape: whole(neuronsOf(Object.values(layers[last].from))) })]);
  edges.push({ from: of(last), to: of("output") });
  const sorted = manner.reversed ? ([nodes.reverse(), edges.reverse()] as const) : ([nodes, edges] as const);
  await writeNir(join(folder, `${name}.nir`), {
    version: "1.0",
    graph: { nodes: new Map(sorted[0]), edges: sorted[1], metadata: new Map() },
  });
}

/** [samples][steps][inputs] of 0 and 1; a payload of 0 keeps a silent last step. */
function writeSpikes(name: string, samples: readonly Matrix[]): void {
  const rows = samples.flatMap((steps, s) =>
    steps.flatMap((step, t) => [`${s},${t},0,${step[0]}`, ...step.flatMap((value, n) => (n > 0 && value > 0 ? [`${s},${t},${n},1`] : []))]),
  );
  writeFileSync(join(folder, `${name}.csv`), `sample,step,neuron,payload\n${rows.join("\n")}\n`);
}

interface Changes {
  readonly [section: string]: Json;
}

/** Runs all samples of `spikes`, all of them timed, on 2 x 2 cores unless `changes` says otherwise. */
async function run(model: string, spikes: string, changes: Changes = {}): Promise<Result> {
  const description = {
    version: 1,
    network: { model: join(folder, `${model}.nir`), nir: { step_seconds: 1e-3, reset: "subtract" } },
    workload: { dataset: "spike-file", path: join(folder, `${spikes}.csv`), samples: 100, timing_samples: 100 },
    chip: { weight_format: "rows" },
    tile: { core: { synapse_memory: { size_kib: 32 }, state_memory: { size_kib: 8 } } },
    precision: { integers: "from-file", weight_bits: 8, state_bits: 16, accumulator_bits: 24 },
    mapping: { strategy: "sequential" },
    ...changes,
  };
  return (await simulate(open(description))).result;
}

/** Names and counts of all lines; of some, energies. */
const counts = ({ breakdown }: Result): readonly unknown[] => breakdown.map(({ component, count }) => [component, count]);
const dynamic = ({ breakdown }: Result): readonly unknown[] =>
  breakdown.filter(({ group }) => group !== "leakage" && group !== "area").map(({ component, energyPj }) => [component, energyPj]);
const leakagePj = ({ breakdown }: Result): number =>
  breakdown.filter(({ group }) => group === "leakage").reduce((sum, { energyPj }) => sum + (energyPj ?? 0), 0);
const work = ({ metrics }: Result): readonly (number | null)[] => [
  metrics.spikes_fired,
  metrics.events_processed,
  metrics.synaptic_operations_per_inference,
];

for (const [seed, ...tags] of [[1, "long"], [2]] as const)
  describe(`networks and spikes of seed ${seed}`, { tags: [...tags] }, () => {
    const rng = createRng(seed, "metamorphic");
    const [inputs, hidden, outputs, steps] = [rng.int(3, 14), rng.int(6, 30), rng.int(2, 6), rng.int(5, 10)];
    const isRecurrent = seed % 2 === 0;
    const matrix = (rows: number, columns: number, most: number, density: number): number[][] =>
      Array.from({ length: rows }, () => Array.from({ length: columns }, () => (rng.float() < density ? rng.int(-most, most) : 0)));
    const [first, second, back] = [matrix(hidden, inputs, 7, 0.9), matrix(outputs, hidden, 7, 0.9), matrix(hidden, hidden, 3, 0.3)];
    const threshold = rng.int(6, 16);
    const spikes = (samples: number, p: number): Matrix[] =>
      Array.from({ length: samples }, () =>
        Array.from({ length: steps }, () => Array.from({ length: inputs }, () => (rng.float() < p ? 1 : 0))),
      );
    const samples = spikes(3, 0.35);
    const times = (factor: number, values: Matrix): Matrix => values.map((row) => row.map((value) => value * factor));
    const layers = (factor = 1, order: readonly number[] = first.map((_, n) => n)): Layers => ({
      h: {
        threshold: threshold * factor,
        from: {
          input: times(
            factor,
            order.map((n) => first[n]),
          ),
          ...(isRecurrent
            ? {
                h: times(
                  factor,
                  order.map((n) => order.map((m) => back[n][m])),
                ),
              }
            : {}),
        },
      },
      o: {
        threshold: threshold * factor,
        from: {
          h: times(
            factor,
            second.map((row) => order.map((n) => row[n])),
          ),
        },
      },
    });
    let plain: Result;

    beforeAll(async () => {
      await write("plain", inputs, layers());
      writeSpikes("spikes", samples);
      plain = await run("plain", "spikes");
      expect(plain.metrics.spikes_fired).toBeGreaterThan(0);
    });

    test("weights and thresholds that are twice as large give the same run to the last bit, in whole and in real numbers", async () => {
      await write("twice", inputs, layers(2));
      expect(await run("twice", "spikes").then(({ metrics }) => metrics)).toEqual(plain.metrics);
      const precision = { weight_bits: 8, state_bits: 20, accumulator_bits: 24 };
      const real = await run("plain", "spikes", { precision });
      for (const factor of [0.125, 4]) {
        await write("scaled", inputs, layers(factor));
        expect((await run("scaled", "spikes", { precision })).metrics).toEqual(real.metrics);
      }
    });

    test("biases of 0, scales of 1, other names and another order in the file change nothing", async () => {
      for (const manner of [{ bias: true }, { scale: true }, { reversed: true }, { prefix: "zz" }]) {
        await write("written", inputs, layers(), { ...PLAIN, ...manner });
        const other = await run("written", "spikes");
        expect([other.metrics, counts(other)], JSON.stringify(manner)).toEqual([plain.metrics, counts(plain)]);
      }
    });

    test("neurons in another order spike as often and do the same work", async () => {
      const order = first.map((_, n) => n);
      for (let n = order.length - 1; n > 0; n--) {
        const m = rng.int(0, n);
        [order[n], order[m]] = [order[m], order[n]];
      }
      await write("ordered", inputs, layers(1, order));
      expect(work(await run("ordered", "spikes"))).toEqual(work(plain));
    });

    test("two networks side by side do the work of both, and no step is shorter than that of the slower one", async () => {
      const beside = (values: Matrix, before: number, behind: number): Matrix =>
        values.map((row) => [...new Array<number>(before).fill(0), ...row, ...new Array<number>(behind).fill(0)]);
      const other = matrix(hidden, inputs, 7, 0.9);
      await write("pair", 2 * inputs, {
        a: { threshold, from: { input: beside(first, 0, inputs) } },
        b: { threshold, from: { input: beside(other, inputs, 0) } },
        o: { threshold, from: { a: [...second, ...times(0, second)], b: [...times(0, second), ...second] } },
      });
      const [more, silent] = [spikes(3, 0.35), spikes(3, 0)];
      const joined = (left: readonly Matrix[], right: readonly Matrix[]): Matrix[] =>
        left.map((utterance, s) => utterance.map((step, t) => [...step, ...right[s][t]]));
      const placed = { mapping: { strategy: "manual", manual: { a: [0], b: [1], o: [3] } } };
      const of = async (name: string, values: readonly Matrix[]): Promise<Result> => {
        writeSpikes(name, values);
        return run("pair", name, placed);
      };
      const [both, left, right] = [
        await of("both", joined(samples, more)),
        await of("left", joined(samples, silent)),
        await of("right", joined(silent, more)),
      ];
      const [one, two] = [work(left), work(right)];
      for (const [i, value] of work(both).entries()) expect(value).toBeCloseTo((one[i] ?? 0) + (two[i] ?? 0), 9);
      const slower = Math.max(left.metrics.latency_cycles ?? 0, right.metrics.latency_cycles ?? 0);
      expect(both.metrics.latency_cycles).toBeGreaterThanOrEqual(slower);
    });

    test("means and deviations over utterances are those of the utterances alone; copies of one have no deviation", async () => {
      const alone: Result[] = [];
      for (const sample of samples) {
        writeSpikes("alone", [sample]);
        alone.push(await run("plain", "alone"));
      }
      const of = (name: "energy_uj_per_inference" | "latency_us"): readonly number[] => alone.map(({ metrics }) => metrics[name] as number);
      const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
      const deviation = (values: readonly number[]): number =>
        Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1));
      expect(plain.metrics.energy_uj_per_inference).toBeCloseTo(mean(of("energy_uj_per_inference")), 12);
      expect(plain.metrics.energy_std_uj).toBeCloseTo(deviation(of("energy_uj_per_inference")), 12);
      expect(plain.metrics.latency_us).toBeCloseTo(mean(of("latency_us")), 9);
      expect(plain.metrics.latency_std_us).toBeCloseTo(deviation(of("latency_us")), 9);
      expect(plain.provenance.timedLatencyCycles).toEqual(alone.map(({ metrics }) => metrics.latency_cycles));
      for (const [i, pj] of (plain.provenance.timedEnergyPj ?? []).entries())
        expect(pj / (of("energy_uj_per_inference")[i] * 1e6)).toBeCloseTo(1, 6);
      expect(alone[0].provenance).not.toHaveProperty("timedEnergyPj");
      writeSpikes("copies", [samples[0], samples[0], samples[0]]);
      const copies = await run("plain", "copies");
      expect([copies.metrics.energy_std_uj, copies.metrics.latency_std_us]).toEqual([0, 0]);
      expect([work(copies), copies.metrics.latency_us]).toEqual([work(alone[0]), alone[0].metrics.latency_us]);
    });

    test("steps of silence before the first spike cost time and leakage, and no work", async () => {
      const silence = new Array<number[]>(4).fill(new Array<number>(inputs).fill(0));
      writeSpikes(
        "late",
        samples.map((utterance) => [...silence, ...utterance]),
      );
      const late = await run("plain", "late");
      expect(work(late)).toEqual(work(plain));
      expect(late.metrics.latency_cycles).toBeGreaterThan(plain.metrics.latency_cycles ?? 0);
    });

    test("weights that fit four bits spike alike with words of four bits, in no more time and energy", async () => {
      const narrow = await run("plain", "spikes", {
        precision: { integers: "from-file", weight_bits: 4, state_bits: 16, accumulator_bits: 24 },
      });
      expect(work(narrow)).toEqual(work(plain));
      expect(narrow.metrics.latency_cycles).toBeLessThanOrEqual(plain.metrics.latency_cycles ?? 0);
      expect(narrow.metrics.energy_uj_per_inference).toBeLessThanOrEqual(plain.metrics.energy_uj_per_inference ?? 0);
    });

    describe("on cores, placed by hand", () => {
      const placed = { inputs: { at: "cores" }, mapping: { strategy: "manual", manual: { input: [2], h: [0, 1], o: [3] } } };

      test("further rows of idle cores change no count and no cycle, and leak", async () => {
        const few = await run("plain", "spikes", placed);
        const many = await run("plain", "spikes", { ...placed, noc: { width: 2, height: 4 } });
        expect([counts(many), many.metrics.latency_cycles]).toEqual([counts(few), few.metrics.latency_cycles]);
        expect(leakagePj(many)).toBeGreaterThan(1.5 * leakagePj(few));
      });

      test("twice the clock takes the same cycles and the same energy but for leakage, which halves", async () => {
        const [slow, fast] = [
          await run("plain", "spikes", placed),
          await run("plain", "spikes", { ...placed, chip: { weight_format: "rows", clock_mhz: 200 } }),
        ];
        expect([fast.metrics.latency_cycles, dynamic(fast)]).toEqual([slow.metrics.latency_cycles, dynamic(slow)]);
        expect(2 * leakagePj(fast)).toBeCloseTo(leakagePj(slow), 6);
      });

      test("a ring turned by one has the same hops, and is a torus of one row; in a row all routes are one", async () => {
        const on = (noc: Json, manual: Json = placed.mapping.manual): Promise<Result> =>
          run("plain", "spikes", { ...placed, noc, mapping: { strategy: "manual", manual } });
        const hops = ({ breakdown }: Result): number | null | undefined =>
          breakdown.find(({ component }) => component === "link flits")?.count;
        const ring = await on({ topology: "ring", width: 4, height: 1 });
        expect(hops(ring)).toBeGreaterThan(0);
        expect(hops(await on({ topology: "ring", width: 4, height: 1 }, { input: [3], h: [1, 2], o: [0] }))).toBe(hops(ring));
        const torus = await on({ topology: "torus", width: 4, height: 1 });
        expect([hops(torus), torus.metrics.latency_cycles]).toEqual([hops(ring), ring.metrics.latency_cycles]);
        const row = await on({ width: 4, height: 1 });
        for (const routing of ["yx", "odd-even"]) {
          const other = await on({ width: 4, height: 1, routing });
          expect([hops(other), other.metrics.latency_cycles], routing).toEqual([hops(row), row.metrics.latency_cycles]);
        }
      });
    });
  });
