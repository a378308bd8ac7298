/** A NIR file made runnable: read strictly, opened, shapes inferred, scheduled; with a report of what was understood and what was assumed. */
import { inputError } from "../../../arch/index.js";
import { delaySteps } from "./connections.js";
import { type FlatGraph, flattenHierarchy } from "./flatten-hierarchy.js";
import type { NirFile } from "./graph.js";
import { refractorySteps } from "./neuron-models.js";
import type { NirOptions } from "./options.js";
import { readNir } from "./read.js";
import { type Schedule, scheduleGraph } from "./schedule.js";
import { arrayOf, inferShapes, type NodeShapes, shapeText, sizeOf } from "./shapes.js";

export interface ImportedNir {
  readonly graph: FlatGraph;
  readonly shapes: ReadonlyMap<string, NodeShapes>;
  readonly schedule: Schedule;
  readonly options: NirOptions;
  /** Delay nodes of at least one step: their output is known before their input. */
  readonly holds: ReadonlySet<string>;
  readonly report: ImportReport;
}

export interface ImportReport {
  readonly file: string;
  readonly version: string;
  readonly nodes: readonly {
    readonly name: string;
    readonly type: string;
    readonly input: string;
    readonly output: string;
    readonly parameters: number;
  }[];
  readonly edges: readonly { readonly from: string; readonly to: string; readonly delayedSteps: number }[];
  /** What the file does not say and was taken from the options or by convention. */
  readonly assumed: readonly string[];
  readonly warnings: readonly string[];
}

/** Reads and prepares the file at `path`. Throws: InputError. */
export async function importNir(path: string, options: NirOptions): Promise<ImportedNir> {
  return prepareNir(await readNir(path), path, options);
}

/** Prepares a graph that is already in memory. Throws: InputError with every problem of shapes. */
export function prepareNir(file: NirFile, name: string, options: NirOptions): ImportedNir {
  if (!(options.dtSeconds > 0)) throw inputError("nir_dt", `got ${options.dtSeconds}, expected seconds above 0`, "e.g. 1e-4");
  const graph = flattenHierarchy(file.graph, name);
  const { nodes: shapes, warnings } = inferShapes(graph, name);
  const holds = new Set<string>();
  const rounded: string[] = [];
  for (const [node, { type }] of graph.nodes) {
    if (type !== "Delay") continue;
    const steps = delaySteps(graph.nodes.get(node)!, sizeOf(shapes.get(node)!.input), options);
    if (steps.some((s) => s < 0)) throw inputError(name, "a delay is negative", "", node);
    if (steps.every((s) => s >= 1)) holds.add(node);
    const { data } = arrayOf(graph.nodes.get(node)!, "delay");
    if (data.some((d) => Math.abs(d / options.dtSeconds - Math.round(d / options.dtSeconds)) > 1e-6))
      rounded.push(`${node}: delays rounded to whole steps of ${options.dtSeconds} s`);
  }
  const schedule = scheduleGraph(graph, holds, name);
  const delayed = new Set(schedule.delayedEdges.map(({ from, to }) => JSON.stringify([from, to])));
  const report: ImportReport = {
    file: name,
    version: file.version,
    nodes: [...graph.nodes].map(([node, { type, fields }]) => ({
      name: node,
      type,
      input: shapeText(shapes.get(node)!.input),
      output: shapeText(shapes.get(node)!.output),
      parameters: ["weight", "bias"].reduce(
        (sum, field) => sum + (fields.has(field) ? arrayOf(graph.nodes.get(node)!, field).data.length : 0),
        0,
      ),
    })),
    edges: graph.edges.map(({ from, to }) => ({ from, to, delayedSteps: delayed.has(JSON.stringify([from, to])) ? 1 : 0 })),
    assumed: assumptions(graph, options, schedule),
    warnings: [...warnings, ...rounded, ...unused(graph, options)],
  };
  return { graph, shapes, schedule, options, holds, report };
}

function assumptions(graph: FlatGraph, options: NirOptions, schedule: Schedule): string[] {
  const types = new Set([...graph.nodes.values()].map((node) => node.type));
  const some = (...wanted: string[]): boolean => wanted.some((type) => types.has(type));
  const lines = [`time step ${options.dtSeconds} s`];
  if (some("LI", "LIF", "CubaLI", "CubaLIF")) lines.push(`integration: ${options.scheme}`);
  if (some("IF", "LIF", "CubaLIF")) lines.push(`reset: ${options.reset}`, "threshold: strictly above");
  const pause = refractorySteps(options);
  if (some("IF", "LIF", "CubaLIF"))
    lines.push(pause === 0 ? "no refractory period" : `refractory period: ${pause} steps (${options.refractorySeconds} s)`);
  if (some("CubaLI", "CubaLIF")) lines.push("current before voltage: the voltage sees the new current");
  if (some("I", "IF")) lines.push(`gain of I and IF a step: ${options.integratorGain === "unit" ? "1 (r as it is)" : "dt"}`);
  const noReset = [...graph.nodes]
    .filter(([, node]) => node.fields.has("v_threshold") && !node.fields.has("v_reset"))
    .map(([name]) => name);
  if (noReset.length > 0) lines.push(`v_reset absent, taken as 0: ${noReset.join(", ")}`);
  for (const { from, to } of schedule.delayedEdges) lines.push(`recurrent edge ${from} -> ${to} carries the step before`);
  const targets = graph.edges.map((edge) => edge.to);
  const summed = [...new Set(targets.filter((to, i) => targets.indexOf(to) !== i))];
  if (summed.length > 0) lines.push(`several edges into one node add up: ${summed.sort().join(", ")}`);
  return lines;
}

/** Parts of the file that the options leave without effect, and nodes that nothing reaches. */
function unused(graph: FlatGraph, options: NirOptions): string[] {
  const lines: string[] = [];
  if (options.reset !== "zero") {
    const set = [...graph.nodes].filter(([, { fields }]) => {
      const value = fields.get("v_reset");
      return value !== undefined && typeof value !== "string" && value.data.some((v) => v !== 0);
    });
    if (set.length > 0) lines.push(`v_reset is not used by reset ${options.reset}: ${set.map(([name]) => name).join(", ")}`);
  }
  for (const [name, node] of graph.nodes) {
    if (node.type !== "Input" && !graph.edges.some((edge) => edge.to === name))
      lines.push(`${name} (${node.type}) has no input: it gets zeros`);
    if (node.metadata.size > 0) lines.push(`${name}: metadata ${[...node.metadata.keys()].join(", ")} kept, not interpreted`);
  }
  return lines;
}

/** The report as lines of text. */
export function formatImportReport(report: ImportReport): string[] {
  const width = Math.max(4, ...report.nodes.map((node) => node.name.length));
  return [
    `${report.file}: NIR ${report.version}, ${report.nodes.length} nodes, ${report.edges.length} edges`,
    ...report.nodes.map(
      (n) =>
        `  ${n.name.padEnd(width)}  ${n.type.padEnd(9)} ${n.input} -> ${n.output}${n.parameters > 0 ? `, ${n.parameters} parameters` : ""}`,
    ),
    ...report.edges.map((e) => `  ${e.from} -> ${e.to}${e.delayedSteps > 0 ? " (one step later)" : ""}`),
    "assumed (not in the file):",
    ...report.assumed.map((line) => `  ${line}`),
    ...(report.warnings.length > 0 ? ["warnings:", ...report.warnings.map((line) => `  ${line}`)] : []),
  ];
}
