/**
 * What the methods of a paper must say: prices, how networks and data were read, and where the chip decides function.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Json, sha256 } from "../../../base/hash.js";
import { sourceWithoutPrice } from "../../../sim/without-price.js";
import type { ReportData } from "../../../sweeps/report/data.js";
import { methodsParagraphs } from "../../../sweeps/report/methods.js";
import { methodsTex } from "../../../sweeps/report/methods-tex.js";
import { SAMPLERS } from "../../../sweeps/samplers/registry.js";

const DOCUMENT = {
  version: 1,
  chip: { clock_mhz: 100 },
  network: { model: "net.nir", nir: { step_seconds: 0.001, reset: "subtract" }, lava: { remainder: "lost" } },
  workload: {
    dataset: "spike-file",
    path: "data/spikes.npy",
    split: "test",
    seed: 1,
    samples: 5,
    timing_samples: 2,
    period_ms: 20,
    encoder: { kind: "rate" },
  },
  prices: { basis: "silicon" },
  tile: { core: { input_queue: { full: "stall" } } },
};

const STUDY = {
  ...{ name: "s", identity: "i", database: "s.db", showCommand: "", sampler: "grid", seed: 1, budget: 2 },
  ...{ state: "finished", finishReason: "budget", engineVersion: "1" },
};

const ONE = { least: 1, most: 1 };

const methods = (...data: Parameters<typeof reportOf>): string => methodsParagraphs(reportOf(...data)).join("\n");

function reportOf(
  changed: { readonly [section: string]: Json },
  searched: { readonly [path: string]: readonly (string | number)[] } = {},
  further: Partial<ReportData> = {},
): ReportData {
  const data = {
    study: STUDY,
    ...{
      screened: null,
      counts: { done: 2, feasible: 2, infeasible: 0, failed: 0 },
      objectives: [],
      constraints: [],
      metrics: [],
      inputs: [],
      otherBuild: [],
      sources: [],
      fixedPlaces: null,
      networks: null,
      others: { begunWith: null, merged: null, chosen: { byCaller: 0, bySampler: 2, beyondBudget: 0 } },
    },
    ...{ hypervolume: null, reference: null, provenance: {}, workload: { utterances: ONE, timed: ONE } },
    parameters: Object.entries(searched).map(([path, values]) => ({ name: path, column: path, path, values: values.join(", ") })),
    points: { id: [1, 2], front: [1, 0], beyond: [0, 0], columns: searched },
    document: { ...DOCUMENT, ...changed },
    ...further,
  };
  return data as unknown as ReportData;
}

test("a plug-in's price model is named among the sources of prices, also if it was searched", () => {
  expect(methods({})).not.toContain("price model");
  expect(methods({ chip: { price_model: "mine" } })).toContain("In their place stand prices of the plug-in's price model mine.");
  expect(methods({}, { "chip.price_model": ["mine", "other"] })).toContain("price model that was searched.");
});

test("kinds of memories that plug-ins bring are told, of every core and search, and no other kinds", () => {
  const at = (synapse: Json, state: Json): Json => ({ core: { synapse_memory: { kind: synapse }, state_memory: { kind: state } } });
  const plain = methods({ tile: at("sram", "latches") }, { "tile.core.state_memory.kind": ["sram", "registers"] });
  expect(plain).not.toContain("priced by a plug-in");
  expect(methods({ tile: at("edram", "sram") })).toContain("Memories of kind edram are priced by a plug-in, without a factor.");
  const searched = { "tile.core.synapse_memory.kind": ["sram", "edram"], "tile[1].core.state_memory.kind": ["rram", "rram"] };
  expect(methods({ tile: at("sram", "sram"), "tile[2]": at("mram", "sram") }, searched)).toContain(
    "Memories of kind mram and of kind edram and of kind rram are priced by a plug-in, without a factor.",
  );
});

test("the basis of prices is said, and each price of the description with its error and source", () => {
  expect(methods({})).toContain("multiplied by factors that were measured on published chips");
  const own = { value: 3.1, source: "data sheet", plus_minus_percent: 15 };
  const library = methods({
    prices: { basis: "library", synapse_memory_read_pj: own, link_flit_pj: { value: 2 }, macros: { mine: { csv: "" } } },
  });
  expect(library).toContain("as its models give them, without factors to silicon");
  expect(library).not.toContain("measured on published chips");
  expect(library).toContain("synapse_memory_read_pj 3.1, plus or minus 15 % (data sheet), link_flit_pj 2.");
  expect(library).toContain("table of macros: mine (");
  const searched = methods({}, { "prices.basis": ["silicon", "library"] });
  expect(searched).toContain("on the basis that was searched");
  expect(searched).toContain("Searched: prices.basis (prices.basis: silicon, library).");
});

test("only a reference point that the search fixed is called fixed", () => {
  const volume = (fixedReference: boolean): string => methods({}, {}, { hypervolume: 1, reference: [], fixedReference });
  expect(volume(true)).toContain("Hypervolume 1 against the fixed reference point");
  expect(volume(false)).toContain("Hypervolume 1 against a reference point that was made for this report");
  expect(volume(false)).not.toContain("fixed reference");
});

test("in LaTeX, names may break at the end of a line, and numbers may not", () => {
  const objectives = [{ metric: "energy_uj_per_inference", direction: "min" }] as const;
  const metrics = [{ name: "energy_uj_per_inference", unit: "uJ", about: "", direction: "min" }];
  const tex = String(methodsTex(reportOf({}, {}, { hypervolume: 1, reference: [3.320198781567702], objectives, metrics })));
  expect(tex).toContain("(3.32019878157 $\\mu$J)");
  expect(tex).toContain("energy\\_\\allowbreak uj");
});

test("in LaTeX, the signs of limits are those of mathematics", () => {
  const constraints = ["power_mw >= 9", "area_mm2<=2", "power_mw < 99"];
  const text = String(methodsTex(reportOf({}, {}, { constraints }))).replaceAll("\\allowbreak ", "");
  expect(text).toContain("subject to power\\_mw $\\geq$ 9 and area\\_mm2$\\leq$2 and power\\_mw $<$ 99, by ");
});

test("step, reset, encoder and period are among the fixed settings; files' places and other readers' settings are not", () => {
  const text = methods({});
  for (const setting of [
    "network.nir.step_seconds 0.001",
    "network.nir.reset subtract",
    "workload.encoder.kind rate",
    "workload.period_ms 20",
  ])
    expect(text).toContain(setting);
  for (const left of ["network.lava", "spikes.npy", "workload.samples", "workload.seed"]) expect(text).not.toContain(left);
  expect(methods({ network: { ...DOCUMENT.network, model: "net.safetensors" } })).not.toContain("network.nir");
  expect(text).toContain("1 utterance for accuracy, 1 of them");
  const workload = { utterances: { least: 20, most: 40 }, timed: ONE };
  expect(methods({}, {}, { workload })).toContain("20 to 40 utterances for accuracy, 1 of them");
});

/** What the paragraphs say besides the list of what was searched. */
const stated = (text: string): string => text.replace(/Searched: .*?\. Fixed:/, "Fixed:");

test.each([
  ["workload.dataset", ["first-set", "other-set"]],
  ["workload.split", ["first-split", "other-split"]],
  ["workload.seed", [4711, 4712]],
  ["workload.case", ["first-case", "other-case"]],
  ["workload.synthetic.density", [0.4711, 0.5]],
  ["workload.encoder.kind", ["first-encoder", "other-encoder"]],
  ["prices.link_flit_pj.value", [4711, 4712]],
  ["network.nir.reset", ["first-reset", "other-reset"]],
] as const)("of %s, which was searched, no value stands among what was fixed", (path, values) => {
  const [section, ...keys] = path.split(".");
  const [first] = values;
  const inner = keys.reduceRight<Json>((value, key) => ({ [key]: value }), first);
  const own = { ...(DOCUMENT as unknown as { readonly [key: string]: object })[section], ...(inner as object) };
  const coupled = path === "workload.case" || path.startsWith("workload.synthetic") ? { model: "tinyodin", source: "a chip" } : {};
  const fixed = stated(methods({ ...coupled, [section]: own }));
  const varied = methods({ ...coupled, [section]: own }, { [path]: values });
  expect(fixed).toContain(String(first));
  expect(stated(varied)).not.toContain(String(first));
  expect(varied).toContain(`${path}: ${values.join(", ")}`);
});

test("of networks that were searched, the settings of every reader that one of them needs are fixed settings", () => {
  const both = methods({}, { "network.model": ["a.safetensors", "a.net", "a.nir"] });
  for (const setting of ["network.nir.reset subtract", "network.lava.remainder lost"]) expect(both).toContain(setting);
  expect(methods({}, { "network.model": ["a.safetensors", "b.safetensors"] })).not.toMatch(/network\.(nir|lava)\./);
});

test("chips that lose messages are said to decide what is computed, if they are fixed or searched so", () => {
  const said = /function and time ran together/;
  expect(methods({})).not.toMatch(said);
  expect(methods({ tile: { core: { input_queue: { full: "drop" } } } })).toMatch(said);
  expect(methods({}, { "tile.core.input_queue.full": ["stall", "drop"] })).toMatch(said);
  expect(methods({}, { "tick.overrun": ["wait", "late"] })).toMatch(said);
  expect(methods({}, { "tick.overrun": ["wait", "refuse"] })).not.toMatch(said);
});

/** First author and year of each work in the header of a sampler's file. */
function worksOf(sampler: string): readonly (readonly [author: string, year: string])[] {
  const [, header = ""] = /^\/\*\*([\s\S]*?)\*\//.exec(readFileSync(`sweeps/samplers/${sampler}.ts`, "utf8")) ?? [];
  const [, sources = ""] = header.replaceAll(/\s*\*\s*/g, " ").split("Source:");
  return sources.split(";").flatMap((work) => {
    const [, author, year] = /([A-Z][a-z]+)\b.*?\b((?:19|20)\d\d)\b/.exec(work) ?? [];
    return year === undefined ? [] : [[author, year] as const];
  });
}

test("every sampler is told with the works that its file names, each with its first author and year, and with no others", () => {
  let works = 0;
  for (const sampler of SAMPLERS.names) {
    const text = methods({}, {}, { study: { ...STUDY, sampler } });
    const [, told = ""] = /, by (.*), seed 1, budget/.exec(text) ?? [];
    expect(told, sampler).not.toBe("");
    const named = worksOf(sampler);
    for (const [author, year] of named) expect(told, sampler).toMatch(new RegExp(`\\b${author}\\b[^;]*\\b${year}\\b`));
    expect(told.match(/\b(19|20)\d\d\b/g) ?? [], sampler).toHaveLength(named.length);
    works += named.length;
  }
  expect(works).toBeGreaterThan(10);
});

test("options of the sampler that the description gives are in the methods", () => {
  const search = { sampler: { name: "nsga2", budget: 200, seed: 1, population: 8, mutation_eta: 5 } };
  expect(methods({}, {}, { search })).toContain(", population 8, mutation_eta 5, seed 1, budget 2 points");
});

test("a screening search tells its pool and its trials, which are no points", () => {
  const trials = [
    { share: 1 / 16, runs: 1320 },
    { share: 0.25, runs: 80 },
  ];
  const text = methods({}, {}, { screened: { pool: 20_000, trials, learns: false } });
  expect(text).toContain(
    "2 evaluated (2 within the limits), 0 infeasible, 0 failed; it ended (budget). Before these points, which ran in full, the analytical model priced a pool of up to 20,000, and 1,400 trials ran on a part of the timed utterances (1,320 on 6.25 %, 80 on 25 %).",
  );
  expect(methods({}, {}, { screened: { pool: 9, trials: [], learns: true } })).toContain("a pool of up to 9, and no trial ran.");
  expect(methods({})).not.toContain("trial");
});

test("an objective that is a quantile is said in words, with what is drawn", () => {
  const text = methods({}, {}, { objectives: [{ metric: "energy_uj_per_inference@90", direction: "min" }] });
  expect(text).toMatch(
    /minimised energy_uj_per_inference@90 \(.*energy of one utterance.*90 % of the draws lie at or below, of prices, samples and/,
  );
  expect(methods({}, {}, { objectives: [{ metric: "latency_us", direction: "min" }] })).toContain("minimised latency_us,");
});

test("a reference point has no unit where its metric is a number", () => {
  const metrics = ["1", "uJ"].map((unit, k) => ({ name: `m${k}`, unit, about: "", direction: "min" }));
  const objectives = metrics.map(({ name }) => ({ metric: name, direction: "min" as const }));
  expect(methods({}, {}, { metrics, objectives, hypervolume: 1, reference: [245555, 3] })).toContain("(245555, 3 µJ)");
});

test("points that the sampler did not choose alone are named after what it evaluated", () => {
  const others = {
    begunWith: { points: 6, studies: ["abc"] },
    merged: { merges: 1, added: 5, replaced: 1 },
    chosen: { byCaller: 2, bySampler: 9, beyondBudget: 6 },
  };
  expect(methods({}, {}, { others })).toMatch(
    /it ended \(budget\)\. Before its first question the sampler was told 6 points of study abc.* Of these 16 points the sampler chose 9 \(6 of them beyond this budget, by an earlier run with a larger one\), the caller 2\. Results of other searches were merged in: 5 points that this one had not asked, and 1 in place of points that had failed or not ended here\. No hypervolume/,
  );
});

const MESH = { chip: { technology_nm: 28, voltage_v: "nominal", fpga: "ecp5-45" } };

test("an FPGA is told with its device, its laws and their tools, and nothing there is priced as silicon", () => {
  const text = methods(MESH);
  for (const words of [
    "LFE5U-45F",
    "those of routers and address generators follow laws of their own",
    "Yosys",
    "nextpnr",
    "fpga-cores.json",
    "energy and area are unknown",
    "cycle by cycle for latency.",
  ])
    expect(text).toContain(words);
  for (const words of ["published chips", "counted actions were priced", "technology_nm", "voltage_v", "for latency and energy"])
    expect(text).not.toContain(words);
  const prices = { basis: "silicon", core_clock_pj_per_cycle: { value: "2 * voltage_v", source: "board" } };
  // a price alone gives no energy: the work that it leaves out has none
  expect(methods({ ...MESH, prices })).not.toContain("counted actions were priced");
  const columns = { energy_uj_per_inference: [3, 4] };
  const priced = methods({ ...MESH, prices }, {}, { points: { id: [1, 2], front: [1, 0], beyond: [0, 0], columns } });
  expect(priced).toContain("Prices are those of the description: core_clock_pj_per_cycle 2 * voltage_v (board).");
  expect(priced).toContain("the counted actions were priced");
  expect(priced).toContain("energy is known only where the description prices all of a chip's work");
  expect(priced).toContain("voltage_v nominal");
  expect(priced).not.toContain("published chips");
});

test("a search over silicon and an FPGA tells both; chips of silicon alone tell no FPGA", () => {
  const both = methods({}, { "chip.fpga": [null, "ecp5-45"] as unknown as readonly string[] });
  for (const words of ["Points with chip.fpga are logic of an FPGA, LFE5U-45F", "published chips", "counted actions were priced"])
    expect(both).toContain(words);
  expect(methods({})).not.toContain("FPGA");
});

test("prices of 0 with one source are told together, and every other price by its name", () => {
  const zero = { value: 0, source: "in the standing power" };
  const prices = { basis: "silicon", link_leakage_mw: zero, queue_leakage_mw: zero, lut_read_pj: { value: 0, source: "free" } };
  const text = methods({ prices: { ...prices, link_flit_pj: { value: 2 } } });
  expect(text).toContain("lut_read_pj 0 (free), link_flit_pj 2, 2 prices of 0 (in the standing power).");
  expect(text).not.toContain("queue_leakage_mw");
});

test("a table of macros is told with the checksum of its text, its error and its rules", () => {
  const csv = "words,bits\n";
  const text = methods({ prices: { basis: "silicon", macros: { mine: { csv, plus_minus_percent: 10, beyond: "extrapolate" } } } });
  expect(text).toContain(
    `table of macros: mine (SHA-256 of its text ${sha256(csv)}, plus or minus 10 % where a line states no error, beyond extrapolate).`,
  );
});

test("parts without a price are named, because no energy contains them", () => {
  const barrier = `barrier wires: ${sourceWithoutPrice(null)}`;
  const sources = [`die link leakage: ${sourceWithoutPrice("die_link_leakage_mw")}`, barrier, "core clock: DSENT"];
  expect(methods({}, {}, { sources })).toContain(
    "Without a price, and so in no energy: die link leakage (prices.die_link_leakage_mw), barrier wires.",
  );
  expect(methods({})).not.toContain("Without a price");
});

test("how numbers became integers is told as precision.integers says", () => {
  expect(methods({})).toContain("the trained network was quantised and run integer-exactly");
  const text = methods({ precision: { integers: "from-file" } });
  expect(text).toContain("whole numbers were taken from its file as they are and run integer-exactly");
  expect(text).not.toContain("quantised and run");
  expect(methods({}, { "precision.integers": ["speck", "xylo"] })).toContain("in the ways that were searched");
});
