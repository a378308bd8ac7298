/**
 * Pages that say of every metric, code and word what it means: nothing is missing, and nothing is there that the
 * program does not have.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { open, simulate } from "../app/index.js";
import { packageRoot } from "../base/package-root.js";
import { METRICS, metricReference } from "../sim/index.js";

const root = packageRoot();
const page = (name: string): string => readFileSync(join(root, "docs", name), "utf8");
/** First cells of a page's tables, without marks of code. */
const firstCells = (text: string): readonly string[] =>
  [...text.matchAll(/^\| `?([^|`]+?)`? \|/gm)].map(([, cell]) => cell).filter((cell) => !/^-+$/.test(cell));

function sources(...rooms: readonly string[]): string {
  const files = rooms.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: "utf8" }).map((file) => join(root, room, file)),
  );
  return files.flatMap((file) => (/\.tsx?$/.test(file) ? [readFileSync(file, "utf8")] : [])).join("\n");
}

test("docs/metrics.md is what the code generates, with every metric's formula and caveat", () => {
  expect(page("metrics.md")).toBe(metricReference());
  const headings = [...page("metrics.md").matchAll(/^## (.*)$/gm)].map(([, name]) => name);
  expect(headings).toEqual(Object.keys(METRICS));
});

test("the formulas of docs/metrics.md give the metrics of a run", async () => {
  const description = open({
    version: 1,
    extends: "mesh-2x2",
    network: { model: "mnist-rows-lif.safetensors" },
    workload: { dataset: "mnist-rows", samples: 20, timing_samples: 3 },
  });
  const { result, counters } = await simulate(description);
  const { metrics, breakdown, operations } = result;
  const of = (name: keyof typeof metrics): number => metrics[name] ?? Number.NaN;
  const sum = (values: readonly (number | null)[]): number => values.reduce<number>((all, value) => all + (value ?? 0), 0);
  const clockMhz = 100;
  const layers = (name: "macs" | "acs"): number => sum(operations.layers.map((layer) => layer[name]));
  const utilisation = result.utilisation;
  const { cores, cycles } = counters ?? expect.unreachable();
  const busy = cores
    .filter(({ core }) => utilisation.cores[core].neurons > 0)
    .map((core) => Math.max(core.synapse_busy_cycles + core.synapse_overhead_cycles, core.soma_busy_cycles) / cycles);
  expect(of("latency_us")).toBeCloseTo(of("latency_cycles") / clockMhz, 9);
  expect(of("energy_uj_per_inference")).toBeCloseTo(sum(breakdown.map(({ energyPj }) => energyPj)) * 1e-6, 9);
  expect(of("area_mm2")).toBeCloseTo(sum(breakdown.map(({ areaMm2 }) => areaMm2)), 9);
  expect(of("edp_nj_s")).toBeCloseTo((of("energy_uj_per_inference") * of("latency_us")) / 1000, 9);
  expect(of("synaptic_operations_per_inference")).toBeCloseTo((layers("macs") + layers("acs")) / operations.utterances, 6);
  const leaks = 2 * 128; // the only products in the equations of a lif
  expect(of("multiplications_per_frame")).toBeCloseTo((layers("macs") + layers("acs")) / operations.frames + leaks, 6);
  expect(of("core_utilisation_percent")).toBeCloseTo((100 * sum(busy)) / busy.length, 9);
  expect(of("peak_link_utilisation_percent")).toBeCloseTo(
    100 * Math.max(...utilisation.links.map(({ flitsPerCycle }) => flitsPerCycle)),
    9,
  );
});

test("energy, power and energy per synaptic operation include the host link, and a price of 0 leaves it out of the same chip", async () => {
  const run = async (prices: object) => {
    const description = open({
      version: 1,
      extends: "mesh-2x2",
      network: { model: "mnist-rows-lif.safetensors" },
      inputs: { at: "port" },
      workload: { dataset: "mnist-rows", samples: 1, timing_samples: 1 },
      prices,
    });
    return (await simulate(description)).result;
  };
  const [whole, without] = [await run({}), await run({ port_bit_pj: { value: 0, source: "host link left out" } })];
  const link = whole.breakdown.find(({ component }) => component === "host link")?.energyPj ?? Number.NaN;
  const energy = (whole.metrics.energy_uj_per_inference ?? Number.NaN) * 1e6;
  expect(link / energy).toBeGreaterThan(0.1);
  for (const name of ["energy_uj_per_inference", "power_mw", "edp_nj_s", "energy_pj_per_synaptic_operation"] as const)
    expect((without.metrics[name] ?? Number.NaN) / (whole.metrics[name] ?? Number.NaN), name).toBeCloseTo(1 - link / energy, 9);
  expect(without.metrics.latency_cycles).toBe(whole.metrics.latency_cycles);
});

/** Codes as the program writes them: of errors, in outcomes and faults, and where an error is given a code. */
function codes(): readonly string[] {
  const text = sources("arch", "sim", "sweeps", "cli/format").concat(sources("sweeps/engine").replaceAll("return ", "code: "));
  const places = [/(?:InfeasibleError|\bfailed|\btooNarrow)\(\s*"\w+"/g, /\bcode: [^;}\n]*/g, /"\w+_FULL"/g];
  const found = places.flatMap((place) =>
    [...text.matchAll(place)].flatMap(([all]) => [...all.matchAll(/"([A-Z]+(?:_[A-Z]+)*)"/g)].map(([, code]) => code)),
  );
  return [...new Set(found)].filter((code) => code.length > 3 && !code.startsWith("SQLITE")).sort();
}

test("every code that the program gives has a cause and a cure in docs/errors.md, and no other", () => {
  const explained = firstCells(page("errors.md")).filter((cell) => /^[A-Z_]+$/.test(cell));
  expect(codes().length).toBeGreaterThan(35);
  expect([...explained, "INPUT"].sort()).toEqual(codes());
});

/** Nouns with a meaning of their own here. */
const NOUNS =
  "axon bank barrier batch block board breakdown chip constraint core description edition encoder event feedback flit front group hop hypervolume " +
  "infeasible interval key knee lane macro mapping metric objective packet parameter payload point population port precision price projection replay " +
  "router row sampler scan slice soma spill step study tick tile timeline topology utterance wave word workload";

test("words of this project that the documents use are in the glossary, in order, in a phrase each", () => {
  const rows = [...page("glossary.md").matchAll(/^\| ([^|]+) \| (.+) \|$/gm)].slice(1).map(([, word, meaning]) => ({ word, meaning }));
  const words = rows.map(({ word }) => word);
  expect(words).toEqual([...new Set(words)].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)));
  expect(rows.filter(({ meaning }) => meaning.split(" ").length > 30).map(({ word }) => word)).toEqual([]);
  const others = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md") && name !== "glossary.md");
  const text = [...others.map(page), readFileSync(join(root, "README.md"), "utf8")].join("\n");
  const isUsed = (word: string): boolean => new RegExp(`\\b${word}s?\\b`, "i").test(text);
  expect(NOUNS.split(" ").filter((word) => isUsed(word) && !words.includes(word))).toEqual([]);
  expect(words.filter((word) => !isUsed(word))).toEqual([]);
});

test("sections of a description are words of the glossary, or keys that its reference explains", () => {
  const [boards] = page("description.md").split("\n## ");
  const keys = [...boards.matchAll(/^\| `(\w+)\.(\w+)/gm)].map(([, section]) => section);
  const sections = [...new Set(keys)];
  expect(sections.length).toBeGreaterThan(8);
  const words = firstCells(page("glossary.md"));
  const plain = { noc: "network on chip", inputs: "port", prices: "price", network: "topology", sweep: "study" } as const;
  const meant = (section: string): string => (Object.hasOwn(plain, section) ? plain[section as keyof typeof plain] : section);
  expect(sections.map(meant).filter((section) => !words.includes(section))).toEqual([]);
});
