/** A study's points under other prices: what `reprice` says of constraints, and what `compare` says of older points. */
// @module-tag slow
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet"; // the writer's own dependency
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { comparePoints } from "../../app/compare.js";
import { open, reprice, results, show, simulate, sweep } from "../../app/index.js";
import { repricedPieces } from "../../app/reprice.js";
import type { Json } from "../../base/hash.js";
import { pointComparisonLines } from "../../cli/format/comparison.js";
import { isBuilt } from "../cli/small-sweep.js";
import { usualAndLong } from "../usual.js";

const folder = mkdtempSync(join(tmpdir(), "prices-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

const described = (constraint: string, readPj = 3.1, percent = 1) =>
  open({
    version: 1,
    extends: "mesh-2x2",
    network: { model: "mnist-rows-rec-v2.safetensors" },
    workload: { dataset: "mnist-rows", samples: 20, timing_samples: 2 },
    prices: { synapse_memory_read_pj: { value: readPj, source: "own", plus_minus_percent: percent } },
    sweep: {
      parameters: [
        { path: "tile.core.lanes", values: [8, 32] },
        { path: "tile.core.synapse_memory.word_bits", values: [32, 64] },
      ],
      objectives: { energy_uj_per_inference: "min", latency_us: "min" },
      constraints: [constraint],
      sampler: { name: "grid", budget: 4 },
    },
  } as { readonly [key: string]: Json });

describe.skipIf(!isBuilt)("a small sweep", { timeout: 120_000 }, () => {
  test("under other prices violates a constraint exactly where it fails under them", async () => {
    const db = at("limit.db");
    await sweep(described("energy_uj_per_inference <= 1000"), { db, workers: 1 });
    const energies = results(db).points.map(({ metrics }) => metrics?.energy_uj_per_inference as number);
    expect(energies.length).toBe(4);
    const middle = [...energies].sort((a, b) => a - b)[1];
    const priced = await reprice(db, null, { scale: { energy: 1000 / (middle * 1.0001) } });
    const text = [...repricedPieces(db, priced, "json")].map(String).join("");
    const rows = JSON.parse(text).points as readonly {
      readonly violation: number;
      readonly isOnFront: boolean;
      readonly metrics: { readonly energy_uj_per_inference: number };
    }[];
    const fails = rows.map(({ metrics }) => metrics.energy_uj_per_inference > 1000);
    expect(fails.filter(Boolean).length).toBe(2);
    expect(rows.map(({ violation }) => violation > 0)).toEqual(fails);
    expect(priced.points.map(({ violation }) => (violation as number) > 0)).toEqual(fails);
    for (const [i, row] of rows.entries()) if (fails[i]) expect(row.isOnFront).toBe(false);
    // without other prices, as stored
    expect((await reprice(db, null, {})).points.map(({ violation }) => violation)).toEqual([0, 0, 0, 0]);
  });

  test("has points that compare calls beyond a limit where their energy is, with its value", async () => {
    await sweep(described("energy_uj_per_inference > 0"), { db: at("free.db"), workers: 1 });
    const [least, second, third] = results(at("free.db"))
      .points.map(({ metrics }) => metrics?.energy_uj_per_inference as number)
      .sort((a, b) => a - b);
    const limit = (second + third) / 2;
    const db = at("limited.db");
    await sweep(described(`energy_uj_per_inference <= ${limit}`), { db, workers: 1 });
    const { points } = results(db);
    const within = points.find(({ metrics }) => metrics?.energy_uj_per_inference === least)?.id as number;
    const beyond = points.filter(({ metrics }) => (metrics?.energy_uj_per_inference as number) > limit);
    expect([points.length, beyond.length]).toEqual([4, 2]);
    for (const { id, metrics } of points) {
      const energy = metrics?.energy_uj_per_inference as number;
      const compared = comparePoints(db, within, id);
      const broken = [{ text: `energy_uj_per_inference <= ${limit}`, values: [{ name: "energy_uj_per_inference", value: energy }] }];
      expect(compared.broken).toEqual([[], energy > limit ? broken : []]);
      expect(comparePoints(db, id, within).broken).toEqual([...compared.broken].reverse());
      const lines = pointComparisonLines({ colour: false, unicode: false }, compared).filter((line) => line.includes("beyond"));
      expect(lines).toEqual(
        energy > limit
          ? [
              expect.stringMatching(
                `^warning: #${id} is beyond the limits, breaks energy_uj_per_inference <= .* \\(energy_uj_per_inference `,
              ),
            ]
          : [],
      );
    }
  });

  test("is not written with the prices of another database, whose points have the same numbers", async () => {
    const [db, other] = [at("limit.db"), at("other.db")];
    await sweep(described("energy_uj_per_inference <= 1000", 4), { db: other, workers: 1 });
    expect(results(other).points.map(({ id }) => id)).toEqual(results(db).points.map(({ id }) => id));
    const priced = await reprice(db, null, { scale: { energy: 2 } });
    expect(() => [...repricedPieces(other, priced, "csv")]).toThrow(/price the points of this database again/);
  });

  test("keeps its placements, and says so of points whose prices placed them: min-traffic on several dies", {
    tags: ["long"],
  }, async () => {
    const kept = async (strategy: string, dies: { readonly [key: string]: Json }): Promise<number> => {
      const db = at(`${strategy}-${Object.keys(dies).length}.db`);
      const description = open({
        ...{ version: 1, extends: "mesh-2x2", network: { model: "mnist-rows-rec-v2.safetensors" }, mapping: { strategy } },
        ...{ workload: { dataset: "mnist-rows", samples: 2, timing_samples: 1 }, noc: { flit_width_bits: { sweep: [16, 32] }, ...dies } },
        ...{ sweep: { objectives: { energy_uj_per_inference: "min" }, sampler: { name: "grid", budget: 2 } } },
      });
      await sweep(description, { db, workers: 1 });
      const { front, keptPlacements } = await reprice(db, null, { scale: { area: 2 } });
      return keptPlacements / front.length;
    };
    const dies = { dies: { columns: 2, rows: 1, bandwidth_gbit_s: 3.2, latency_ns: 10 } };
    expect([await kept("min-traffic", dies), await kept("min-traffic", {}), await kept("balanced", dies)]).toEqual([1, 0, 0]);
  });

  test("whose constraint is on the spread of energy is priced where the spread is known, and refused where it is not", {
    tags: ["long"],
  }, async () => {
    const db = at("spread.db");
    await sweep(described("energy_std_uj <= 1000"), { db, workers: 1 });
    const { front, frontAfter } = await reprice(db, null, { scale: { area: 2 }, monteCarlo: { draws: 10 } });
    expect(frontAfter).toEqual(front);
    expect(front.length).toBeGreaterThan(0);
    await expect(reprice(db, null, { scale: { leakage: 1.01 } })).rejects.toThrow(
      /name energy_std_uj, which stored counts do not give under other prices/,
    );
  });

  test("run again with another price keeps the errors of its older points, and compare names the price", { tags: ["long"] }, async () => {
    const db = at("again.db");
    await sweep(described("latency_us > 0"), { db, workers: 1 });
    const before = comparePoints(db, 1, 2);
    expect(before.better.length).toBeGreaterThan(1);
    await sweep(described("latency_us > 0", 12, 80), { db, workers: 1, rerun: true });
    const after = comparePoints(db, 1, 2);
    expect([after.better, after.causes, after.inputsDiffer]).toEqual([before.better, before.causes, []]);
    // ids 5 to 8 are the same chips at the other price
    const pair = comparePoints(db, 1, 5);
    expect(pair.differ).toEqual([]);
    expect(pair.inputsDiffer.map(({ kind, before, now }) => [kind, before, now])).toEqual([
      ["description", "prices.synapse_memory_read_pj.plus_minus_percent 1", "prices.synapse_memory_read_pj.plus_minus_percent 80"],
      ["description", "prices.synapse_memory_read_pj.value 3.1", "prices.synapse_memory_read_pj.value 12"],
    ]);
    const wide = comparePoints(db, 5, 6).better.find(({ metric }) => metric === "energy_uj_per_inference");
    expect(wide).not.toEqual(before.better.find(({ metric }) => metric === "energy_uj_per_inference"));
    expect(show(db, 1).changes).toEqual(pair.inputsDiffer);
  });
});

/** Macros of 1,024 words with an access time and a read energy. */
const table = (accessNs: number, readPj: number): { readonly csv: string } => ({
  csv: `words,bits,ports,technology_nm,voltage_v,area_um2,read_pj,write_pj,leakage_uw,access_ns
1024,64,1rw,22,0.8,12000,${readPj},2.4,4,${accessNs}
8192,64,1rw,22,0.8,80000,${2 * readPj},5,30,${accessNs}
1024,64,1r1w,22,0.8,22000,${readPj},2.4,4,${accessNs}
`,
});
const [mine, other] = [table(0.6, 2.2), table(0.7, 1.1)];
const clock = { value: 40, source: "own" };
const BEFORE = { macros: { mine, other }, core_clock_pj_per_cycle: clock };
const built = (prices: Json, searched: Json = { path: "chip.clock_mhz", values: [100, 20] }) =>
  open({
    version: 1,
    extends: "mesh-2x2",
    network: { model: "mnist-rows-rec-v2.safetensors" },
    workload: { dataset: "mnist-rows", samples: 20, timing_samples: 2 },
    chip: { technology_nm: 22, voltage_v: 0.8 },
    tile: {
      core: {
        synapse_memory: { size_kib: 64, word_bits: 64, macros: "mine" },
        state_memory: { size_kib: 8, word_bits: 64, macros: "other" },
      },
    },
    prices,
    sweep: {
      parameters: [searched],
      objectives: { energy_uj_per_inference: "min", latency_us: "min" },
      sampler: { name: "grid", budget: 2 },
    },
  } as { readonly [key: string]: Json });

describe.skipIf(!isBuilt)("a library of prices", { timeout: 120_000 }, () => {
  const db = at("library.db");
  const swept = async (name: string, prices: Json) => {
    await sweep(built(prices), { db: at(name), workers: 1 });
    return results(at(name)).points;
  };
  beforeAll(() => sweep(built(BEFORE), { db, workers: 1 }));

  const cases: readonly (readonly [what: string, library: { readonly [name: string]: Json }, whole: Json])[] = [
    ["a table keeps the other one", { macros: { mine: table(0.6, 9) } }, { ...BEFORE, macros: { mine: table(0.6, 9), other } }],
    [
      "a price keeps the other prices",
      { control_pj_per_cycle: { value: 1, source: "own" } },
      { ...BEFORE, control_pj_per_cycle: { value: 1, source: "own" } },
    ],
    [
      "a price of the study replaces it",
      { core_clock_pj_per_cycle: { value: 4, source: "own" } },
      { ...BEFORE, core_clock_pj_per_cycle: { value: 4, source: "own" } },
    ],
    ["a basis keeps prices and tables", { basis: "library" }, { ...BEFORE, basis: "library" }],
  ];
  for (const [some, options] of usualAndLong(cases, ([what]) => what.startsWith("a price of the study")))
    test.each(some)("of %s: points equal those simulated with it", options, async (_, library, whole) => {
      const fresh = await Promise.all(
        results(db).points.map(({ values }) => simulate(built(whole), { values: { "chip.clock_mhz": values.clock_mhz } })),
      );
      const { points } = await reprice(db, library);
      expect(points.length).toBe(2);
      for (const [i, { before, after }] of points.entries()) {
        expect(after.energy_uj_per_inference).not.toBeCloseTo(before.energy_uj_per_inference as number, 6);
        for (const metric of ["energy_uj_per_inference", "area_mm2", "power_mw"] as const)
          expect(after[metric]).toBeCloseTo(fresh[i].result.metrics[metric] as number, 9);
      }
    });

  test("with a basis alone is the option of that name", async () => {
    const afters = async (...[library, basis]: [{ readonly [name: string]: Json } | null, "library" | null]) =>
      (await reprice(db, library, { basis })).points.map(({ after }) => after);
    expect(await afters({ basis: "library" }, null)).toEqual(await afters(null, "library"));
  });

  test("that names a searched price is refused, because each point has its own", async () => {
    const searched = at("searched.db");
    const parameter = { path: "prices.core_clock_pj_per_cycle.value", values: [40, 80] };
    await sweep(built(BEFORE, parameter), { db: searched, workers: 1 });
    await expect(reprice(searched, { core_clock_pj_per_cycle: clock })).rejects.toThrow(
      /names core_clock_pj_per_cycle, which the study searches.*\n.*--scale core_clock_pj_per_cycle/,
    );
    expect((await reprice(searched, { macros: { mine } })).points.map(({ after }) => after)).toEqual(
      results(searched).points.map(({ metrics }) => metrics),
    );
  });

  test("that names searched tables is refused without the advice to scale them, which has no such name", async () => {
    const searched = at("searched-tables.db");
    await sweep(built(BEFORE, { path: "prices.macros.mine.plus_minus_percent", values: [40, 80] }), { db: searched, workers: 1 });
    const refused = reprice(searched, { macros: { mine } });
    await expect(refused).rejects.toThrow(/names macros, which the study searches.*\n\s*leave it out$/);
    await expect(reprice(searched, null, { scale: { macros: 1.2 } })).rejects.toThrow(/no group of prices is named 'macros'/);
  });

  test("with macros too slow for a clock takes its points from the front, drawn or not, as a sweep refuses them", {
    tags: ["long"],
  }, async () => {
    const slow = { macros: { mine: table(25, 2.2) } };
    const fresh = await swept("slow.db", { ...BEFORE, macros: { mine: table(25, 2.2), other } });
    const [plain, drawn] = [await reprice(db, slow), await reprice(db, slow, { monteCarlo: { draws: 10 } })];
    expect(plain.frontAfter).toEqual(drawn.frontAfter);
    const stateOf = (id: number) => fresh.find((point) => point.id === id)?.state;
    expect(plain.front.map(stateOf)).toContain("infeasible");
    expect(plain.frontAfter.map(stateOf)).toEqual(["done"]);
    expect(plain.points.map(({ tooFast }) => tooFast === null)).toEqual(fresh.map(({ state }) => state === "done"));
    const reasons = plain.points.map(({ tooFast }) => tooFast);
    expect(reasons).toEqual(drawn.points.map(({ tooFast }) => tooFast));
    // each file says of each point why it left the front
    const written = (format: string): Buffer =>
      Buffer.concat(
        [...repricedPieces(db, plain, format)].map((piece) =>
          typeof piece === "string" ? Buffer.from(piece) : Buffer.from(piece as Uint8Array),
        ),
      );
    const rows = JSON.parse(written("json").toString()).points as readonly { readonly tooFast: string | null }[];
    expect(rows.map(({ tooFast }) => tooFast)).toEqual(reasons);
    const [head, ...lines] = written("csv").toString().trimEnd().split("\r\n");
    expect(head.split(",")).toContain("too_fast");
    expect(lines.map((line) => reasons.find((reason) => reason !== null && line.includes(reason)) ?? null)).toEqual(reasons);
    const bytes = written("parquet");
    const columns = await parquetReadObjects({
      file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
    });
    expect(columns.map((row) => row.too_fast ?? null)).toEqual(reasons);
  });
});
