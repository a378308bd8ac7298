/**
 * One chip and network described for SANA-FE and for this program: runs both and writes the comparison into
 * docs/sanafe.md.
 *
 *   npx tsx scripts/sanafe-example.ts              the table
 *   npx tsx scripts/sanafe-example.ts --network    first draws the network and its input again (same seed, same files)
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type NirNode, type NirValue, nirArray } from "../arch/formats/nir/graph.js";
import { writeNir } from "../arch/formats/nir/write.js";
import { packageRoot } from "../base/package-root.js";
import { createRng } from "../base/rng.js";
import { importSanafe, runSanafe } from "../sim/sanafe/index.js";
import { writePassage } from "./passages.js";
import { markdownTable } from "./validation/markdown.js";

const [INPUTS, HIDDEN, OUTPUTS, STEPS] = [32, 48, 10, 40];
const THRESHOLD = { hidden: 1024, output: 512 };
const folder = join(packageRoot(), "arch/examples/sanafe");

/**
 * Weights [source][target] without zeros; the largest weight into every target is 127, so that eight bits hold all
 * exactly.
 */
function drawWeights(rng: ReturnType<typeof createRng>, sources: number, targets: number, low: number, high: number): number[][] {
  const rows = Array.from({ length: sources }, () => Array.from({ length: targets }, () => rng.int(low, high) || 1));
  for (let target = 0; target < targets; target++) rows[rng.int(0, sources - 1)][target] = 127;
  return rows;
}

function sanafeNetwork(spikes: readonly number[][], hidden: readonly number[][], output: readonly number[][]): string {
  const edge = (name: string, weights: readonly number[][]): string[] => [
    ...[`    - ${name}:`, "        type: dense", "        weight:"],
    ...weights.map((row) => `          - [${row.join(", ")}]`),
  ];
  const group = (name: string, threshold: number, size: number): string[] => [
    `    - name: ${name}`,
    `      attributes: {threshold: ${threshold}, log_spikes: true}`,
    `      neurons: [0..${size - 1}]`,
  ];
  return [
    `# ${INPUTS} inputs, ${HIDDEN} and ${OUTPUTS} integrate-and-fire neurons in SANA-FE's format; quad.nir and quad.csv hold the same for this program.`,
    ...[
      "network:",
      "  name: quad",
      "  groups:",
      "    - name: input",
      "      attributes: {soma_hw_name: input, log_spikes: true}",
      "      neurons:",
    ],
    ...spikes.map((train, i) => `        - ${i}: {spikes: [${train.join(", ")}]}`),
    ...[...group("hidden", THRESHOLD.hidden, HIDDEN), ...group("output", THRESHOLD.output, OUTPUTS), "  edges:"],
    ...[...edge("input -> hidden", hidden), ...edge("hidden -> output", output)],
    ...["mappings:", "  - input: {core: 0.0}", "  - hidden: {core: 0.0}", "  - output: {core: 3.0}", ""],
  ].join("\n");
}

function nirNode(type: string, fields: readonly (readonly [string, NirValue])[]): NirNode {
  return { type, fields: new Map(fields), metadata: new Map(), graph: null };
}

async function writeNetwork(): Promise<void> {
  const rng = createRng(7, "quad");
  const hidden = drawWeights(rng, INPUTS, HIDDEN, -40, 90);
  const output = drawWeights(rng, HIDDEN, OUTPUTS, -60, 80);
  // The last two steps are silent: spikes of a layer act one step later there, and in the same step here.
  const spikes = Array.from({ length: INPUTS }, () =>
    Array.from({ length: STEPS }, (_, t) => (rng.float() < 0.15 && t < STEPS - 2 ? 1 : 0)),
  );
  writeFileSync(join(folder, "quad-net.sanafe.yaml"), sanafeNetwork(spikes, hidden, output));
  const rows = Array.from({ length: STEPS }, (_, t) => spikes.map((train) => train[t]).join(","));
  writeFileSync(join(folder, "quad.csv"), `${rows.join("\n")}\n`);
  const fill = (value: number, size: number): NirValue => nirArray(new Array<number>(size).fill(value), [size]);
  const linear = (weights: readonly number[][], targets: number): NirNode =>
    nirNode("Linear", [
      ["weight", nirArray(Array.from({ length: targets }, (_, j) => weights.map((row) => row[j])).flat(), [targets, weights.length])],
    ]);
  const neurons = (size: number, threshold: number): NirNode =>
    nirNode("IF", [
      ["r", fill(1, size)],
      ["v_threshold", fill(threshold, size)],
      ["v_reset", fill(0, size)],
    ]);
  const port = (type: "Input" | "Output", size: number): NirNode => nirNode(type, [["shape", nirArray([size], [1], "i8")]]);
  const nodes = new Map([
    ["input", port("Input", INPUTS)],
    ["input_hidden", linear(hidden, HIDDEN)],
    ["hidden", neurons(HIDDEN, THRESHOLD.hidden)],
    ["hidden_output", linear(output, OUTPUTS)],
    ["output_neurons", neurons(OUTPUTS, THRESHOLD.output)],
    ["output", port("Output", OUTPUTS)],
  ]);
  const names = [...nodes.keys()];
  const edges = names.slice(1).map((to, i) => ({ from: names[i], to }));
  await writeNir(join(folder, "quad.nir"), { version: "1.0", graph: { nodes, edges, metadata: new Map() } });
}

interface Simulated {
  readonly metrics: { readonly [name: string]: number };
  readonly breakdown: readonly { readonly component: string; readonly count: number | null; readonly energyPj: number | null }[];
}

/** Output of `snn-dse sim` for a description in the folder. */
function simulate(name: string): Simulated {
  const program = join(packageRoot(), "dist/main.js");
  return JSON.parse(execFileSync(process.execPath, [program, "sim", join(folder, name), "--json"], { encoding: "utf8" })) as Simulated;
}

function table(): string {
  const text = (file: string) => ({ file, text: readFileSync(join(folder, file), "utf8") });
  const { bound } = importSanafe(text("quad.sanafe.yaml"), text("quad-net.sanafe.yaml"));
  const { totals } = runSanafe(bound, STEPS, 1);
  const [priced, own] = [simulate("quad-prices.yaml"), simulate("quad.yaml")];
  const row = (run: Simulated, component: string) =>
    run.breakdown.find((one) => one.component === component) as Simulated["breakdown"][number];
  const nJ = (pJ: number): string => (pJ / 1000).toFixed(4);
  const both = (component: string): string[] => [priced, own].map((run) => nJ(row(run, component).energyPj as number));
  const counts = (component: string): string[] => [priced, own].map((run) => String(row(run, component).count));
  const named = new Set(["synaptic additions", "requantisations", "input queue pushes", "link flits"]);
  const rest = [priced, own].map((run) =>
    nJ(run.breakdown.reduce((sum, one) => sum + (named.has(one.component) ? 0 : (one.energyPj ?? 0)), 0)),
  );
  const metric = (name: string, of: (value: number) => string): string[] => [priced, own].map((run) => of(run.metrics[name]));
  const rows = [
    ["spikes", String(totals.fired), ...metric("spikes_fired", String)],
    ["synaptic events: `synaptic additions`", String(totals.synaptic_events), ...counts("synaptic additions")],
    ["packets: `input queue pushes`", String(totals.packets), ...counts("input queue pushes")],
    ["hops: `link flits`", String(totals.hops), ...counts("link flits")],
    ["synapse energy [nJ]", nJ(totals.energy_j.synapse * 1e12), ...both("synaptic additions")],
    ["soma energy: `requantisations` [nJ]", nJ(totals.energy_j.soma * 1e12), ...both("requantisations")],
    [
      "network energy: packets and hops [nJ]",
      nJ(totals.energy_j.network * 1e12),
      ...[priced, own].map((run) => nJ((row(run, "input queue pushes").energyPj as number) + (row(run, "link flits").energyPj as number))),
    ],
    ["memories, clock, leakage, routers [nJ]", "-", ...rest],
    ["total [nJ]", nJ(totals.energy_j.total * 1e12), ...metric("energy_uj_per_inference", (value) => nJ(value * 1e6))],
    [
      "time [µs]",
      `${(totals.time_s.simple * 1e6).toFixed(2)} simple, ${(totals.time_s.flit * 1e6).toFixed(2)} flit`,
      ...metric("latency_us", (value) => value.toFixed(2)),
    ],
  ];
  return markdownTable(["40 steps", "`quad.sanafe.yaml`", "`quad-prices.yaml`", "`quad.yaml`"], rows);
}

if (process.argv[2] === "--network") await writeNetwork();
writePassage({ page: "docs/sanafe.md", mark: "both", text: table() });
