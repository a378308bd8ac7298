/** What a run refuses after placing, and a sweep before its first point, is refused by `check`. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { check, open, sweep } from "../../app/index.js";
import { InputError } from "../../base/errors.js";

const folder = mkdtempSync(join(tmpdir(), "check-refusals-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("copied packets longer than a buffer are refused by the check, with a change that fits", async () => {
  const code = async (flits: number): Promise<string | null> => {
    const noc = { width: 4, multicast: "tree", flit_width_bits: 8, vc_buffer_flits: flits };
    const found = await check(
      open({ version: 1, extends: "mesh-2x2", network: { model: "mnist-rows-lif" }, noc, mapping: { strategy: "balanced" } }),
    );
    if (found.kind !== "board" || found.infeasible === null) return null;
    const { code, fix } = found.infeasible;
    const least = Number(/vc_buffer_flits: (\d+)/.exec(fix)?.[1]);
    return `${code} ${least}`;
  };
  const [name, least] = ((await code(1)) ?? "").split(" ");
  expect(name).toBe("NOC_MULTICAST_BUFFER");
  expect(await code(Number(least) - 1)).toBe(`NOC_MULTICAST_BUFFER ${least}`);
  expect(await code(Number(least))).toBeNull();
});

const QUANTILES = Object.fromEntries(Array.from({ length: 32 }, (_, i) => [`latency_us@${i + 1}`, "min"]));
const VOLTAGES = { voltage_v: { sweep: { range: [0.7, 0.9], step: 0.1 } } };
/** Searches by what is wrong with them. */
const SEARCHES: { readonly [what: string]: { readonly chip: object; readonly sweep?: object; readonly says: string } } = {
  "32 objectives": { chip: VOLTAGES, sweep: { objectives: QUANTILES }, says: "32 objectives, at most 31" },
  "a grid over an interval without steps": {
    chip: { voltage_v: { sweep: { range: [0.7, 0.9] } } },
    says: "a grid needs finite parameters; continuous: voltage_v",
  },
  "an objective that the model of a screening search does not give": {
    chip: VOLTAGES,
    sweep: { objectives: { step_latency_us: "min", "latency_us@90": "min" }, sampler: { name: "screen", budget: 4 } },
    says: "sweep.objectives.step_latency_us: sampler screen chooses points by the analytical model, which does not give step_latency_us",
  },
  "a derived value without end at a rounded value": {
    chip: { ...VOLTAGES, clock_mhz: { sweep: { derived: "10 + 1 / abs(voltage_v - 0.8)" } } },
    says: 'gives Infinity at {"voltage_v":0.8}',
  },
};

test.each(Object.entries(SEARCHES))("%s is refused by the check as by the sweep", async (_what, { chip, sweep: change, says }) => {
  const described = () =>
    open({
      version: 1,
      extends: "mesh-2x2",
      network: { model: "mnist-rows-lif" },
      workload: { dataset: "mnist-rows", samples: 2, timing_samples: 1 },
      chip,
      sweep: { objectives: { latency_us: "min" }, sampler: { name: "grid", budget: 4 }, ...change },
    });
  const refused = async (work: () => unknown): Promise<string> => {
    try {
      await work();
    } catch (error) {
      if (error instanceof InputError) return error.message;
      throw error;
    }
    return "";
  };
  expect(await refused(() => check(described()))).toContain(says);
  expect(await refused(() => sweep(described(), { db: join(folder, "refused.db") }))).toContain(says);
});

test("a coupled chip is not screened: the check refuses it as the sweep does, with samplers that run it", async () => {
  const described = () =>
    open({
      version: 1,
      extends: "tinyodin",
      event_queue: { depth: { sweep: [4, 8] } },
      workload: { case: "tinyodin-rec64" },
      sweep: { objectives: { latency_cycles: "min" }, sampler: { name: "screen", budget: 2 } },
    });
  for (const work of [() => check(described()), () => sweep(described(), { db: join(folder, "coupled.db") })])
    await expect(work()).rejects.toMatchObject({
      problems: [
        {
          path: "sweep.sampler.name",
          message: expect.stringContaining("no coupled chips"),
          fix: expect.stringMatching(/grid.*nsga2.*tpe/),
        },
      ],
    });
});

test("a search over a number of cycles that changes nothing on the chip is refused by the check and by the sweep", async () => {
  const described = () =>
    open({
      version: 1,
      extends: "snn-dse",
      workload: { limit_cycles: { sweep: [10, 1000] } },
      sweep: { objectives: { latency_cycles: "min" }, sampler: { name: "grid", budget: 2 } },
    });
  for (const work of [() => check(described()), () => sweep(described(), { db: join(folder, "idle.db") })])
    await expect(work()).rejects.toMatchObject({
      problems: [{ path: "workload.limit_cycles", message: expect.stringContaining("has no effect on snn-dse"), fix: "leave it out" }],
    });
});

test("a search whose written point does not fit has the time and memory of its other points; one in which none fits has none", async () => {
  const checked = async (sizes: readonly number[]) => {
    const found = await check(
      open({
        version: 1,
        extends: "mesh-2x2",
        network: { model: "mnist-rows-lif" },
        workload: { dataset: "mnist-rows", samples: 20, timing_samples: 1 },
        tile: { core: { lanes: { sweep: [2, 4, 8] }, synapse_memory: { size_kib: { sweep: sizes } } } },
        sweep: { objectives: { latency_us: "min", area_mm2: "min" }, sampler: { name: "grid", budget: 9 } },
      }),
    );
    if (found.kind !== "board") throw new Error("a board was asked for");
    return { code: found.infeasible?.code ?? null, estimate: found.estimate };
  };
  const [fits, other, none] = [await checked([64, 32, 1]), await checked([1, 32, 64]), await checked([1, 2, 3])];
  expect([fits.code, other.code, none.code]).toEqual([null, "MAP_SYNAPSE_MEMORY_FULL", "MAP_SYNAPSE_MEMORY_FULL"]);
  // the values are drawn by their place, and so not the same in both orders
  const [one, another] = [fits.estimate, other.estimate];
  if (one === null || another === null) throw new Error("no estimate");
  expect(another.seconds / one.seconds).toBeGreaterThan(0.5);
  expect(another.seconds / one.seconds).toBeLessThan(2);
  expect(another.memoryBytes / one.memoryBytes).toBeCloseTo(1, 1);
  expect(none.estimate).toBeNull();
});
