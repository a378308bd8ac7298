/**
 * What `reprice` takes of a library of prices: all of it, or it says what not; and points that a library does not fit.
 */
// @module-tag slow
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { open, reprice, results, sweep } from "../../app/index.js";
import { repricedPieces } from "../../app/reprice.js";
import { patchDocument, readModel, resolveModelPath, topologyOf } from "../../arch/index.js";
import { PRICE_NAMES } from "../../arch/price-names.js";
import type { Json } from "../../base/hash.js";
import { Space, Store, reprice as underPrices } from "../../sweeps/index.js";
import { isLong } from "../cases.js";
import { isBuilt } from "../cli/small-sweep.js";

const folder = mkdtempSync(join(tmpdir(), "library-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

/** A table with macros of 512 words of 64 bits, and of `more` words. */
const table = (...more: readonly number[]): { readonly csv: string } => ({
  csv: [
    "words,bits,ports,technology_nm,voltage_v,area_um2,read_pj,write_pj,leakage_uw,access_ns",
    ...[512, ...more].map((words) => `${words},64,1rw,28,0.9,${100 + 8 * words},2,2,1,0.7`),
    "",
  ].join("\n"),
});
const MEMORY = { macros: "mine", word_bits: 64, banks: 1, ports: "1rw", size_kib: { sweep: [32, 64] } };
const built = (
  prices: Json,
  objectives: Json = { energy_uj_per_inference: "min", area_mm2: "min" },
  core: Json = { synapse_memory: MEMORY },
) =>
  open({
    version: 1,
    extends: "mesh-2x2",
    network: { model: "mnist-rows-lif" },
    workload: { dataset: "mnist-rows", samples: 2, timing_samples: 1 },
    chip: { technology_nm: 28, voltage_v: 0.9 },
    tile: { core },
    prices,
    sweep: { objectives, sampler: { name: "grid" } },
  } as { readonly [key: string]: Json });

describe.skipIf(!isBuilt)("a library of prices", { timeout: 120_000 }, () => {
  const db = at("study.db");
  const study = built({ macros: { mine: table(4096) } });
  beforeAll(() => sweep(study, { db, workers: 1 }));

  test("is refused exactly for the prices that change no line of any point", { tags: ["long"] }, async () => {
    const store = Store.read(db);
    const space = new Space(store.study()!.sweep.parameters);
    const { network } = readModel(resolveModelPath("mnist-rows-lif", "chip.yaml"));
    const { prices, ...rest } = study.document as { readonly [key: string]: Json };
    const linesOf = (more: { readonly [price: string]: Json }): string => {
      const described = { document: { ...rest, prices: { ...(prices as object), ...more } as Json }, file: "chip.yaml" };
      const points = underPrices(
        store,
        (values) => patchDocument(described, space.byPath(values)),
        ({ precision }) => topologyOf(network, precision),
      );
      return JSON.stringify([...points].map(({ breakdown }) => breakdown));
    };
    const before = linesOf({});
    const drew = { read: 0, unread: 0 };
    for (const name of PRICE_NAMES) {
      const library = { [name]: { value: 5, source: "own" } };
      const isRead = linesOf(library) !== before;
      drew[isRead ? "read" : "unread"]++;
      if (isRead && !isLong && drew.read % 4 !== 1) continue; // the long run prices by each of them
      const priced = reprice(db, library);
      if (isRead) await expect(priced, name).resolves.toMatchObject({ front: expect.anything() });
      else await expect(priced, name).rejects.toThrow(`names ${name}, by which nothing in these points is priced`);
    }
    store.close();
    expect(Math.min(drew.read, drew.unread), JSON.stringify(drew)).toBeGreaterThan(20);
    // a price of 0 of a part that breakdowns leave out
    await expect(reprice(db, { decoder_pj: { value: 0, source: "own" } })).resolves.toBeDefined();
  });

  test("is refused for tables that no memory names, with the name that one does", async () => {
    await expect(reprice(db, { macros: { mien: table(4096) } })).rejects.toThrow(/the table 'mien'.*\n.*did you mean mine/);
    await expect(reprice(db, { macros: { mine: table(4096), theirs: table() } })).rejects.toThrow(
      /the table 'theirs', which no memory of these points names\n.*tables that they name: mine/,
    );
  });

  test("is read for a table that points name by an expression, and refused for one that none of them names", async () => {
    const macros = { sweep: { derived: "lanes > 1 ? 'wide' : 'narrow'" } };
    const memory = { macros, word_bits: 64, banks: 1, ports: "1rw", size_kib: 32 };
    const derived = at("derived.db");
    const tables = { wide: table(4096), narrow: table(4096), third: table(4096) };
    await sweep(built({ macros: tables }, { area_mm2: "min" }, { lanes: { sweep: [1, 2] }, synapse_memory: memory }), {
      ...{ db: derived, workers: 1 },
    });
    const { points } = await reprice(derived, { macros: { wide: { csv: table(4096).csv.replaceAll(",2,2,", ",3,3,") } } });
    const isDearer = ({ before, after }: (typeof points)[number]): boolean =>
      Number(after.energy_uj_per_inference) > Number(before.energy_uj_per_inference);
    expect(points.map((point) => [point.values.lanes, isDearer(point)])).toEqual([
      [1, false],
      [2, true],
    ]);
    await expect(reprice(derived, { macros: { third: table(4096) } })).rejects.toThrow(
      /the table 'third', which no memory of these points names\n.*tables that they name: narrow, wide/,
    );
  });

  test("is a file, not the name of a shipped description, whose other sections would be refused", async () => {
    await expect(reprice(db, "loihi-like")).rejects.toThrow(/^loihi-like: no such file/);
  });

  test("is refused with everything that stands beside its prices, at its place", async () => {
    const file = at("whole.yaml");
    writeFileSync(
      file,
      "version: 1\nextends: ./other.yaml\nprices: { core_clock_pj_per_cycle: { value: 4, source: own } }\nchip: { voltage_v: 0.5 }\n",
    );
    const refused = reprice(db, file);
    await expect(refused).rejects.toThrow(/whole.yaml:2:1: extends: stands beside prices.*\n.*write the prices of that file into this one/);
    await expect(refused).rejects.toThrow(/whole.yaml:4:1: chip: stands beside prices/);
    await expect(reprice(db, { prices: {}, chip: {} })).rejects.toThrow(/chip: stands beside prices/);
    writeFileSync(file, "version: 1\nprices: { core_clock_pj_per_cycle: { value: 4, source: own } }\n");
    await expect(reprice(db, file)).resolves.toBeDefined();
  });

  test("that does not fit some points takes them from the front and says why; the others are priced as a sweep prices them", async () => {
    const fewer = { macros: { mine: table() } }; // 8 of 512 words hold 32 KiB
    await sweep(built(fewer), { db: at("fewer.db"), workers: 1 });
    const fresh = results(at("fewer.db")).points;
    expect(fresh.map(({ state }) => state).sort()).toEqual(["done", "infeasible"]);
    for (const monteCarlo of [null, { draws: 10 }]) {
      const priced = await reprice(db, fewer, { monteCarlo });
      const statesOf = priced.points.map(({ refused }) => (refused === null ? "done" : "infeasible"));
      expect(statesOf).toEqual(priced.points.map(({ id }) => fresh.find((point) => point.id === id)?.state));
      for (const { id, refused, after, breakdown } of priced.points) {
        expect(priced.frontAfter.includes(id)).toBe(refused === null);
        const { energy_uj_per_inference: energy, area_mm2: area, latency_us: latency } = after;
        const whole = fresh.find((point) => point.id === id)?.metrics;
        if (refused === null) expect([energy, area]).toEqual([whole?.energy_uj_per_inference, whole?.area_mm2]);
        else expect([energy, area, breakdown.length, latency === null]).toEqual([null, null, 0, false]);
        if (refused !== null) expect(refused).toMatch(/^tile.core.synapse_memory.macros: has no macro for 8192 words per bank/);
      }
      const rows = JSON.parse([...repricedPieces(db, priced, "json", false)].map(String).join("")).points as { refused: string | null }[];
      expect(rows.map(({ refused }) => refused)).toEqual(priced.points.map(({ refused }) => refused));
    }
    const byTime = at("by-time.db"); // whose objectives the prices do not change
    await sweep(built({ macros: { mine: table(4096) } }, { latency_us: "min" }), { db: byTime, workers: 1 });
    const { front, frontAfter, points } = await reprice(byTime, fewer);
    expect(points.map(({ id, refused }) => front.includes(id) && refused === null)).toEqual(
      points.map(({ id }) => frontAfter.includes(id)),
    );
    const tiny = { csv: table().csv.replace("512,", "16,") };
    await expect(reprice(db, { macros: { mine: tiny } })).rejects.toThrow(
      /fits no point of the study; #1: tile.core.synapse_memory.macros/,
    );
  });
});
