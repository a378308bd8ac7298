/** Options of the library's functions that would be ignored are refused: misspelt, of another kind, without effect. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import * as library from "../../app/index.js";
import { InputError, type Problem } from "../../base/errors.js";
import { lanesAndClocks } from "./lanes-and-clocks.js";

/** Calls of all functions that take options; the options are refused before anything else is read. */
type Call = (options: never) => unknown;
const edge = library.open("edge") as library.ChipDescription;
const CALLS: { readonly [name: string]: Call } = {
  check: (options) => library.check(edge, options),
  compare: (options) => library.compare("a.db", "b.db", options),
  confidence: (options) => library.confidence("a.db", options),
  coupled: (options) => library.coupled("odin", options),
  estimate: (options) => library.estimate("quad", options),
  evaluateModels: (options) => library.evaluateModels(["lif"], options),
  exportFront: (options) => library.exportFront({} as library.FrontReport, "svg", options),
  exportPoints: (options) => library.exportPoints("a.db", "csv", "a.csv", options),
  fitPrices: (options) => library.fitPrices("a.csv", options),
  frontFigure: (options) => library.frontFigure({} as library.FrontReport, options),
  importLava: (options) => library.importLava("a.net", options),
  importNir: (options) => library.importNir("quad", options),
  importSanafe: (options) => library.importSanafe("quad", "quad-net", options),
  init: (options) => library.init("folder", options),
  noc: (options) => library.noc(null, options),
  open: (options) => library.open("edge", options),
  openChip: (options) => library.openChip("edge", options),
  openChipWithPlugins: (options) => library.openChipWithPlugins("edge", options),
  openRunnable: (options) => library.openRunnable("edge", options),
  openStudy: (options) => library.openStudy(edge, options),
  openWithPlugins: (options) => library.openWithPlugins("edge", options),
  pareto: (options) => library.pareto("a.db", options),
  points: (options) => library.points("a.db", options).next(),
  quantise: (options) => library.quantise(edge, options),
  reprice: (options) => library.reprice("a.db", null, options),
  reproduce: (options) => library.reproduce("a.db", 1, options),
  rtl: (options) => library.rtl("edge", null, options),
  simulate: (options) => library.simulate(edge, options),
  sweep: (options) => library.sweep(edge, options),
  train: (options) => library.train(["lif"], options),
};

async function refused(call: Call, options: unknown): Promise<readonly Problem[]> {
  try {
    await call(options as never);
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
  return [];
}

/** The word without its second letter: near enough for "did you mean", and never another option. */
const misspelt = (name: string): string => (name.length < 3 ? `${name}${name[0]}` : name.slice(0, 1) + name.slice(2));

const KINDS = {
  ...{ boolean: true, number: 1, text: "x", list: [], object: {}, function: () => {}, signal: new AbortController().signal },
} as const;
/** The kind without its range or its items. */
const bareKind = (kind: string): string => (/number|percentage/.test(kind) && !kind.startsWith("list") ? "number" : kind.split(" ")[0]);
/** Values that do not fit a kind's range or items. */
const BEYOND: { readonly [kind: string]: readonly unknown[] } = {
  number: [Number.NaN, Number.POSITIVE_INFINITY],
  "number above 0": [Number.NaN, 0, -1],
  percentage: [Number.NaN, 0, 100.1],
  "whole number": [Number.NaN, 1.5, 2 ** 53],
  "whole number from 0": [Number.NaN, 1.5, 2 ** 53, -1],
  "whole number from 1": [Number.NaN, 1.5, 2 ** 53, 0, -3],
  "list of text": [[3], ["x", null]],
  "list of numbers": [["x"], [Number.NaN]],
  "list of whole numbers from 0": [[-1], [0.5], ["1"]],
  "list of loaded plug-ins": [["a.mjs"], [Promise.resolve([])], [null], [{ name: "a", path: "b" }]],
  object: [new Map(), new Date(0), AbortSignal.abort()],
  signal: [{ aborted: false }, new Date(0)],
  "one of": ["", "Zero", "kept, lost"],
};

const namesOf = new Map<string, readonly string[]>();

beforeAll(async () => {
  for (const [name, call] of Object.entries(CALLS)) {
    const [{ fix }] = await refused(call, { qqqqqqqqqqqqqqqq: 1 });
    namesOf.set(name, fix.replace("options: ", "").split(", "));
  }
});

describe("an option of the library", () => {
  test("every function that takes options is called here", () => {
    const taking = Object.entries(library).flatMap(([name, value]) =>
      typeof value === "function" && /^[^{]*\boptions\b|^[^{]*\brequest\b/.test(String(value)) ? [name] : [],
    );
    expect(Object.keys(CALLS).sort()).toEqual(taking.sort());
  });

  test("each option is refused if it is misspelt, with the right word", async () => {
    let words = 0;
    for (const [name, call] of Object.entries(CALLS))
      for (const option of namesOf.get(name) ?? []) {
        words++;
        const [problem, ...more] = await refused(call, { [misspelt(option)]: 1 });
        expect([problem.file, problem.path, problem.message, more]).toEqual([name, misspelt(option), "is no option", []]);
        expect(problem.fix, `${name} ${option}`).toMatch(/^did you mean |^options: /);
        if (option.length > 3) expect(problem.fix).toBe(`did you mean ${option}?`);
      }
    expect(words).toBeGreaterThan(120);
  });

  test("a cluster or a shard of which something is missing is refused by the names that are", async () => {
    const missing = async (options: object) => (await refused((given) => library.sweep(edge, given), options)).map(({ path }) => path);
    const url = { redisUrl: "redis://localhost", prefix: "snn-dse", sharedDir: null };
    expect(await missing({ cluster: {} })).toEqual(["redisUrl", "key", "prefix", "sharedDir", "leaseMs"]);
    expect(await missing({ cluster: url })).toEqual(["key", "leaseMs"]);
    expect(await missing({ shard: { shard: 1 } })).toEqual(["shards"]);
  });

  test("what a file of another tool does not say is refused where it is left out", async () => {
    const nir = { dtSeconds: 1e-3, reset: "zero", scheme: "euler", integratorGain: "unit", refractorySeconds: 0 };
    for (const left of Object.keys(nir))
      expect(await refused(CALLS.importNir, { ...nir, [left]: undefined })).toMatchObject([
        { path: left, message: expect.stringMatching(/^is missing, expected /) },
      ]);
    expect(await refused(CALLS.importNir, nir)).toEqual([]);
    expect((await refused(CALLS.importLava, {})).map(({ path }) => path)).toEqual(["restartSteps"]);
  });

  test("every word that an option's type or page names is taken", async () => {
    const resets = ["zero", "subtract", "snntorch-subtract", "snntorch-delayed-subtract", "snntorch-delayed-zero"];
    const words: { readonly [call: string]: { readonly [option: string]: readonly (string | null)[] } } = {
      importNir: { reset: resets, scheme: ["euler", "zoh", "exact"], integratorGain: ["unit", "dt"] },
      estimate: { reset: [...resets, null] },
      importLava: { remainder: ["lost", "kept"] },
      evaluateModels: { split: ["train", "test"] },
      train: { backend: ["auto", "tensorflow", "wasm", "cpu"] },
      reprice: { basis: ["silicon", "library", null] },
      simulate: { trace: ["csv", "vcd", "perfetto", "html", null] },
      noc: {
        middleVc: ["upper", "both"],
        traffic: ["uniform", "transpose", "bitcomp", "neighbor", "hotspot", "tornado", "bitrev", "shuffle"],
      },
      frontFigure: { column: ["single", "double", "acm-single", "acm-double"] },
    };
    for (const [name, options] of Object.entries(words))
      for (const [option, taken] of Object.entries(options))
        for (const word of taken) {
          const found = await refused(CALLS[name], { [option]: word, qqqqqqqqqqqqqqqq: 1 });
          expect(
            found.map(({ path }) => path),
            `${name} ${option} ${word}`,
          ).toEqual(["qqqqqqqqqqqqqqqq"]);
        }
  });

  test("each option is refused if its value is of another kind", async () => {
    let values = 0;
    for (const [name, call] of Object.entries(CALLS))
      for (const option of namesOf.get(name) ?? []) {
        const [{ message }] = await refused(call, { [option]: Symbol("none") });
        const expected = message.replace("got symbol, expected ", "").split(" or ").map(bareKind);
        for (const [kind, value] of Object.entries({ ...KINDS, null: null })) {
          if (expected.includes(kind)) continue;
          values++;
          const found = await refused(call, { [option]: value });
          expect(
            found.map(({ path }) => path),
            `${name} ${option}: ${kind}`,
          ).toEqual([option]);
        }
      }
    expect(values).toBeGreaterThan(500);
  });

  test("each option is refused if its value is beyond the range of its kind, before anything is done", async () => {
    const met = new Set<string>();
    for (const [name, call] of Object.entries(CALLS))
      for (const option of namesOf.get(name) ?? []) {
        const [{ message }] = await refused(call, { [option]: Symbol("none") });
        for (const kind of message
          .replace("got symbol, expected ", "")
          .replace(/one of( (?!or )\S+)+/, "one of")
          .split(" or "))
          for (const value of BEYOND[kind] ?? []) {
            met.add(kind);
            const found = await refused(call, { [option]: value });
            expect(
              found.map(({ path }) => path),
              `${name} ${option}: ${String(value)}`,
            ).toEqual([option]);
          }
      }
    expect([...met].sort()).toEqual(Object.keys(BEYOND).sort());
  });

  test("what is no description, no name and no list of values is refused, never a fault of the program", async () => {
    const { check, openStudy, quantise, simulate, sweep } = library;
    for (const [name, call] of Object.entries({ check, openStudy, quantise, simulate, sweep }))
      for (const given of ["edge", undefined, null, {}, 3])
        await expect((async () => call(given as never))(), `${name} ${given}`).rejects.toThrow(/expected an open description/);
    await expect(library.sweep("edge" as never)).rejects.toThrow('open it first: open("edge")');
    for (const given of [undefined, null, 3]) {
      await expect(library.estimate(given as never)).rejects.toThrow(/got \S+, expected text/);
      expect(() => library.coupled(given as never, { input: { case: "x" } })).toThrow(InputError);
    }
    await expect(library.simulate(edge, { trace: "nope" as never })).rejects.toThrow(/expected one of csv, vcd, perfetto, html/);
    expect(() => library.examples("modle" as never)).toThrow(/expected one of[\s\S]*did you mean model\?/);
    await expect(library.quantise(edge, { bits: { weight_bits: [] } })).rejects.toThrow(/expected whole numbers from/);
    await expect(library.quantise(edge, { bits: { weight_bits: 4 as never } })).rejects.toThrow(/expected whole numbers from/);
    const input = { seed: 1, events: 1, density: 0.5, gapCycles: 1, limitCycles: 1 };
    expect(() => library.coupled("odin", { input, vary: { "event_queue.depth": 4 as never } })).toThrow(/has no list of values/);
  });

  test("what is no number of a point, no name of a format and no object of values is refused, never a fault of the program", async () => {
    const folder = mkdtempSync(join(tmpdir(), "plain-"));
    const db = join(folder, "a.db");
    await library.sweep(library.open(lanesAndClocks("grid", 2) as never), { db, workers: 1 });
    const given = [null, undefined, true, "1", [], {}, [1], () => 1, Symbol("s"), 10n] as never[];
    const { comparePoints, exportFront, exportPoints, pareto, points, published, reproduce, result, show, withValues } = library;
    const calls: { readonly [name: string]: (value: never) => unknown } = {
      ...{ result: (id) => result(db, id), show: (id) => show(db, id), reproduce: (id) => reproduce(db, id) },
      ...{ comparePoints: (id) => comparePoints(db, 1, id), "comparePoints, first": (id) => comparePoints(db, id, 1) },
      ...{ exportFront: (name) => exportFront(pareto(db), name), exportPoints: (name) => exportPoints(db, name, "a.csv") },
      points: (name) => [...points(name)],
    };
    for (const [name, call] of Object.entries(calls))
      for (const value of given) await expect((async () => call(value))(), `${name} ${String(value)}`).rejects.toThrow(InputError);
    for (const value of [null, true, 3, "x", [], () => 1] as never[]) expect(() => withValues(edge, value)).toThrow(InputError);
    expect(() => published(Symbol("s") as never)).toThrow(InputError);
    expect(() => result(db, [] as never)).toThrow("got list, expected the number of a point");
    await expect(exportFront(pareto(db), null as never)).rejects.toThrow(/got null, expected a \S+[\s\S]*known: /);
    expect(() => withValues(edge, null as never)).toThrow("got null, expected an object of values by path");
    rmSync(folder, { recursive: true });
  });

  test("all problems come together, and options that are no object are refused", async () => {
    const found = await refused(CALLS.sweep, { wokers: 2, budget: "9", patience: null });
    expect(found.map(({ path, message, fix }) => [path, message, fix])).toEqual([
      ["wokers", "is no option", "did you mean workers?"],
      ["budget", "got '9', expected whole number from 1", ""],
    ]);
    expect(await refused(CALLS.importNir, { reset: "Zero" })).toMatchObject([{ path: "reset", fix: "did you mean zero?" }]);
    expect((await refused(CALLS.simulate, "explain"))[0].message).toBe("got text, expected an object of options");
    expect((await refused(CALLS.pareto, { where: undefined, objective: ["x"] }))[0].fix).toBe("did you mean objectives?");
  });

  test("options inside of options are checked too", async () => {
    const one = async (name: string, options: object) => (await refused(CALLS[name], options)).map(({ file, path }) => [file, path]);
    expect(await one("coupled", { input: { case: "x", seed: 1 } })).toEqual([["coupled: input", "seed"]]);
    expect(await one("coupled", { input: { seed: 1, event: 3 } })).toEqual([["coupled: input", "event"]]);
    expect(await one("sweep", { shard: { shard: 1, of: 2 } })).toEqual([["sweep: shard", "of"]]);
    expect(await one("sweep", { cluster: { redisUrl: "x", leaseSeconds: 2 } })).toEqual([["sweep: cluster", "leaseSeconds"]]);
    expect(await one("evaluateModels", { input: { encoder: {} } })).toEqual([["evaluateModels: input", "encoder"]]);
  });

  test("options that a format of fronts ignores are refused with the formats that heed them; defaults are none", async () => {
    const given = { x: "area_mm2", y: "latency_us", column: "double", siunitx: true };
    const heeded: Record<string, readonly string[]> = {
      ...{ csv: [], json: [], parquet: [], md: [], tex: ["column", "siunitx"], svg: ["x", "y", "column"], pgfplots: ["x", "y", "column"] },
    };
    for (const [format, names] of Object.entries(heeded)) {
      const asked: Call = (options) => library.exportFront({} as library.FrontReport, format, options);
      const idle = Object.keys(given).filter((name) => !names.includes(name));
      expect((await refused(asked, given)).map(({ path }) => path)).toEqual(idle);
      const defaults = asked({ x: null, y: null, column: "single", siunitx: false } as never) as Promise<unknown>;
      await expect(defaults).rejects.toThrow(/expected what pareto gave/);
    }
    const csv: Call = (options) => library.exportFront({} as library.FrontReport, "csv", options);
    expect((await refused(csv, { siunitx: true }))[0].message).toBe("has no effect with the format csv, only with tex");
  });

  test("options without effect beside the others are refused", async () => {
    const one = async (name: string, options: object) => (await refused(CALLS[name], options)).map(({ file, path }) => [file, path]);
    expect(await one("open", { beside: "folder" })).toEqual([["open", "beside"]]);
    for (const name of ["importNir", "importLava"]) {
      expect(await one(name, { input: null, sample: 0, encoding: {}, seed: 1 })).toEqual(
        ["sample", "encoding", "seed"].map((option) => [name, option]),
      );
      expect(await one(name, { input: "x.csv", encoding: { kind: "direct" }, seed: 1 })).toEqual([[name, "seed"]]);
    }
    expect(await one("importSanafe", { seed: 1, times: ["flit"] })).toEqual([
      ["importSanafe", "seed"],
      ["importSanafe", "times"],
    ]);
    expect(await one("rtl", { base: "edge.yaml" })).toEqual([["--base", ""]]);
    expect(await one("rtl", { simulator: "iverilog" })).toEqual([["--simulator", ""]]);
    const folder: Call = (options) => library.rtl("test", null, options);
    for (const options of [{ out: "x" }, { values: { "tile.core.lanes": 2 } }, { samples: 1 }])
      expect((await refused(folder, { ...options, runs: true }))[0].message).toBe("has no effect on a folder that is already written");
  });
});

describe("a value in the place of a path, a list or a result", () => {
  /** One is of the program's own errors, one takes any name and runs for seconds. */
  const LEFT_OUT = ["withPlaces", "published"];

  test("is refused with the function's name or what it should be, never with an error of the language", { tags: ["long"] }, async () => {
    let calls = 0;
    for (const [name, value] of Object.entries(library)) {
      if (typeof value !== "function" || String(value).startsWith("class") || LEFT_OUT.includes(name)) continue;
      for (const given of [[], [null], [null, null], [1], [[]], [[1]], ["none.db", []]]) {
        try {
          const answer = (value as (...parameters: unknown[]) => unknown)(...given);
          await (answer instanceof Object && "next" in answer ? (answer as Generator).next() : answer);
        } catch (error) {
          calls++;
          const place = `${name}(${JSON.stringify(given).slice(1, -1)})`;
          expect(error, place).toBeInstanceOf(InputError);
        }
      }
    }
    expect(calls).toBeGreaterThan(100);
  });

  test("is refused beside right ones, and so is a path where nothing is", async () => {
    const calls: readonly (readonly [() => unknown, RegExp])[] = [
      [() => library.noc("edge" as never, { rates: [0.1] }), /noc: got 'edge', expected an open description[\s\S]*open\("edge"\)/],
      [() => library.noc(null, {} as never), /noc: rates: is not given/],
      [() => library.exportNir("mnist-rows-lif", undefined as never, 0.01), /exportNir: got undefined, expected the path/],
      [() => library.coupled("tinyodin", { input: { case: "../no/such" } }), /no\/such: no such folder/],
      [() => library.init("none", { name: "../no/such" }), /no\/such: no such file[\s\S]*snn-dse examples/],
    ];
    for (const [call, message] of calls) {
      const work = (async () => call())();
      await expect(work).rejects.toBeInstanceOf(InputError);
      await expect(work).rejects.toThrow(message);
    }
  });

  test("of a study's point, values or options is refused too", async () => {
    const sweep = {
      parameters: [{ path: "tile.core.lanes", values: [1, 2] }],
      objectives: { area_mm2: "min" },
      sampler: { name: "grid", budget: 2 },
    };
    const study = await library.openStudy(
      library.open({ version: 1, extends: "mesh-2x2", network: { model: "mnist-rows-lif.safetensors" }, sweep }),
    );
    const [point] = await study.ask(1);
    const calls: readonly (readonly [() => unknown, RegExp])[] = [
      [() => study.tell(null as never, {} as never), /point: got null/],
      [() => study.tell({ id: 1 } as never, {} as never), /point: got an object/],
      [() => study.evaluate(undefined as never), /point: got undefined[\s\S]*or its number/],
      [() => study.run(null as never), /point: got null[\s\S]*values by name/],
      [() => study.run([1] as never), /point: got a list/],
      [() => study.run({ lanes: 2 }, { sigal: 1 } as never), /sigal: is no option[\s\S]*options: signal/],
      [() => study.evaluate(point, { signal: 1 } as never), /signal: got 1/],
      [() => study.evaluate(point, null as never), /evaluate: got null/],
    ];
    for (const [call, message] of calls) await expect((async () => call())()).rejects.toThrow(message);
    expect(study.open.length).toBe(1);
    await study.close();
  });
});
