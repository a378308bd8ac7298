/**
 * Documents descriptions of coupled chips: a page of their keys, and a JSON Schema for editors, both from the schemas
 * that check them.
 */
import type { Json } from "../../base/hash.js";
import { scalarPaths } from "../issues.js";
import { inPlaceSweep, type Mutable, plain, sweepable } from "../json-schema.js";
import { isLeftOutByNull } from "../left-out.js";
import { shippedCoupledChip } from "../parse.js";
import { domainSchema, sweepSchema } from "../schema.js";
import { type Node, valuesOf } from "../schema-values.js";
import { FIXED_KEYS } from "./coupled-kind.js";
import { COUPLED_KINDS } from "./registry.js";

/** One alternative per model. No key is required: missing keys come from the chip that the description extends. */
export function coupledJsonSchema(): Json {
  const alternatives = Object.entries(COUPLED_KINDS).map(([model, { described }]): Mutable => {
    const { properties, ...rest } = sweepable(plain(described())) as { properties: Mutable } & Mutable;
    const extend = { type: "string", description: `shipped chip (${model}) or a file beside this one` };
    return { ...rest, title: model, properties: { ...properties, extends: extend, sweep: plain(sweepSchema) }, required: ["version"] };
  });
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "snn-dse description of a coupled chip: its parameters, workload, sweep",
    anyOf: alternatives,
    $defs: { inPlaceSweep: inPlaceSweep(plain(domainSchema)) },
  } as Json;
}

interface Row {
  readonly path: string;
  readonly values: string;
  readonly about: string;
  readonly shipped: string[];
}

/** The section of the page: one row per key, with the values of the shipped chips; workload last. */
export function coupledReference(): string {
  const rows = new Map<string, Row>();
  for (const [model, { described }] of Object.entries(COUPLED_KINDS)) {
    const visit = (node: Node, path: string, value: unknown): void => {
      if (FIXED_KEYS.includes(path)) return;
      const { properties, items } = (node.anyOf ?? []).find((option) => option.properties !== undefined) ?? node;
      if (properties !== undefined) {
        const inner = (key: string): unknown => (value as { readonly [key: string]: unknown } | undefined | null)?.[key];
        for (const [key, child] of Object.entries(properties)) visit(child, path === "" ? key : `${path}.${key}`, inner(key));
      } else if (items !== undefined) visit(items as Node, `${path}.0`, (value as readonly unknown[])[0]);
      else {
        const [values, about] = [valuesOf(node), node.description ?? ""];
        const row = rows.get(path + about) ?? { path, values, about, shipped: [] };
        rows.set(path + about, row);
        row.shipped.push(`${model} ${value === undefined ? "-" : String(value)}`);
      }
    };
    visit(plain(described()) as Node, "", shippedCoupledChip(model));
  }
  const isWorkload = ({ path }: Row): boolean => path.startsWith("workload.");
  const all = [...rows.values()];
  const lines = [...all.filter((row) => !isWorkload(row)), ...all.filter(isWorkload)].map(
    (row) => `| \`${row.path}\` | ${row.values} | ${isWorkload(row) ? "" : row.shipped.join(", ")} | ${row.about} |`,
  );
  return `${HEAD}${lines.join("\n")}\n`;
}

/** Keys of coupled chips that `null` takes away. */
export function coupledRemovable(): string {
  const paths = Object.values(COUPLED_KINDS).flatMap(({ described, keyAt }) =>
    scalarPaths(described())
      .flatMap((path) => {
        const keys = path.split(".");
        return keys.map((_, k) => keys.slice(0, k + 1));
      })
      .filter((keys) => isLeftOutByNull(keyAt(keys))),
  );
  return [...new Set(paths.map((keys) => `\`${keys.join(".")}\``))].join(" and ");
}

const HEAD = `## Coupled chips

On a coupled chip time decides what is computed: events in order of arrival, full queues that drop, missed ticks. Each of these chips has its own core model and its own description. \`model:\` names the core model (${Object.keys(
  COUPLED_KINDS,
)
  .map((model) => `\`${model}\``)
  .join(
    ", ",
  )}); the other keys are the numbers that the model leaves open. \`extends: tinyodin\` starts from a shipped chip (\`truenorth-like\` is a \`ranc\` with prices). \`sweep:\` and searched values work as above. \`snn-dse check\`, \`sim\`, \`sweep\`, \`pareto\`, \`report\`, \`show\` and \`reproduce\` take such files.

\`\`\`yaml
version: 1
extends: tinyodin
neurons: 64
event_queue: { depth: { sweep: [4, 16, 128] } }
output_link: { ack_up_delay_cycles: { sweep: [0, 16] } }
workload: { synthetic: { seed: 1, events: 50, density: 0.2, gap_cycles: 200 }, limit_cycles: 100000 }
sweep:
  objectives: { latency_cycles: min, events_dropped: min }
\`\`\`

- Function and time come from one run, so there is no trained network and no accuracy. Inputs are drawn by seed to fit the size of the chip and the widths of its registers (\`workload.synthetic\`), or are those of a conformance case (\`workload.case\`: a folder beside the file; the case's registers are not read, because the description replaces them).
- Metrics: \`latency_cycles\` (until no work is left; unknown if \`limit_cycles\` is reached first; the ticks of a synthetic \`ranc\` come as fast as its cores can sweep, with \`power:\` every \`power.tick_cycles\` cycles, and end with the fourth after the last event), \`spikes_fired\`, \`events_processed\`, \`events_dropped\`, \`synaptic_operations_per_inference\`, \`core_utilisation_percent\`; with \`power:\` also time, power and energy. What has no price or clock is unknown, never 0: a run with ODIN's bistability has no energy, because no source prices it, and no run of SNE without leakage and power of the clock (\`power.leakage_uw\`, \`power.idle_uw_per_mhz\`), which no source has apart; neurons that a virtual event or a time reference updates are charged as synaptic operations, which is at most what they cost. Prices are those of one chip as a whole and state no error, so no number has an interval; \`check\` and \`sim\` warn of sizes that they do not follow. Area is unknown, because these chips are not built from library components.
- Shipped examples: \`arch/examples/tinyodin-fifo.yaml\`, \`odin-clock.yaml\`, \`ranc-grid.yaml\`. \`snn-dse conform\` compares the models with recorded RTL runs.

| key | values | shipped | meaning |
|---|---|---|---|
`;
