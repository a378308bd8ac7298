/** No epoch is spent on a network that the chip refuses: the untrained shape decides capacity and area. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { areaOf, type Experiment, parseArch, patchDocument, type Topology, topologyOf } from "../../../arch/index.js";
import { InfeasibleError } from "../../../base/errors.js";
import { demandBuildable } from "../../../sim/buildable.js";
import { needsBefore, needsOn, refusedBefore } from "../../../sim/index.js";
import { mapNetwork } from "../../../sim/mapping/index.js";
import { Breath } from "../../../sweeps/breath.js";
import type { Outcome, Task } from "../../../sweeps/engine/engine.js";
import { Objectives, Space, Store, Study, systemClock } from "../../../sweeps/index.js";
import { screenPool } from "../../../sweeps/screening.js";
import { requestedConfigs } from "../../../training/requested-configs.js";
import { untrainedNetwork } from "../../../training/untrained.js";
import { FakeEngine, NO_COUNTERS, OPTIONS, resultOf, setupOf } from "../fake-study.js";
import { baseDocument, fit } from "./ramps.js";

const folder = mkdtempSync(join(tmpdir(), "before-training-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const described = (sampler: string, weightFormat = "dense") =>
  parseArch(
    `version: 1
extends: edge-core
chip: { weight_format: ${weightFormat} }
training: { base: fsdd-phones-rec-v2, width: { sweep: [8, 32, 128] } }
workload: { dataset: fsdd-phones, split: validation }
tile: { core: { synapse_memory: { size_kib: { sweep: [2, 16, 64] } } } }
sweep:
  objectives: { accuracy_percent: max, area_mm2: min }
  constraints: ["area_mm2 <= 0.25"]
  sampler: { name: ${sampler} }
`,
    "arch.yaml",
  );

const shapes = new Map<number | null, Topology>();
const shapeOf = ({ network, precision }: Experiment) => {
  if (network.training === null) throw new Error("it makes no network");
  const { width } = network.training;
  const { float } = requestedConfigs(baseDocument(), "arch.yaml", network.training, precision);
  const shape = shapes.get(width) ?? topologyOf(untrainedNetwork(float, fit), precision);
  shapes.set(width, shape);
  return shape;
};

/** In this engine, each evaluation and each estimate would train. */
class TrainingEngine extends FakeEngine {
  readonly trained: string[] = [];

  override async identify(experiment: Experiment) {
    return { modelHash: experiment.network.model, dataHash: fit.hash };
  }

  override async topology(experiment: Experiment) {
    return shapeOf(experiment);
  }

  override async evaluate({ experiment }: Task): Promise<Outcome> {
    this.trained.push(nameOf(experiment as Experiment));
    const metrics = { accuracy_percent: 50, area_mm2: areaIn(experiment as Experiment), energy_uj_per_inference: 1 };
    return { kind: "done", result: resultOf(metrics), counters: NO_COUNTERS, durationMs: 1 };
  }

  async estimate(task: Task) {
    this.trained.push(nameOf(task.experiment as Experiment));
    return { accuracy_percent: 50, area_mm2: areaIn(task.experiment as Experiment) };
  }
}

const nameOf = ({ network: { training }, chip }: Experiment): string => `${training?.width} ${chip.cores[0].synapseMemory.sizeBits / 8192}`;
const areaIn = ({ chip, precision, ...rest }: Experiment): number =>
  areaOf(chip, precision, needsOn(chip, precision, shapeOf({ chip, precision, ...rest }))).totalMm2 ?? 0;
const isHeld = (experiment: Experiment): boolean => {
  try {
    mapNetwork(shapeOf(experiment), experiment.chip, experiment.precision, experiment.mapping, null);
    return true;
  } catch (error) {
    if (error instanceof InfeasibleError) return false;
    throw error;
  }
};

function all(weightFormat?: string) {
  const parsed = described("grid", weightFormat);
  const { sweep } = parsed;
  if (sweep === null) throw new Error("no search");
  return {
    parsed,
    sweep,
    setup: {
      ...setupOf(sweep, parsed.document),
      experimentOf: (byPath: Parameters<typeof patchDocument>[1]) => patchDocument(parsed, byPath),
    },
  };
}

test("a search trains only what the chip can hold and what its area allows; the others are infeasible, counted, with their reasons", async () => {
  const { parsed, sweep, setup } = all();
  const engine = new TrainingEngine();
  const file = join(folder, "grid.db");
  const study = new Study(setup, OPTIONS, { store: Store.open(file), engine, clock: systemClock }, () => {});
  const { done, infeasible } = await study.run();
  const expected: string[] = [];
  const reasons = new Map<string, RegExp>();
  for (const width of [8, 32, 128])
    for (const kib of [2, 16, 64]) {
      const experiment = patchDocument(parsed, { "training.width": width, "tile.core.synapse_memory.size_kib": kib });
      const name = nameOf(experiment);
      if (!isHeld(experiment)) reasons.set(name, /^MAP_SYNAPSE_MEMORY_FULL .*synapse_memory\.size_kib/);
      else if (areaIn(experiment) > 0.25) reasons.set(name, /^CONSTRAINT breaks area_mm2 <= 0\.25/);
      else expected.push(name);
    }
  expect([...engine.trained].sort()).toEqual(expected.sort());
  expect([done, infeasible]).toEqual([expected.length, reasons.size]);
  // all three outcomes occur
  expect(new Set([...reasons.values()].map(String)).size).toBe(2);
  expect(expected.length).toBeGreaterThan(1);
  const store = Store.read(file);
  const refused = [...store.points("p.state = 'infeasible'")];
  store.close();
  for (const { values, code, reason } of refused)
    expect(`${code} ${reason}`).toMatch(reasons.get(`${values.width} ${values.synapse_memory_size_kib ?? values.size_kib}`) ?? /none/);
  expect(refused).toHaveLength(reasons.size);
  expect(sweep.constraints).toHaveLength(1);
});

test("where zeros take no memory, a search trains what they may make fit, and only its area refuses a chip before", async () => {
  const { setup, parsed } = all("auto");
  const engine = new TrainingEngine();
  const study = new Study(setup, OPTIONS, { store: Store.open(join(folder, "auto.db")), engine, clock: systemClock }, () => {});
  await study.run();
  const small = [8, 32, 128].flatMap((width) =>
    [2, 16, 64].flatMap((kib) => {
      const experiment = patchDocument(parsed, { "training.width": width, "tile.core.synapse_memory.size_kib": kib });
      return areaIn(experiment) > 0.25 ? [] : [nameOf(experiment)];
    }),
  );
  expect([...engine.trained].sort()).toEqual(small.sort());
  expect(small).toContain("128 2");
});

/** The shape of a network of which `share` of the synapses are left, spread evenly. */
function thinned(topology: Topology, share: number): Topology {
  const { populations } = topology;
  const projections = topology.projections.map((projection) => {
    const [sources, targets] = [populations[projection.source].neurons, populations[projection.target].neurons];
    const rows = Array.from({ length: sources }, (_, source) =>
      Array.from({ length: targets }, (_, target) => target).filter((target) => ((source * 7 + target * 13) % 97) / 97 < share),
    );
    const rowStart = new Uint32Array(sources + 1);
    rows.forEach((row, source) => {
      rowStart[source + 1] = rowStart[source] + row.length;
    });
    return { ...projection, present: { rowStart, targets: Uint32Array.from(rows.flat()) } };
  });
  return { populations, projections };
}

test("what zeros make of an area lies within 0.05 % between the ends that are known before training, and is not that of dense rows alone", () => {
  const apart: number[] = [];
  for (const format of ["dense", "auto", "rows", "bitmap", "run-length", "smallest"])
    for (const lanes of [1, 4, 32])
      for (const wordBits of [16, 128]) {
        const values = { "tile.core.lanes": lanes, "tile.core.synapse_memory.word_bits": wordBits, "training.width": 32 };
        const experiment = patchDocument(described("grid", format), values);
        const { chip, precision } = experiment;
        const shape = shapeOf(experiment);
        const areaAt = (needs: Parameters<typeof areaOf>[2]): number => areaOf(chip, precision, needs).totalMm2 ?? 0;
        const ends = needsBefore(chip, precision, shape).map(areaAt);
        if (format === "dense") expect(ends).toEqual([areaIn(experiment)]);
        for (const share of [0.005, 0.02, 0.2, 0.6, 0.95]) {
          const area = areaAt(needsOn(chip, precision, thinned(shape, share)));
          expect(area, `${format} ${lanes} ${wordBits} ${share}`).toBeGreaterThanOrEqual(0.9995 * Math.min(...ends));
          expect(area, `${format} ${lanes} ${wordBits} ${share}`).toBeLessThanOrEqual(1.0005 * Math.max(...ends));
          apart.push(area / areaIn(experiment));
        }
      }
  expect(Math.max(...apart)).toBeGreaterThan(1.2);
});

test("a least area refuses before training only what no zeros could make large enough", async () => {
  const trainedAt = async (weightFormat: string, share: number, most = 9): Promise<number> => {
    const { setup, sweep, parsed } = all(weightFormat);
    const area = areaIn(patchDocument(parsed, { "training.width": 32, "tile.core.synapse_memory.size_kib": 64 }));
    const bounded = { ...sweep, constraints: [`area_mm2 >= ${share * area}`, `area_mm2 <= ${most * area}`, "width == 32"] };
    const engine = new TrainingEngine();
    const file = join(folder, `${weightFormat}-${share}-${most}.db`);
    await new Study({ ...setup, spec: bounded }, OPTIONS, { store: Store.open(file), engine, clock: systemClock }, () => {}).run();
    return engine.trained.filter((name) => name === "32 64").length;
  };
  expect([await trainedAt("dense", 0.999), await trainedAt("dense", 1.001)]).toEqual([1, 0]);
  expect([await trainedAt("rows", 1.001), await trainedAt("rows", 3)]).toEqual([1, 0]);
  // an area between two ends is not known to be out of reach: each end breaks one limit only
  expect([await trainedAt("rows", 1.01, 1.02), await trainedAt("rows", 0.2, 0.3)]).toEqual([1, 0]);
});

test("clock and FPGA refuse before training only what they refuse with any zeros", () => {
  let [refused, allowed, trainedOnly] = [0, 0, 0];
  for (const format of ["dense", "auto", "rows", "bitmap", "run-length", "smallest"])
    for (const lanes of [1, 32])
      for (const clockMhz of [45, 50, 55])
        for (const wordBits of [32, 128, 512]) {
          const values = { "training.width": 32, "tile.core.lanes": lanes, "chip.clock_mhz": clockMhz, "chip.fpga": "ecp5-85" };
          const memories = { "tile.core.synapse_memory.word_bits": wordBits, "tile.core.state_memory.word_bits": 256 };
          const sizes = { "tile.core.synapse_memory.banks": 4, "tile.core.synapse_memory.size_kib": 64 };
          const experiment = patchDocument(described("grid", format), { ...values, ...memories, ...sizes });
          const { chip, precision } = experiment;
          const shape = shapeOf(experiment);
          const before = refusedBefore(experiment, shape);
          const isBuilt = (topology: Topology): boolean => {
            try {
              demandBuildable(chip, precision, needsOn(chip, precision, topology));
              return true;
            } catch (error) {
              if (error instanceof InfeasibleError) return false;
              throw error;
            }
          };
          const trained = [0.005, 0.02, 0.2, 0.6, 0.95].map((share) => isBuilt(thinned(shape, share)));
          const name = `${format} ${lanes} ${clockMhz} ${wordBits}`;
          if (before !== null && /^(CLOCK|FPGA)/.test(before.code)) {
            expect([isBuilt(shape), ...trained], name).not.toContain(true);
            refused++;
          } else if (isBuilt(shape)) allowed++;
          else trainedOnly++;
          if (format === "dense") expect(before === null, name).toBe(isBuilt(shape));
        }
  expect(Math.min(refused, allowed, trainedOnly)).toBeGreaterThan(0);
});

test("screening prices no network that the chip refuses, and spends no epoch on its forecast", async () => {
  const { setup, sweep } = all();
  const engine = new TrainingEngine();
  const space = new Space(sweep.parameters);
  const settings = { pool: 100, seed: 1, fidelity: 1 / 16, ask: async () => {}, isStopped: () => false, breath: new Breath(systemClock) };
  const pool = await screenPool(space, new Objectives(sweep, space.names), setup, engine, settings);
  expect(pool).toHaveLength(9);
  const priced = pool.filter(({ objectives }) => objectives !== null);
  expect(priced.length).toBeGreaterThan(1);
  expect(engine.trained).toHaveLength(priced.length);
  expect(pool.filter(({ violation }) => violation === Number.POSITIVE_INFINITY).length).toBeGreaterThan(0);
  expect(pool.filter(({ violation }) => violation > 0 && Number.isFinite(violation)).length).toBeGreaterThan(0);
});

test("a learned leak is part of the shape even while it is still 1, which is no leak", () => {
  const lif = (learned: boolean) =>
    requestedConfigs(
      baseDocument(`version: 1\nnetwork: { system: lif, neurons: [6], tau: 1, tau_learned: ${learned} }\n`),
      "arch.yaml",
      { ...requestOf(), base: "ramps.yaml" },
      { weightBits: 4, spikeBits: null, layers: {} },
    ).float;
  const [fixed, moving] = [false, true].map((learned) =>
    topologyOf(untrainedNetwork(lif(learned), fit), described("grid").experiment.precision),
  );
  expect(moving.populations[1].update.multiplies).toBe(fixed.populations[1].update.multiplies + 1);
});

function requestOf() {
  const { training } = described("grid").experiment.network;
  if (training === null) throw new Error("no request");
  return { ...training, width: null };
}
