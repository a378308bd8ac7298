/**
 * Plug-ins: one of each kind works without a change of the program, is part of every key, and is loaded only if a user
 * names it.
 */
// @module-tag slow
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { loadPlugins, open, openStudy, openWithPlugins, pareto, points, reproduce, show, simulate, sweep } from "../../../app/index.js";
import type { Experiment } from "../../../arch/index.js";
import { InputError } from "../../../base/errors.js";
import { packageRoot } from "../../../base/package-root.js";
import { pluginFile } from "../../../base/plugin-file.js";
import { registerCompare } from "../../../cli/commands/compare.js";
import { registerExport } from "../../../cli/commands/export.js";
import { registerPareto } from "../../../cli/commands/pareto.js";
import { exportChoices } from "../../../cli/dashboard/ui.js";
import { priceErrors } from "../../../sim/index.js";
import { buildWith, createSampler, POINT_FORMATS, SAMPLERS, Space, Store, studyRecord } from "../../../sweeps/index.js";
import { loadDataset } from "../../../training/index.js";
import { printedByCommand } from "../../cli/command.js";
import { isBuilt, smallSweep } from "../../cli/small-sweep.js";
import { fewDigits } from "../../few-digits.js";
import { setupOf, specOf } from "../../sweeps/fake-study.js";

const folder = mkdtempSync(join(tmpdir(), "plug-ins-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
const example = (name: string): string => join(packageRoot(), "test/app/plugins/examples", name);

/** A description beside copies of the examples that it names. */
function described(name: string, plugins: readonly string[], sampler: string): string {
  for (const plugin of [...plugins, "shares.mjs"]) copyFileSync(example(plugin), at(plugin));
  const list = plugins.length === 0 ? "" : `plugins: [${plugins.map((plugin) => `./${plugin}`).join(", ")}]\n`;
  writeFileSync(at(name), smallSweep(5).replace("version: 1\n", `version: 1\n${list}`).replace("name: random", `name: ${sampler}`));
  return at(name);
}

test.skipIf(!isBuilt)(
  "a sampler: the search runs the plug-in's points in its order, and the database stores which plug-in made them",
  async () => {
    const file = described("sampler.yaml", ["golden-ratio.mjs"], "golden-ratio, skip: 3");
    const description = await openWithPlugins(file);
    const summary = await sweep(description, { db: at("sampler.db"), workers: 1 });
    expect(summary.done + summary.infeasible).toBe(5);
    const shares = [0.6180339887, 0.7548776662, 0.569840291];
    const lists: { readonly [name: string]: readonly number[] } = { lanes: [8, 16, 32], size_kib: [128, 96, 8], word_bits: [64, 128, 256] };
    const names = description.sweep?.parameters.map(({ name }) => name) ?? [];
    expect(names.length).toBe(4);
    let count = 3; // it skips as many
    for (const { values } of points(at("sampler.db"))) {
      for (const [k, name] of names.entries()) {
        const position = (++count * (shares[k % 3] as number)) % 1;
        const list = lists[name];
        expect(values[name], name).toBe(list === undefined ? 50 + Math.floor(position * 151) : list[Math.floor(position * list.length)]);
      }
    }
    const { inputs } = pareto(at("sampler.db"));
    expect(inputs.find(({ kind }) => kind === "plugin")).toEqual({
      kind: "plugin",
      name: "golden-ratio.mjs",
      sha256: pluginFile("x", at("golden-ratio.mjs")).sha256,
    });
  },
);

test("a plug-in's option that is a count refuses a fraction, with its place in the description", async () => {
  const file = described("half.yaml", ["golden-ratio.mjs"], "golden-ratio, skip: 2.5");
  await expect(openWithPlugins(file)).rejects.toThrow(/sweep.sampler.skip: expected a whole number from 0 to 1000000, got 2.5/);
});

test.skipIf(!isBuilt)("reproduce asks for the plug-in by content, and is exact with it", { tags: ["long"] }, async () => {
  const done = [...points(at("sampler.db"))].find(({ state }) => state === "done")?.id ?? 0;
  const missing =
    /was computed with the plug-in golden-ratio.mjs of SHA-256 [0-9a-f]{12}\s+name a file of that content: --plugin golden-ratio.mjs/;
  await expect(reproduce(at("sampler.db"), done)).rejects.toThrow(missing);
  const other = await loadPlugins([example("lists.mjs")]);
  await expect(reproduce(at("sampler.db"), done, { plugins: other })).rejects.toThrow(/; given: .*lists.mjs [0-9a-f]{12}/);
  const plugins = await loadPlugins([example("golden-ratio.mjs")]); // the same content in another place
  expect(await reproduce(at("sampler.db"), done, { plugins })).toMatchObject({ sameInputs: true, differences: [] });
});

test.skipIf(!isBuilt)("a plug-in is part of every key: the same points with and without it have different keys", async () => {
  const keys = async (name: string, plugins: readonly string[]): Promise<readonly string[]> => {
    const study = await openStudy(await openWithPlugins(described(`${name}.yaml`, plugins, "random")), { db: at(`${name}.db`) });
    await study.ask(5);
    await study.close();
    return [...points(at(`${name}.db`))].map(({ key, values }) => `${JSON.stringify(values)} ${key}`);
  };
  const [without, again, withPlugin] = [await keys("k1", []), await keys("k2", []), await keys("k3", ["lists.mjs"])];
  expect(without.length).toBe(5);
  expect(again).toEqual(without);
  expect(withPlugin.length).toBe(without.length);
  for (const [i, key] of withPlugin.entries()) {
    expect(key.split(" ")[0]).toBe(without[i]?.split(" ")[0]);
    expect(key).not.toBe(without[i]);
  }
});

test.skipIf(!isBuilt)(
  "a study's identity includes the content of its plug-ins: a changed one is refused as a changed input, or runs again as another edition",
  { tags: ["long"] },
  async () => {
    const identified = async (content: string, budget: number, { rerun = false, runs = true } = {}) => {
      mkdirSync(at(`id-${content}`), { recursive: true });
      const file = at(`id-${content}/study.yaml`);
      if (content !== "")
        writeFileSync(at(`id-${content}/own.mjs`), `export const apiVersion = 1; export default () => ({}); // ${content}\n`);
      writeFileSync(file, smallSweep(budget).replace("version: 1\n", `version: 1\n${content === "" ? "" : "plugins: [./own.mjs]\n"}`));
      const description = await openWithPlugins(file);
      if (runs) await sweep(description, { db: at("identity.db"), workers: 1, rerun });
      else await (await openStudy(description, { db: at("identity.db"), rerun })).close();
      const store = Store.read(at("identity.db"));
      const { identity, edition } = store.study() ?? {};
      store.close();
      return { identity, edition };
    };
    const first = await identified("a", 1);
    expect(await identified("a", 2, { runs: false }), "a budget is no part of it").toEqual(first);
    await expect(identified("b", 2)).rejects.toThrow(/own.mjs: is not the plug-in that .* was made with.*\s+.*--rerun/);
    const second = await identified("b", 2, { rerun: true });
    expect(second.identity).not.toBe(first.identity);
    expect(second.edition).not.toBe(first.edition);
    const bare = await identified("", 2, { rerun: true, runs: false });
    expect(new Set([first.identity, second.identity, bare.identity]).size).toBe(3);
  },
);

test("a data set: its samples are simulated, and their content is its hash", async () => {
  const [plugin] = await loadPlugins([example("stripes.mjs")]);
  const document = { version: 1, extends: "mesh-2x2", workload: { dataset: "stripes", samples: 20, timing_samples: 1 } };
  const network = { network: { model: "mnist-rows-rec-v2.safetensors" } };
  const { result } = await simulate(open({ ...document, ...network }, { plugins: plugin === undefined ? [] : [plugin] }));
  expect([result.operations.utterances, result.operations.frames]).toEqual([20, 20 * 28]);
  const { hash, labels } = loadDataset("stripes", { path: null, split: "test" });
  expect(result.provenance.dataHash).toBe(hash);
  expect(new Set(labels).size).toBeGreaterThan(3);
  expect(() => loadDataset("stripes", { path: "/somewhere", split: "test" })).toThrow(
    /stripes: comes without a folder\s+leave out workload.path/,
  );
});

describe("a price model", () => {
  const workload = { path: fewDigits(folder), samples: 5, timing_samples: 1 };
  const document = { version: 1, extends: "mesh-2x2", workload } as const;
  type Priced = { readonly unitEnergyPj: number | null; readonly source: string } | undefined;
  const readsOf = async (more: object): Promise<Priced> => {
    const { result } = await simulate(open({ ...document, ...more }, { plugins: await loadPlugins([example("mram.mjs")]) }));
    return result.breakdown.find(({ component }) => component === "synapse memory reads");
  };

  test("prices some parts, with its source; the description's prices take precedence, the library prices the rest", async () => {
    const core = (kib: number) => ({
      tile: { core: { synapse_memory: { size_kib: kib, word_bits: 64, banks: 2 } } },
      chip: { price_model: "mram" },
    });
    for (const kib of [32, 128]) {
      const reads = await readsOf(core(kib));
      expect(reads?.unitEnergyPj).toBeCloseTo(0.02 * 64 * Math.sqrt((kib * 8192) / 64 / 2), 10);
      expect(reads?.source).toBe("made up: 0.02 pJ per bit and root of the words of a bank");
    }
    const prices = { synapse_memory_read_pj: { value: 7, source: "mine" } };
    expect(await readsOf({ ...core(128), prices })).toMatchObject({ unitEnergyPj: 7, source: "mine" });
    const { experiment } = open({ ...document, ...core(128) }, { plugins: await loadPlugins([example("mram.mjs")]) });
    expect(Object.keys((experiment as { readonly chip: { readonly priceOverrides: object } }).chip.priceOverrides)).toEqual([
      "synapse_memory_read_pj",
      "synapse_memory_leakage_mw",
    ]);
  });

  test("states an error of a price: one cause for all that the model prices, another one for another model, and none without it", async () => {
    const models = ["stated", "other", "exact"];
    const price = (name: string): string => `{ value: 3, source: "mine"${name === "exact" ? "" : ", plus_minus_percent: 30"} }`;
    const entries = models.map((name) => `${name}: { about: "x", prices: () => ({ synapse_memory_read_pj: ${price(name)} }) }`);
    writeFileSync(at("errors.mjs"), `export const apiVersion = 1; export default () => ({ priceModels: { ${entries.join(", ")} } });`);
    const plugins = await loadPlugins([at("errors.mjs")]);
    const found = models.map((name) => {
      const { experiment } = open({ ...document, chip: { price_model: name } }, { plugins });
      return priceErrors((experiment as Experiment).chip).get("synapse memory reads");
    });
    const sigma = expect.closeTo(Math.log(1.3) / 1.6448536, 6);
    const cause = (name: string) => expect.objectContaining({ name, down: sigma, up: sigma });
    expect(found).toEqual([
      [cause("price model stated, synapse_memory_read_pj")],
      [cause("price model other, synapse_memory_read_pj")],
      undefined,
    ]);
  });

  test("is refused if it prices different cores differently: a chip has one price per name", async () => {
    const unlike = { "tile[0]": { core: { synapse_memory: { size_kib: 32 } } }, chip: { price_model: "mram" } };
    await expect(readsOf(unlike)).rejects.toThrow(/chip.price_model: mram prices synapse_memory_read_pj differently for different cores/);
    const alike = { "tile[0]": { core: { input_queue: { depth: 3 } } }, chip: { price_model: "mram" } };
    expect((await readsOf(alike))?.source).toMatch(/made up/);
  });

  test("a model that no named plug-in has is reported once", () => {
    const message = (): string => {
      try {
        open({ ...document, chip: { price_model: "mram" } });
        return "";
      } catch (error) {
        return String((error as Error).message);
      }
    };
    expect(message().match(/no price model is named mram/g)?.length).toBe(1);
    expect(message()).toContain("--plugin ./my-plugin.mjs");
  });

  test.skipIf(!isBuilt)("a search goes through models, and its threads price by them", { tags: ["long"] }, async () => {
    copyFileSync(example("mram.mjs"), at("mram.mjs"));
    const text = smallSweep(6)
      .replace("version: 1\n", "version: 1\nplugins: [./mram.mjs]\n")
      .replace("chip:\n", "chip:\n  price_model: { sweep: [mram] }\n");
    writeFileSync(at("priced.yaml"), text);
    await sweep(await openWithPlugins(at("priced.yaml")), { db: at("priced.db"), workers: 1 });
    const done = [...points(at("priced.db"))].filter(({ state }) => state === "done");
    expect(done.length).toBeGreaterThan(1);
    for (const { values, breakdown } of done) {
      const reads = breakdown.find(({ component }) => component === "synapse memory reads");
      const [kib, word] = [values.size_kib as number, values.word_bits as number];
      expect(reads?.unitEnergyPj).toBeCloseTo(0.02 * word * Math.sqrt((kib * 8192) / word), 10);
    }
    const [first, second] = done.map(({ id }) => String(id));
    const named = ["--plugin", at("mram.mjs")];
    const compared = await printedByCommand(registerCompare, "compare", at("priced.db"), first, second, ...named);
    expect(compared).toMatch(/energy_uj_per_inference[\s\S]*\d %/);
    const plugins = await loadPlugins([at("mram.mjs")]);
    expect(await reproduce(at("priced.db"), done[0]?.id ?? 0, { plugins })).toMatchObject({ sameInputs: true, differences: [] });
  });

  test.skipIf(!isBuilt).each([
    ["throw refuse('lanes', 'no wider than 8', 'take 8')", "infeasible"],
    ["throw new Error('lost')", "its price model NAME: prices fails: lost"],
    ["return { synapse_memory_read_pj: { value: NaN, source: 'x' } }", "its price model NAME gives no prices"],
  ])("in a search, a refusal makes points infeasible, and a mistake ends it with the values: %s", async (code, said) => {
    const name = `narrow-${code.length}`;
    const own = mkdtempSync(join(folder, "narrow-"));
    const file = join(own, "narrow.yaml");
    const prices = `({ core }) => { if (core.lanes > 8) { ${code}; } return {}; }`;
    writeFileSync(
      join(own, "narrow.mjs"),
      `export const apiVersion = 1; export default ({ refuse }) => ({ priceModels: { "${name}": { about: "x", prices: ${prices} } } });`,
    );
    writeFileSync(
      file,
      smallSweep(6).replace("version: 1\n", "version: 1\nplugins: [./narrow.mjs]\n").replace("chip:\n", `chip:\n  price_model: ${name}\n`),
    );
    const run = sweep(await openWithPlugins(file), { db: join(own, "narrow.db"), workers: 1 });
    if (said !== "infeasible") {
      await expect(run).rejects.toThrow(said.replace("NAME", name));
      await expect(run).rejects.toThrow(/\(at .*tile\.core\.lanes: (16|32).*\)$/m);
      return;
    }
    await run;
    const refused = [...points(join(own, "narrow.db"))].filter(({ code }) => code === "REFUSED");
    expect(new Set(refused.map(({ values, state }) => `${values.lanes} ${state}`))).toEqual(new Set(["16 infeasible", "32 infeasible"]));
  });

  test.each([
    ["{ synapse_memory_read_pj: { value: -1, source: 'x' } }", /its price model bad\d+ gives no prices: synapse_memory_read_pj.value/],
    ["{ synapse_memory_read: { value: 1, source: 'x' } }", /its price model bad\d+ gives no prices/],
    ["{ synapse_memory_read_pj: { value: 1, source: '' } }", /gives no prices: synapse_memory_read_pj.source/],
    ["{ synapse_memory_read_pj: { value: 1, source: 'x', plus_minus_percent: 901 } }", /synapse_memory_read_pj.plus_minus_percent/],
    ["{ synapse_memory_read_pj: 3 }", /gives no prices: synapse_memory_read_pj/],
    ["undefined.x", /its price model bad\d+: prices fails/],
  ])("with an invalid result: %s", async (prices, message) => {
    const name = `bad${prices.length}`;
    writeFileSync(
      at(`${name}.mjs`),
      `export const apiVersion = 1; export default () => ({ priceModels: { ${name}: { about: "x", prices: () => (${prices}) } } });`,
    );
    const plugins = await loadPlugins([at(`${name}.mjs`)]);
    expect(() => open({ ...document, chip: { price_model: name } }, { plugins })).toThrow(message);
  });
});

test("an exporter of a front and one of all points work on the command line", async () => {
  const store = Store.open(at("lists.db"));
  const setup = setupOf(specOf());
  store.begin(studyRecord(setup), 1, setup.provenance);
  store.insert({ id: 1, key: "1", values: { lanes: 1 }, fidelity: 1 }, {});
  store.fail(1, { state: "failed", code: "A", reason: "b", violation: null, durationMs: 1 });
  store.close();
  const said = await printedByCommand(
    registerExport,
    "export",
    "points",
    at("lists.db"),
    "--format",
    "states",
    "--plugin",
    example("lists.mjs"),
  );
  expect(said).toBe("1 failed\n");
  expect(await printedByCommand(registerPareto, "pareto", at("lists.db"), "--format", "list", "--plugin", example("lists.mjs"))).toBe("");
  await expect(printedByCommand(registerPareto, "pareto", at("lists.db"), "--format", "lst")).rejects.toThrow(
    /unknown format 'lst'\s+did you mean list\?/,
  );
});

test("the dashboard offers every format by a key of its own, one of a plug-in by a letter of its name", async () => {
  await loadPlugins([example("lists.mjs")]);
  const choices = exportChoices();
  expect(choices.map(({ key, format }) => `${key} ${format}`)).toEqual(
    expect.arrayContaining(["c csv", "j json", "a parquet", "m md", "t tex", "g pgfplots", "s svg", "p png", "f pdf", "h html", "l list"]),
  );
  expect(new Set(choices.map(({ key }) => key)).size).toBe(choices.length);
});

describe("what a description may use", () => {
  test("a plug-in that another description has loaded cannot be used by one that does not name it", async () => {
    await openWithPlugins(described("named.yaml", ["golden-ratio.mjs"], "golden-ratio"));
    const file = described("unnamed.yaml", [], "golden-ratio");
    expect(() => open(file)).toThrow(/golden-ratio/);
  });

  test("a plug-in that is not loaded is named with its line", () => {
    copyFileSync(example("lists.mjs"), at("never-loaded.mjs"));
    writeFileSync(at("lazy.yaml"), "version: 1\nextends: mesh-2x2\nplugins:\n  - ./never-loaded.mjs\n");
    expect(() => open(at("lazy.yaml"))).toThrow(/lazy.yaml:4:5: plugins: this plug-in is not loaded/);
  });

  test("a path is relative to the file that names it, also in an extended file", async () => {
    mkdirSync(at("base"), { recursive: true });
    copyFileSync(example("stripes.mjs"), at("base/stripes.mjs"));
    writeFileSync(at("base/chip.yaml"), "version: 1\nextends: mesh-2x2\nplugins: [./stripes.mjs]\n");
    writeFileSync(at("over.yaml"), "version: 1\nextends: base/chip.yaml\nworkload: { dataset: stripes }\n");
    const { plugins, document } = await openWithPlugins(at("over.yaml"));
    expect(plugins.map(({ path }) => path)).toEqual([at("base/stripes.mjs")]);
    expect(JSON.stringify(document)).not.toContain("stripes.mjs");
  });
});

test("content: all imported files count, and the folder of the file does not", () => {
  const write = (name: string, text: string): void => {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(at(name), text);
  };
  const top =
    'import { a } from "./a.mjs";\nexport { b } from "./b.mjs";\nconst w = new URL("./w.wasm", import.meta.url); const d = () => import("./d.mjs");\n';
  for (const place of ["c1", "c2"]) {
    write(`${place}/top.mjs`, top);
    for (const name of ["a.mjs", "b.mjs", "d.mjs", "w.wasm", "unused.mjs"])
      write(`${place}/${name}`, name === "a.mjs" ? 'import "./deep.mjs";' : name);
    write(`${place}/deep.mjs`, "1");
  }
  const sum = (): string => pluginFile("x", at("c1/top.mjs")).sha256;
  const before = sum();
  expect(pluginFile("x", at("c2/top.mjs")).sha256).toBe(before);
  write("c1/unused.mjs", "other");
  expect(sum()).toBe(before);
  for (const name of ["a.mjs", "b.mjs", "d.mjs", "w.wasm", "deep.mjs", "top.mjs"]) {
    const text = readFileSync(at(`c1/${name}`), "utf8");
    write(`c1/${name}`, `${text} `);
    expect(sum(), name).not.toBe(before);
    write(`c1/${name}`, text);
  }
  expect(sum()).toBe(before);
  expect(buildWith([], "b")).toBe("b");
  expect(buildWith([{ sha256: "1" }, { sha256: "2" }], "b")).toBe(buildWith([{ sha256: "2" }, { sha256: "1" }, { sha256: "1" }], "b"));
});

describe("every way to name a file makes it part of the content", () => {
  test.each([
    ["import './h.mjs';", "h.mjs"],
    ['import"./h.mjs";', "h.mjs"],
    ['import{a}from"./h.mjs";', "h.mjs"],
    ['export*from"./h.mjs";', "h.mjs"],
    ['import { a } from /* c */ "./h.mjs";', "h.mjs"],
    ['import { a } from // c\n  "./h.mjs";', "h.mjs"],
    ["const a = () => import(`./h.mjs`);", "h.mjs"],
    ['const a = () => import(/* c */ "./h.mjs");', "h.mjs"],
    ['import "./h.mjs?a=1";', "h.mjs"],
    ['import "./h.mjs#a";', "h.mjs"],
    ['import t from "./my%20table.json" with { type: "json" };', "my table.json"],
    ['import "./\\u0068.mjs";', "h.mjs"],
    ['import "./\\x68\\u{2e}mjs";', "h.mjs"],
    ["import './it\\'s.mjs';", "it's.mjs"],
    ['import "./deep/../h.mjs";', "h.mjs"],
    ['const t = new URL("my%20table.json", import.meta.url);', "my table.json"],
    ["const t = new/* c */URL( `./h.mjs`, import.meta.url);", "h.mjs"],
    ['const t = import.meta.resolve("./h.mjs");', "h.mjs"],
    ['const t = createRequire(import.meta.url); const require = t; require("./c");', "c.cjs"],
    ['const req = createRequire(import.meta.url); req("./c.cjs");', "c.cjs"],
    ['import { createRequire as cr } from "node:module"; cr(import.meta.url)("./c");', "c.cjs"],
    [
      "/* it's */ const { createRequire: cr } = await import(\"node:module\"); const req = cr(import.meta.url); /* it's */ req(`./c`);",
      "c.cjs",
    ],
    ["const load = module.require; load('./\\x63.cjs'); load(\"\\x2e/h.mjs\");", "h.mjs"],
    ['const t = require(flag ? "./c.cjs" : "./h.mjs");', "h.mjs"],
    ['const t = ["./c.cjs"].map(require);', "c.cjs"],
    ['const { resolve } = require; require(resolve("./c"));', "c.cjs"],
    ['require.call(null, "../ways/c.cjs");', "c.cjs"],
    ['import "./t.ts";', "t.ts"],
    ['import "./t.ts";', "deep/of-t.mts"],
    ['createRequire(import.meta.url)("./bare");', "c.cjs"],
  ])("%s", (code, named) => {
    const write = (name: string, text: string): void => writeFileSync(at(`ways/${name}`), text);
    mkdirSync(at("ways/deep"), { recursive: true });
    for (const name of ["h.mjs", "my table.json", "it's.mjs", "c.cjs", "deep/of-t.mts"]) write(name, "1");
    write("t.ts", 'import { type T, t } from "./deep/of-t.mts";');
    write("bare", 'require("./c.cjs")');
    write("top.mjs", code);
    const sum = (): string => pluginFile("x", at("ways/top.mjs")).sha256;
    const before = sum();
    const text = readFileSync(at(`ways/${named}`), "utf8");
    write(named, `${text} `);
    expect(sum()).not.toBe(before);
    write(named, text);
    expect(sum()).toBe(before);
  });

  test("a path that no code loads is no content: an absolute one, and any in a file that only calls require with names", () => {
    mkdirSync(at("logs"));
    for (const code of [
      `const cr = createRequire(import.meta.url); // these require no data\nconst log = "${at("logs/run.log")}";`,
      `const { require: r } = module; const log = '\\x2f${at("logs/run.log").slice(1)}';`,
      'const fs = require("node:fs"), c = require(/* c */ `./c.cjs`), d = require.resolve( "./c.cjs"); const log = "./run.log";',
    ]) {
      writeFileSync(at("logs/top.cjs"), code);
      writeFileSync(at("logs/run.log"), "1");
      const { sha256 } = pluginFile("x", at("logs/top.cjs"));
      writeFileSync(at("logs/run.log"), "12");
      expect(pluginFile("x", at("logs/top.cjs")).sha256, code).toBe(sha256);
    }
  });

  test("a file that is loaded by a link names files beside the linked one", () => {
    mkdirSync(at("links"));
    for (const [name, text] of [
      ["real.mjs", 'import "./h.mjs";'],
      ["h.mjs", "1"],
    ])
      writeFileSync(at(`links/${name}`), text);
    symlinkSync(at("links/real.mjs"), at("linked.mjs"));
    const before = pluginFile("x", at("linked.mjs"));
    expect(before).toEqual({ ...pluginFile("x", at("links/real.mjs")), path: at("linked.mjs") });
    writeFileSync(at("links/h.mjs"), "2");
    expect(pluginFile("x", at("linked.mjs")).sha256).not.toBe(before.sha256);
  });

  test("folders, packages, addresses and names made at run time name no file", () => {
    const code = 'new URL("./", import.meta.url); new URL(".", import.meta.url); import "."; // import "./"\nimport(`./$' + "{name}.mjs`);";
    mkdirSync(at("none"));
    writeFileSync(at("none/top.mjs"), `${code} import "zod"; new URL("https://example.org/a.mjs"); new URL("./%2f", "x"); require("./");`);
    writeFileSync(at("none/a.mjs"), "1");
    const { sha256 } = pluginFile("x", at("none/top.mjs"));
    writeFileSync(at("none/a.mjs"), "2");
    expect(pluginFile("x", at("none/top.mjs")).sha256).toBe(sha256);
  });
});

describe("mistakes name the plug-in, and what to write", () => {
  let files = 0;
  const load = (text: string): Promise<unknown> => {
    const name = `wrong-${files++}.mjs`;
    writeFileSync(at(name), text);
    return loadPlugins([at(name)]);
  };
  const bringing = (text: string): string => `export const apiVersion = 1;\nexport default () => (${text});`;

  test.each([
    ["export default () => ({});", /exports no apiVersion\s+this program has version 1: export const apiVersion = 1;/],
    ["export const apiVersion = 2; export default () => ({});", /is for API version 2/],
    ["export const apiVersion = 1;", /has no default export that is a function/],
    ["export const apiVersion = 1; export default () => 7;", /returns no object/],
    ["export const apiVersion = 1; export default () => { throw new Error('boom'); };", /this plug-in fails as it starts: boom/],
    ["const = 1;", /this plug-in fails as it is loaded/],
    ["import './missing.mjs';", /this plug-in fails as it is loaded: Cannot find module/],
    [bringing("{ sampler: {} }"), /adds the unknown kind sampler\s+a plug-in can add samplers, datasets/],
    [bringing("{ samplers: [] }"), /its samplers: expected an object/],
    [bringing("{ samplers: { 'a b': {} } }"), /its sampler "a b" has no name/],
    [bringing("{ samplers: { mine: { create: () => 0 } } }"), /its sampler mine is wrong at about/],
    [bringing("{ samplers: { mine: { about: 'x', create: 7 } } }"), /its sampler mine is wrong at create: expected a function/],
    [
      bringing("{ samplers: { mine: { about: 'x', create: () => 0, pace: 3 } } }"),
      /its sampler mine is wrong at its top: Unrecognized key: "pace"/,
    ],
    [
      bringing(
        "{ samplers: { mine: { about: 'x', options: { n: { value: 0.5, low: 0, high: 9, whole: true, about: 'count' } }, create: () => 0 } } }",
      ),
      /its sampler mine is wrong at options.n.value: a default that the option itself does not take/,
    ],
    [bringing("{ samplers: { nsga2: { about: 'x', create: () => 0 } } }"), /its sampler nsga2 has the name of a built-in one/],
    [bringing("{ datasets: { 'spike-file': { about: 'x', read: () => 0 } } }"), /its data set spike-file has the name of a built-in one/],
    [bringing("{ datasets: { mnist: { about: 'x' } } }"), /its data set mnist is wrong at read/],
    [
      bringing("{ exporters: { csv: { about: 'x', extension: 'csv', render: () => '' } } }"),
      /its format csv has the name of a built-in one/,
    ],
  ])("%s", async (text, message) => {
    await expect(load(text)).rejects.toThrow(message);
    await expect(load(text)).rejects.toThrow(/^[^\n]*wrong-\d+\.mjs: /);
  });

  test("of two plug-ins with one name the second is refused; the same content twice is one", async () => {
    const text = bringing("{ samplers: { once: { about: 'x', create: () => ({ ask: () => [], tell() {} }) } } }");
    await load(text);
    await load(text);
    await expect(load(`${text}\n`)).rejects.toThrow(
      /its sampler once has the name of one of .*wrong-\d+\.mjs\s+give one of them another name/,
    );
  });

  test("no entry of a wrong plug-in is registered", async () => {
    const half = "{ samplers: { half: { about: 'x', create: () => 0 } }, datasets: { bad: {} } }";
    await expect(load(bringing(half))).rejects.toThrow(/its data set bad is wrong/);
    expect(SAMPLERS.has("half")).toBe(false);
  });

  test("a plug-in that changed after it was loaded is refused, not mixed", async () => {
    writeFileSync(at("changing.mjs"), bringing("{}"));
    await loadPlugins([at("changing.mjs")]);
    writeFileSync(at("changing.mjs"), `${bringing("{}")}\n`);
    await expect(loadPlugins([at("changing.mjs")])).rejects.toThrow(/changing.mjs: has changed since this process loaded it/);
  });

  const sampler = (body: string): string => bringing(`{ samplers: { broken${files}: { about: 'x', create: () => (${body}) } } }`);
  test.each([
    ["{ ask: () => { throw new Error('lost'); }, tell() {} }", /its sampler broken\d+: ask fails: lost/],
    ["{ ask: () => 7, tell() {} }", /its sampler broken\d+ returns no list of positions/],
    [
      "{ ask: () => [[0.5]], tell() {} }",
      /its sampler broken\d+ returns the position \[0.5\]\s+a position has 4 numbers from 0 to below 1/,
    ],
    ["{ ask: () => [[0, 0, 0, 1]], tell() {} }", /returns the position \[0, 0, 0, 1\]/],
    ["{ ask: () => [[0, 0, 0, NaN]], tell() {} }", /returns the position \[0, 0, 0, NaN\]/],
    ["{ lag: -1, ask: () => [], tell() {} }", /has lag -1/],
    ["undefined", /its sampler broken\d+ returns undefined from create\s+create\(\) returns \{ ask/],
    ["null", /returns null from create/],
    ["7", /returns 7 from create/],
    ["Promise.reject(new Error('late'))", /returns a promise from create/],
    ["{ tell() {} }", /its sampler broken\d+ has no function ask/],
    ["{ ask: () => [] }", /its sampler broken\d+ has no function tell/],
    ["{ get ask() { throw new Error('lost'); }, tell() {} }", /its sampler broken\d+: ask fails: lost/],
    ["{ get lag() { throw new Error('lost'); }, ask: () => [], tell() {} }", /its sampler broken\d+: lag fails: lost/],
    ["{ ask: () => [null], tell() {} }", /returns the position null/],
    ["{ ask: () => [, [0, 0, 0, 0]], tell() {} }", /returns the position undefined/],
    ["{ ask: () => [[0, 0, 0, Symbol('x')]], tell() {} }", /returns the position \[0, 0, 0, Symbol\(x\)\]/],
    ["{ ask: () => ['0123'], tell() {} }", /returns the position 0123/],
    ["{ ask: async () => [], tell() {} }", /returns no list of positions/],
  ])("a sampler with an invalid result: %s", async (body, message) => {
    const name = `broken${files}`;
    await load(sampler(body));
    const spec = specOf({}, { name, budget: 5 });
    expect(() => createSampler(spec, new Space(spec.parameters)).ask()).toThrow(InputError);
    expect(() => createSampler(spec, new Space(spec.parameters)).ask()).toThrow(message);
  });

  test("a sampler whose tell is not over when it returns is refused, and so is one of a size that is no number", async () => {
    const name = `broken${files}`;
    await load(bringing(`{ samplers: { ${name}: { about: 'x', size: () => "9", create: () => ({ ask: () => [], async tell() {} }) } } }`));
    const spec = specOf({}, { name, budget: 5 });
    const space = new Space(spec.parameters);
    const observation = { position: new Float64Array(4), values: {}, objectives: null, violation: 0, limits: [] };
    expect(() => createSampler(spec, space).tell(observation)).toThrow(/its sampler broken\d+ returns a promise from tell/);
    expect(() => SAMPLERS.demand(name, "test").size(space)).toThrow(/its sampler broken\d+ has the size 9/);
  });

  test.each(["name", "budget", "seed"])("an option that every sampler has cannot be one of its own: %s", async (option) => {
    const text = `{ samplers: { mine: { about: 'x', options: { ${option}: { value: 1, low: 0, high: 9, about: 'x' } }, create: () => 0 } } }`;
    await expect(load(bringing(text))).rejects.toThrow(`its sampler mine is wrong at options.${option}: every sampler has it already`);
  });

  test.each([
    ["pieces: () => undefined", /its point exporter broken\d+ returns undefined from pieces/],
    ["pieces: () => null", /returns null from pieces/],
    ["pieces: async () => ['x']", /returns a promise from pieces/],
    ["pieces: async function* () { yield 'x'; }", /returns an object from pieces/],
    ["pieces: () => { throw new Error('lost'); }", /its point exporter broken\d+: pieces fails: lost/],
    ["*pieces() { yield 'x'; throw new Error('lost'); }", /its point exporter broken\d+: pieces: next fails: lost/],
    ["*pieces() { yield 7; }", /its point exporter broken\d+ gives neither text nor bytes/],
  ])("a point exporter with an invalid result: %s", async (pieces, message) => {
    const name = `broken${files}`;
    await load(bringing(`{ pointExporters: { ${name}: { about: 'x', extension: 'x', ${pieces} } } }`));
    expect(() => [...POINT_FORMATS.demand(name, "test").pieces({} as never)]).toThrow(InputError);
    expect(() => [...POINT_FORMATS.demand(name, "test").pieces({} as never)]).toThrow(message);
  });

  const samples = (change: string): string =>
    bringing(
      `{ datasets: { set${files}: { about: 'x', read: () => ({ inputs: 2, classes: 2, features: new Float32Array(4), frameStart: Uint32Array.of(0, 1, 2), labels: Int32Array.of(0, 1), ...${change} }) } } }`,
    );
  test.each([
    ["{ features: [1] }", /its data set set\d+ gives no samples: features/],
    ["{ features: new Float32Array(5) }", /gives 5 features for 2 frames of 2/],
    ["{ features: Float32Array.of(1, 2, 3, NaN) }", /gives a feature that is not a finite number/],
    [
      "{ frameStart: Uint32Array.of(0, 2, 2) }",
      /gives frameStart that does not rise behind utterance 1 of the half test, which needs a frame/,
    ],
    ["{ frameStart: Uint32Array.of(0) }", /gives no utterance for the half test/],
    ["{ frameStart: Uint32Array.of(1, 2) }", /gives frameStart that does not rise/],
    ["{ labels: Int32Array.of(0) }", /gives 1 labels for 2 utterances/],
    ["{ labels: Int32Array.of(0, 2) }", /gives 2 as label 1 of the half test, expected 0 to 1, or -1 for no class/],
    ["{ inputs: 0 }", /gives no samples: inputs/],
  ])("a data set with an invalid result: %s", async (change, message) => {
    const name = `set${files}`;
    await load(samples(change));
    expect(() => loadDataset(name, { path: null, split: "test" })).toThrow(message);
  });

  test("samples are identified by content: one changed feature makes another key", async () => {
    const hash = async (change: string): Promise<string> => {
      const name = `set${files}`;
      await load(samples(change));
      const { hash: sum } = loadDataset(name, { path: null, split: "test" });
      expect(loadDataset(name, { path: null, split: "test" }).hash).toBe(sum);
      expect(loadDataset(name, { path: null, split: "train" }).hash).not.toBe(sum);
      return sum;
    };
    expect(await hash("{}")).not.toBe(await hash("{ features: Float32Array.of(0, 0, 0, 1) }"));
  });
});

test.skipIf(!isBuilt).each([
  ["topologies", "network", "noc: { topology: { sweep: [mesh, NAME] } }\n"],
  ["memories", "memory", "    state_memory: { kind: { sweep: [sram, NAME] } }\n"],
])("in a search, a mistake in code of %s ends it with the values of the point, and a refusal does not", async (kind, call, described) => {
  const refused = async (name: string, code: string): Promise<number> => {
    const own = mkdtempSync(join(folder, "faulty-"));
    const entry = `${kind}: { "${name}": { about: "x", ${call}: () => { ${code}; } } }`;
    writeFileSync(join(own, "own.mjs"), `export const apiVersion = 1; export default ({ refuse }) => ({ ${entry} });`);
    const text = smallSweep(20).replace("version: 1\n", "version: 1\nplugins: [./own.mjs]\n");
    writeFileSync(join(own, "own.yaml"), text.replace("chip:\n", `${described.replace("NAME", name)}chip:\n`));
    const study = await openStudy(await openWithPlugins(join(own, "own.yaml")), { db: join(own, "own.db") });
    try {
      await study.ask(20);
    } finally {
      await study.close();
    }
    return [...points(join(own, "own.db"))].filter((point) => point.code === "REFUSED").length;
  };
  const values = /\(at .*tile\.core\.lanes: (8|16|32), .*\)$/m;
  await expect(refused(`throws-${kind}`, "throw new Error('lost')")).rejects.toThrow(new RegExp(`fails: lost ${values.source}`, "m"));
  await expect(refused(`returns-${kind}`, "return {}")).rejects.toThrow(values);
  expect(await refused(`refuses-${kind}`, "throw refuse('kind', 'not here', 'elsewhere')")).toBeGreaterThan(3);
});

test("the plug-ins of docs/plug-ins.md load", async () => {
  const page = readFileSync(join(packageRoot(), "docs/plug-ins.md"), "utf8");
  const blocks = [...page.matchAll(/```js\n\/\/ (\S+)\n([\s\S]*?)```/g)];
  expect(blocks.length).toBeGreaterThan(2);
  for (const [, name = "", text = ""] of blocks) writeFileSync(at(name), text);
  const plugins = await loadPlugins(blocks.map(([, name = ""]) => at(name)));
  const { sweep: spec } = open(
    {
      version: 1,
      extends: "mesh-2x2",
      workload: { dataset: "noise" },
      noc: { topology: "star", width: 3, height: 3 },
      sweep: {
        objectives: { latency_us: "min" },
        parameters: [{ path: "noc.vc_buffer_flits", range: [1, 64] }],
        sampler: { name: "halton", skip: 0 },
      },
    },
    { plugins },
  );
  const search = createSampler(spec as NonNullable<typeof spec>, new Space(spec?.parameters ?? []));
  expect([1, 2, 3, 4].map(() => search.ask()[0]?.[0])).toEqual([1 / 2, 1 / 4, 3 / 4, 1 / 8]);
  expect(loadDataset("noise", { path: null, split: "test" }).frameStart.length).toBe(101);
});

test("a database never loads a plug-in, even if it names one", async () => {
  const mark = at("was-run");
  writeFileSync(
    at("evil.mjs"),
    `import { writeFileSync } from "node:fs"; writeFileSync(${JSON.stringify(mark)}, ""); export const apiVersion = 1; export default () => ({});`,
  );
  const { document, sweep: spec } = open(join(packageRoot(), "arch/examples/edge.yaml"));
  const hostile = { ...(document as object), plugins: [at("evil.mjs")] };
  const store = Store.open(at("hostile.db"));
  const setup = {
    ...setupOf(spec as NonNullable<typeof spec>, hostile as never),
    inputs: [{ kind: "plugin", name: at("evil.mjs"), sha256: "0".repeat(64) }] as const,
  };
  store.begin(studyRecord(setup), 1, setup.provenance);
  store.insert({ id: 1, key: "1", values: {}, fidelity: 1 }, {});
  store.fail(1, { state: "failed", code: "A", reason: "b", violation: null, durationMs: 1 });
  store.close();
  for (const look of [() => pareto(at("hostile.db")), () => [...points(at("hostile.db"))], () => show(at("hostile.db"), 1)]) look();
  await expect(reproduce(at("hostile.db"), 1)).rejects.toThrow(/was computed with the plug-in/);
  expect(existsSync(mark)).toBe(false);
});
