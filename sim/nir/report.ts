/**
 * Report on an imported NIR file: its nodes in the order of signal flow, what had to be assumed, and what looks wrong.
 */

import { LAVA_NEURONS, NEURON_TYPES, payloadText, takesResetValue } from "../../arch/index.js";
import { entry } from "../../base/entry.js";
import type { FlatGraph } from "./flatten-hierarchy.js";
import { FIRES, refractorySteps } from "./neuron-models.js";
import type { NirOptions } from "./options.js";
import { resetText } from "./reset.js";
import type { Schedule } from "./schedule.js";
import { arrayOf, type NodeShapes, shapeText } from "./shapes.js";

export interface ImportReport {
  readonly file: string;
  readonly version: string;
  /** In the order of computation. */
  readonly nodes: readonly {
    readonly name: string;
    readonly type: string;
    readonly input: string;
    readonly output: string;
    /** Number of weights and biases. */
    readonly parameters: number;
    /** Smallest and largest value of each other real parameter. */
    readonly ranges: readonly { readonly field: string; readonly low: number; readonly high: number }[];
  }[];
  readonly edges: readonly { readonly from: string; readonly to: string; readonly delayedSteps: number }[];
  /** What the file does not contain: values from the options, and conventions. */
  readonly assumed: readonly string[];
  readonly warnings: readonly string[];
}

/** A graph that has been read and checked. */
export interface CheckedGraph {
  readonly graph: FlatGraph;
  readonly shapes: ReadonlyMap<string, NodeShapes>;
  readonly schedule: Schedule;
  readonly options: NirOptions;
}

export function reportOf(file: string, version: string, checked: CheckedGraph, warnings: readonly string[]): ImportReport {
  const { graph, shapes, schedule, options } = checked;
  const at = new Map(schedule.order.map((name, i) => [name, i]));
  const place = (name: string): number => at.get(name) ?? 0;
  const delayed = new Set(schedule.delayedEdges.map(({ from, to }) => JSON.stringify([from, to])));
  const edges = [...graph.edges].sort((a, b) => place(a.from) - place(b.from) || place(a.to) - place(b.to));
  return {
    file,
    version,
    nodes: schedule.order.map((name) => nodeOf(name, graph, entry(shapes, name))),
    edges: edges.map(({ from, to }) => ({ from, to, delayedSteps: delayed.has(JSON.stringify([from, to])) ? 1 : 0 })),
    assumed: assumptions(graph, options, schedule),
    warnings: [...warnings, ...unstable(graph, options), ...unused(graph, options)],
  };
}

function nodeOf(name: string, graph: FlatGraph, { input, output }: NodeShapes): ImportReport["nodes"][number] {
  const { type, fields } = entry(graph.nodes, name);
  const held = ["weight", "bias"].flatMap((field) => (fields.has(field) ? [arrayOf(entry(graph.nodes, name), field).data.length] : []));
  const described = DESCRIBED.has(type) || NEURON_TYPES.has(type);
  const ranges = [...fields].flatMap(([field, value]) => {
    if (!described || typeof value === "string") return [];
    const { data } = value;
    return [{ field, low: data.reduce((a, b) => Math.min(a, b)), high: data.reduce((a, b) => Math.max(a, b)) }];
  });
  return {
    name,
    type,
    input: shapeText(input),
    output: shapeText(output),
    parameters: held.reduce((sum, count) => sum + count, 0),
    ranges,
  };
}

/** Types without weights that the report describes by their parameters. */
const DESCRIBED = new Set(["Scale", "Threshold", "Delay"]);

/**
 * Warnings about steps longer than a time constant. This is the usual sign of a wrong time step; beyond twice the
 * constant, Euler's values grow without bound.
 */
function unstable(graph: FlatGraph, { dtSeconds, scheme }: NirOptions): string[] {
  return [...graph.nodes].flatMap(([name, { fields }]) =>
    [...fields].flatMap(([field, value]) => {
      if (!field.startsWith("tau") || typeof value === "string") return [];
      const shortest = value.data.reduce((a, b) => Math.min(a, b));
      if (dtSeconds <= shortest) return [];
      const effect =
        scheme !== "euler"
          ? "within a step it decays almost completely"
          : dtSeconds > 2 * shortest
            ? "forward Euler does not settle: values grow without bound"
            : "forward Euler overshoots";
      return [`${name}: ${field} of ${tidy(shortest)} s is shorter than the time step of ${tidy(dtSeconds)} s: ${effect}`];
    }),
  );
}

/** What the voltage of CubaLI and CubaLIF sees, by scheme. */
const CURRENT: { readonly [scheme in NirOptions["scheme"]]: string } = {
  euler: "current before voltage: the voltage sees the new current",
  zoh: "current before voltage: the voltage sees the new current as if held over the step, which is earlier than the solution of both equations",
  exact: "current and voltage: both equations solved together",
};

function assumptions(graph: FlatGraph, options: NirOptions, schedule: Schedule): string[] {
  const types = new Set([...graph.nodes.values()].map((node) => node.type));
  const some = (...wanted: string[]): boolean => wanted.some((type) => types.has(type));
  if (some(...LAVA_NEURONS)) return ["a spike arrives one step after it was sent", ...lateIn(graph)];
  const lines = [`time step ${options.dtSeconds} s`];
  if (some("LI", "LIF", "CubaLI", "CubaLIF")) lines.push(`integration: ${options.scheme}`);
  if (some(...FIRES)) lines.push(`reset: ${resetText(graph, options.reset)}`, "threshold: strictly above");
  const pause = refractorySteps(options);
  if (some(...FIRES))
    lines.push(
      options.refractorySeconds === 0
        ? "no refractory period"
        : `refractory period: ${pause} ${pause === 1 ? "step" : "steps"} (${options.refractorySeconds} s)`,
    );
  if (some("CubaLI", "CubaLIF")) lines.push(CURRENT[options.scheme]);
  if (some("I", "IF")) lines.push(`gain of I and IF a step: ${options.integratorGain === "unit" ? "1 (r as it is)" : "dt"}`);
  for (const { field, value, of } of [
    { field: "v_reset", value: 0, of: "v_threshold" },
    { field: "w_in", value: 1, of: "tau_syn" },
  ]) {
    const without = [...graph.nodes].filter(([, { fields }]) => fields.has(of) && !fields.has(field)).map(([name]) => name);
    if (without.length > 0) lines.push(`${field} absent, taken as ${value}: ${without.join(", ")}`);
  }
  for (const { from, to } of schedule.delayedEdges) lines.push(`recurrent edge ${from} -> ${to} carries the step before`);
  const targets = graph.edges.map((edge) => edge.to);
  const summed = [...new Set(targets.filter((to, i) => targets.indexOf(to) !== i))];
  if (summed.length > 0) lines.push(`several edges into one node add up: ${summed.sort().join(", ")}`);
  return lines;
}

/** What the file leaves open about its neurons. */
function lateIn({ nodes }: FlatGraph): string[] {
  const lines: string[] = [];
  for (const [name, node] of nodes) {
    const value = (field: string): number => arrayOf(node, field).data[0];
    const payload = payloadText(node);
    if (payload !== null) lines.push(`values x of ${name} enter as ${payload}, to nearest`);
    if (node.type === "Loihi") {
      const steps = value("restart_steps");
      lines.push(steps === 0 ? "states never restart" : `states restart every ${steps} steps, each layer one step after the one before it`);
    }
    if (node.type === "SigmaDelta")
      lines.push(`fraction bits that a spike leaves out are ${value("keeps_remainder") === 1 ? "kept for a later one" : "lost"}`);
  }
  return [...new Set(lines)];
}

/** Types that a chip holds although they lead nowhere. */
const POPULATIONS = new Set([...NEURON_TYPES, "Input", "Output"]);

/** Names of the nodes whose values reach a population, over other nodes too. */
function reaching({ nodes, edges }: FlatGraph): ReadonlySet<string> {
  const found = new Set([...nodes].flatMap(([name, { type }]) => (POPULATIONS.has(type) ? [name] : [])));
  // a set's loop takes what is added to it meanwhile
  for (const name of found) for (const { from, to } of edges) if (to === name) found.add(from);
  return found;
}

/** Parts of the file on which the options have no effect, and nodes without sources or targets. */
function unused(graph: FlatGraph, options: NirOptions): string[] {
  const lines: string[] = [];
  if (!takesResetValue(options.reset)) {
    const set = [...graph.nodes].filter(([, { fields }]) => {
      const value = fields.get("v_reset");
      return value !== undefined && typeof value !== "string" && value.data.some((v) => v !== 0);
    });
    if (set.length > 0) lines.push(`v_reset is not used by reset ${options.reset}: ${set.map(([name]) => name).join(", ")}`);
  }
  const used = reaching(graph);
  for (const [name, node] of graph.nodes) {
    if (node.type !== "Input" && !graph.edges.some((edge) => edge.to === name))
      lines.push(`${name} (${node.type}) has no input: it gets only zeros`);
    if (!used.has(name)) lines.push(`${name} (${node.type}) leads nowhere: a chip leaves it out`);
    if (node.metadata.size > 0) lines.push(`${name}: metadata ${[...node.metadata.keys()].join(", ")} kept, not interpreted`);
  }
  return lines;
}

/** Version that `readLava` returns; Lava's files have none. */
const LAVA = "Lava";

/** The report as lines of text. */
export function formatImportReport(report: ImportReport): string[] {
  const rows = report.nodes.map((n) => [
    n.name,
    n.type,
    n.input === n.output ? n.output : `${n.input} -> ${n.output}`,
    [
      ...(n.parameters > 0 ? [`${n.parameters} parameters`] : []),
      ...n.ranges.map(({ field, low, high }) => `${field} ${tidy(low)}${low === high ? "" : `..${tidy(high)}`}`),
    ].join(", "),
  ]);
  const widths = [0, 1, 2].map((column) => rows.reduce((most, row) => Math.max(most, row[column].length), 4));
  return [
    `${report.file}: ${report.version === LAVA ? "network of Lava" : `NIR ${report.version}`}, ${report.nodes.length} nodes, ${report.edges.length} edges`,
    ...rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd()),
    "edges:",
    ...report.edges.map((e) => `  ${e.from} -> ${e.to}${e.delayedSteps > 0 ? " (one step later)" : ""}`),
    "assumed (not in the file):",
    ...report.assumed.map((line) => `  ${line}`),
    ...(report.warnings.length > 0 ? ["warnings:", ...report.warnings.map((line) => `  ${line}`)] : []),
  ];
}

function tidy(value: number): string {
  return String(Number(value.toPrecision(4)));
}
