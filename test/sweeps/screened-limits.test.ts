/**
 * Constraints of a screening search: over metrics that the model or a trial does not know, or knows wrongly. They cost
 * no chip of the front.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { SweepSpec } from "../../arch/index.js";
import { canonicalJson } from "../../base/hash.js";
import { createRng } from "../../base/rng.js";
import { frontReport, type Metrics, type Outcome, Space, Store, type Task } from "../../sweeps/index.js";
import { usualAndLong } from "../usual.js";
import { FakeEngine, type FakeValues, fakeStudy, list, NO_COUNTERS, resultOf, specOf } from "./fake-study.js";

const folder = mkdtempSync(join(tmpdir(), "screened-limits-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

const SEED = 9;
const TIMED = 16; // trials run on 1 and 4 utterances
const DOCUMENT = { workload: { timing_samples: TIMED } };
const TIMING = "workload.timing_samples";
const PARAMETERS = [
  list("lanes", [1, 2, 3, 4, 6, 8, 12, 16, 24, 32]),
  list("word_bits", [8, 12, 16, 24, 32, 48, 64]),
  list("bits", [2, 3, 4, 6, 8]),
  list("hops", [1, 2, 3, 4]),
];

function truth(chip: FakeValues, timed: number) {
  const at = (name: string): number => chip[`fake.${name}`] as number;
  const lanes = Math.min(at("lanes"), at("word_bits") / at("bits"));
  // the first utterances are longer than the mean, on some chips more than on others
  const longer = 1 + (TIMED / timed - 1) * (0.01 + 0.003 * createRng(SEED, canonicalJson(chip)).float());
  return {
    energy_uj_per_inference: at("bits") * (1 + 0.05 * at("lanes")) + 0.01 * at("word_bits"),
    latency_us: (100 / lanes + 2 * at("hops")) * longer,
    throughput_per_s: 1e4 * lanes,
    area_mm2: 0.01 * at("lanes") + 0.004 * at("word_bits") + 0.05 / at("hops"),
    peak_link_utilisation_percent: 20 / at("hops"),
    ...(timed === 1 ? {} : { energy_std_uj: 0.1, latency_std_us: 0.2 }),
  };
}

class Engine extends FakeEngine {
  constructor() {
    super((chip) => this.run(chip));
  }

  /** Latency is up to 7 % too high, as that of real chips is; throughput up to 10 % too low. */
  async estimate({ byPath }: Task): Promise<Metrics> {
    const rng = createRng(SEED, canonicalJson(byPath));
    const { energy_uj_per_inference, latency_us, throughput_per_s, area_mm2 } = truth(byPath, TIMED);
    return {
      ...{ energy_uj_per_inference, area_mm2 },
      latency_us: latency_us * (1 + 0.02 + 0.05 * rng.float()),
      throughput_per_s: throughput_per_s * (1 - 0.1 * rng.float()),
    };
  }

  private run({ [TIMING]: timed = TIMED, ...chip }: FakeValues): Outcome {
    return { kind: "done", result: resultOf(truth(chip, timed as number)), counters: NO_COUNTERS, durationMs: 1 };
  }
}

async function searched(name: string, change: Partial<SweepSpec>) {
  const file = join(folder, `${files++}.db`);
  const engine = new Engine();
  const spec = specOf({ parameters: PARAMETERS, constraints: [], ...change }, { name, budget: 10_000 });
  const { reason } = await fakeStudy(spec, file, engine, {}, () => {}, DOCUMENT).run();
  expect(reason).toBe("exhausted");
  const store = Store.read(file);
  const { rows } = frontReport(store);
  store.close();
  return { keys: engine.evaluated, front: rows.map(({ id, key, metrics }) => ({ id, key, area: metrics.area_mm2 })) };
}

const GOALS: Pick<SweepSpec, "objectives"> = {
  objectives: [
    { metric: "energy_uj_per_inference", direction: "min" },
    { metric: "latency_us", direction: "min" },
  ],
};

test("a constraint that all chips meet changes no run and no front, whether model or trial know its metric or not", {
  tags: ["long"],
}, async () => {
  const free = await searched("screen", GOALS);
  expect(free.front.length).toBeGreaterThan(5);
  for (const constraint of [
    "peak_link_utilisation_percent <= 60",
    "energy_std_uj <= 1",
    "latency_std_us < 5 and peak_link_utilisation_percent > 0",
    "energy_std_uj > 0.5 ? latency_us < 1 : area_mm2 < 10",
    "latency_us <= 1e6",
    "throughput_per_s >= 1",
  ])
    expect(await searched("screen", { ...GOALS, constraints: [constraint] }), constraint).toEqual(free);
});

const space = new Space(PARAMETERS);
const CHIPS = Array.from({ length: space.gridSize as number }, (_, i) => truth(space.byPath(space.decode(space.gridPosition(i))), TIMED));

test("the best area under a limit that the model knows wrongly is found, as the errors of limits are learnt", {
  tags: ["long"],
}, async () => {
  const limits: readonly { readonly latency: number; readonly throughput: number }[] = [
    ...[20, 25, 29.5, 34, 52].map((latency) => ({ latency, throughput: 0 })),
    ...[3e4, 5e4, 75e3].map((throughput) => ({ latency: 1e6, throughput })),
    { latency: 30, throughput: 5e4 },
  ];
  for (const { latency, throughput } of limits) {
    const met = CHIPS.filter((chip) => chip.latency_us <= latency && chip.throughput_per_s >= throughput);
    const least = met.reduce((area, { area_mm2 }) => Math.min(area, area_mm2), Number.POSITIVE_INFINITY);
    const constraints = [`latency_us <= ${latency}`, `throughput_per_s >= ${throughput}`];
    const { front, keys } = await searched("screen", { objectives: [{ metric: "area_mm2", direction: "min" }], constraints });
    expect(front[0].area, constraints.join(", ")).toBe(least);
    expect(keys.length).toBeLessThan(0.3 * CHIPS.length);
  }
});

for (const [some, options] of usualAndLong(
  [
    ["difference", (limit: number) => `${limit} - latency_us >= 0`, 1, [29.5]],
    ["difference", (limit: number) => `latency_us - ${limit - 1} <= 1`, 1, [25]],
    ["square", (limit: number) => `latency_us * latency_us <= ${limit * limit}`, 0.5, [25, 29.5, 34]],
    ["power", (limit: number) => `pow(latency_us, 3) <= ${limit ** 3}`, 0.5, [25, 29.5, 34]],
  ] as const,
  ([form], i) => i !== 0 && form !== "square",
))
  test.each(some)("a limit written as a %s finds the chip that the plain limit finds", options, async (_, text, most, limits) => {
    const area: Pick<SweepSpec, "objectives"> = { objectives: [{ metric: "area_mm2", direction: "min" }] };
    for (const limit of limits) {
      // what the plain limit finds: the least area, see above
      const least = CHIPS.reduce(
        (best, chip) => (chip.latency_us <= limit ? Math.min(best, chip.area_mm2) : best),
        Number.POSITIVE_INFINITY,
      );
      const { front, keys } = await searched("screen", { ...area, constraints: [text(limit)] });
      expect(front[0].area, text(limit)).toBe(least);
      expect(keys.length, text(limit)).toBeLessThan(most * CHIPS.length);
    }
  });

test("a limit under a not is searched as the one that it says: the same runs and the same chip", async () => {
  const area: Pick<SweepSpec, "objectives"> = { objectives: [{ metric: "area_mm2", direction: "min" }] };
  for (const [text, plain] of [
    ["not (latency_us > 30)", "latency_us <= 30"],
    ["not (throughput_per_s < 50000 or latency_us > 41)", "throughput_per_s >= 50000 and latency_us <= 41"],
  ])
    expect(await searched("screen", { ...area, constraints: [text] }), text).toEqual(
      await searched("screen", { ...area, constraints: [plain] }),
    );
});
