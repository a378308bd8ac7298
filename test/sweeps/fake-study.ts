/**
 * A study without a chip: a real search and a real store, with an engine that computes a closed formula after a random
 * wait, so that points end in a shuffled order.
 */

import type { Experiment, SweepParameter, SweepSpec, Topology } from "../../arch/index.js";
import type { Json } from "../../base/hash.js";
import { createRng } from "../../base/rng.js";
import type { Counters, MetricName, Result } from "../../sim/index.js";
import { METRICS } from "../../sim/index.js";
import type { Engine, Outcome, StudyEvent, StudyOptions, StudySetup, Task } from "../../sweeps/index.js";
import { Store, Study, systemClock, warmStart } from "../../sweeps/index.js";
import type { Compared } from "../../sweeps/models/median-stopping.js";

export const list = (name: string, values: readonly (number | string | boolean)[], when: string | null = null): SweepParameter => ({
  name,
  path: `fake.${name}`,
  domain: { kind: "list", values },
  when,
});

export function specOf(change: Partial<SweepSpec> = {}, sampler: Partial<SweepSpec["sampler"]> = {}): SweepSpec {
  return {
    parameters: [
      list("lanes", [1, 2, 4, 8, 16]),
      list("word_bits", [8, 16, 32, 64]),
      list("bits", [2, 3, 4, 6, 8]),
      list("kind", ["mesh", "torus"]),
    ],
    objectives: [
      { metric: "accuracy_percent", direction: "max" },
      { metric: "energy_uj_per_inference", direction: "min" },
      { metric: "latency_us", direction: "min" },
    ],
    constraints: ["accuracy_percent >= 55", "lanes * bits <= 100"],
    sampler: { name: "grid", budget: 1000, seed: 1, options: {}, ...sampler },
    referencePoint: null,
    ...change,
  };
}

export type FakeValues = { readonly [path: string]: Json };

/** The point's values take the place of a chip. */
const experimentOf = (byPath: FakeValues): Experiment =>
  ({
    chip: byPath,
    network: { model: "fake", lava: { restartSteps: 0, remainder: "lost" }, training: null },
    workload: { path: null },
    precision: { integers: "quantised", layers: {}, weightScale: "max" },
    mapping: {},
  }) as unknown as Experiment;

export function setupOf(spec: SweepSpec, document: Json = { fake: true }): StudySetup {
  return {
    name: "fake",
    file: "fake.yaml",
    spec,
    document,
    experimentOf,
    engineVersion: "1",
    build: "1",
    inputs: [{ kind: "program", name: "snn-dse", sha256: "1" }],
    inputsOf: () => [],
    provenance: { version: "1" },
  };
}

const NOTHING = { count: null, unitEnergyPj: null, energyPj: null };

export function resultOf(metrics: { readonly [name in MetricName]?: number }): Result {
  const energyPj = metrics.energy_uj_per_inference === undefined ? null : metrics.energy_uj_per_inference * 1e6;
  const all = Object.fromEntries(Object.keys(METRICS).map((name) => [name, metrics[name as MetricName] ?? null]));
  return {
    metrics: all as Result["metrics"],
    breakdown: [
      { component: "all", group: "datapath", count: 1, unitEnergyPj: energyPj, energyPj, areaMm2: null, source: "formula" },
      { ...NOTHING, component: "rest", group: "area", areaMm2: metrics.area_mm2 ?? null, source: "formula" },
    ],
    operations: { frames: 1, utterances: 1, layers: [], accumulatorOverflows: 0, stateSaturations: 0, neurobench: null },
    utilisation: { cores: [], links: [] },
    provenance: { modelHash: "m", dataHash: "d", traceKey: "t", utterances: 1, timedUtterances: [0] },
  };
}

export const COUNTERS: Counters = {
  cycles: 10,
  utterances: 1,
  steps: 1,
  cores: Float64Array.of(1, 2, 3),
  routers: Float64Array.of(4),
  links: Float64Array.of(5),
  portsPerRouter: 1,
  packets: 0,
  flits: 0,
  flitHops: 0,
  barrierCycles: 0,
  port: null,
};

const EMPTY = new Float64Array(0);
/** Counters of a chip whose parts count nothing. */
export const NO_COUNTERS: Counters = { ...COUNTERS, cores: EMPTY, routers: EMPTY, links: EMPTY };

/** Trade-offs of a small chip as formulas; a torus with few lanes "does not fit", 8 bits on 64-bit words "fails". */
export function formula(chip: FakeValues): Outcome {
  const at = (name: string): number => chip[`fake.${name}`] as number;
  if (chip["fake.kind"] === "torus" && at("lanes") === 1) {
    return { kind: "infeasible", code: "TOO_SMALL", reason: "torus needs 2 lanes, has 1", durationMs: 1 };
  }
  if (at("bits") === 8 && at("word_bits") === 64) {
    return { kind: "failed", code: "Broken", reason: "a formula may fail too", retryable: false, durationMs: 1 };
  }
  const lanes = Math.min(at("lanes"), at("word_bits") / at("bits"));
  const metrics = {
    accuracy_percent: 100 - 120 * 2 ** -at("bits"),
    energy_uj_per_inference: at("bits") * (1 + 0.05 * at("lanes")) + 0.01 * at("word_bits"),
    latency_us: 100 / lanes + (chip["fake.kind"] === "torus" ? 1 : 2),
    area_mm2: 0.01 * at("lanes") * at("bits"),
  };
  return { kind: "done", result: resultOf(metrics), counters: NO_COUNTERS, durationMs: 1 };
}

export class FakeEngine implements Engine {
  readonly maxWorkers = 16;
  readonly evaluated: string[] = [];
  private readonly rng;
  private closed = false;

  constructor(
    private readonly answer: (chip: FakeValues, attempt: number) => Outcome = formula,
    /** Longest wait; 0: none. */
    private readonly waitMs = 0,
    seed = 1,
    private readonly modelHash = "m",
  ) {
    this.rng = createRng(seed, "fake engine");
  }

  async identify(_experiment: Experiment) {
    return { modelHash: this.modelHash, dataHash: "d" };
  }

  async topology(_experiment: Experiment): Promise<Topology> {
    return { populations: [], projections: [] };
  }

  async ask(_task: Task, _compared: Compared): Promise<void> {}

  stops(_task: Pick<Task, "inputs">): boolean {
    return false;
  }

  waitsFor(): boolean {
    return false;
  }

  async evaluate(task: Task): Promise<Outcome> {
    const wait = this.rng.float() * this.waitMs;
    this.evaluated.push(task.key);
    const attempt = this.evaluated.filter((key) => key === task.key).length;
    await new Promise((resolve) => (this.waitMs === 0 ? setImmediate(resolve) : setTimeout(resolve, wait)));
    return this.closed ? { kind: "abandoned" } : this.answer(task.experiment.chip as unknown as FakeValues, attempt);
  }

  withdraw(): void {}

  async close(force: boolean): Promise<void> {
    this.closed = force;
  }
}

export const OPTIONS: StudyOptions = {
  workers: 2,
  retries: 2,
  failFast: false,
  retryFailed: false,
  rerun: false,
  timeLimitMs: null,
  patience: null,
};

/** Gives a study the points of another database for its start. */
export function warmed(store: Store, other: string, spec: SweepSpec): ReturnType<typeof warmStart> {
  const source = Store.read(other);
  try {
    return warmStart(store, source, spec);
  } finally {
    source.close();
  }
}

/** A study on a database file; `other`: the database of a warm start. */
export function fakeStudy(
  spec: SweepSpec,
  file: string,
  engine: Engine,
  options: Partial<StudyOptions> = {},
  tell: (event: StudyEvent) => void = () => {},
  document?: Json,
  other: string | null = null,
) {
  const store = Store.open(file);
  try {
    if (other !== null) warmed(store, other, spec);
    return new Study(setupOf(spec, document), { ...OPTIONS, ...options }, { store, engine, clock: systemClock }, tell);
  } catch (error) {
    store.close();
    throw error;
  }
}

/** All contents of a database except times and sessions, as text. */
export function contentOf(file: string): string {
  const store = Store.read(file);
  try {
    return JSON.stringify({
      editions: store.query("SELECT id, inputs_json, document_json FROM edition ORDER BY id"),
      study: store.query("SELECT name, identity, edition, sweep_json, reference_json, state, finish_reason FROM study"),
      points: store.query(
        "SELECT id, key, edition, values_json, config_json, fidelity, state, violation, code, reason FROM point ORDER BY id",
      ),
      results: store.query("SELECT * FROM result ORDER BY point_id"),
      details: store.query(
        "SELECT point_id, hex(result_deflate) AS result, hex(counters_deflate) AS counters FROM detail ORDER BY point_id",
      ),
      breakdown: store.query("SELECT * FROM breakdown ORDER BY point_id, position"),
      recordings: store.query("SELECT id, data_hash, utterances, hex(scored_deflate) AS scored FROM recordings ORDER BY id"),
      runs: store.query("SELECT key, recordings_id, hex(wrong_deflate) AS wrong, digest FROM scored_run ORDER BY key"),
      front: store.query("SELECT * FROM front ORDER BY point_id"),
      events: store.query("SELECT type, detail_json FROM event ORDER BY id"),
    });
  } finally {
    store.close();
  }
}
