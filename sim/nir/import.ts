/**
 * Makes a NIR file runnable: reads it strictly, flattens it, infers shapes, schedules its nodes, and reports what it
 * contains and what had to be assumed.
 */

import { holdsOwnNetwork, NEAREST_PRIMITIVES, type NirFile, readNir } from "../../arch/index.js";
import { entry } from "../../base/entry.js";
import { inputError } from "../../base/errors.js";
import { powerOfTwo } from "../../base/math.js";
import { delaySteps } from "./connections.js";
import { flattenHierarchy, withoutRepeats } from "./flatten-hierarchy.js";
import { FIRES, refractorySteps } from "./neuron-models.js";
import type { NirOptions } from "./options.js";
import { type CheckedGraph, type ImportReport, reportOf } from "./report.js";
import { scheduleGraph } from "./schedule.js";
import { arrayOf, inferShapes, sizeOf } from "./shapes.js";

export interface ImportedNir extends CheckedGraph {
  /** Delay nodes of at least one step: their output is known before their input of the same step. */
  readonly holds: ReadonlySet<string>;
  readonly report: ImportReport;
}

/** Largest number of values in a Delay: 128 MiB of float64. */
const MOST_DELAYED = powerOfTwo(24);

/** Largest error of a number of steps by rounding of a file's float32, relative to it. */
const MOST_ROUNDING = 1e-6;
const isNearlyWhole = (steps: number): boolean => Math.abs(steps - Math.round(steps)) <= MOST_ROUNDING * Math.max(1, steps);

/** Reads and prepares the file at `path`. Throws: InputError. */
export async function importNir(path: string, options: NirOptions): Promise<ImportedNir> {
  return prepareNir(await readNir(path), path, options);
}

/** Prepares a graph that is already in memory. Throws: InputError with every problem of shapes. */
export function prepareNir(file: NirFile, name: string, options: NirOptions): ImportedNir {
  if (!(options.dtSeconds > 0 && options.dtSeconds < Number.POSITIVE_INFINITY))
    throw inputError("--dt", `got ${options.dtSeconds}, expected seconds above 0`, "e.g. 1e-4");
  const { graph, repeated } = withoutRepeats(flattenHierarchy(file.graph, name));
  const { nodes: shapes, warnings } = inferShapes(graph, name);
  const holds = new Set<string>();
  const rounded: string[] = [];
  for (const [node, { type }] of graph.nodes) {
    if (type !== "Delay") continue;
    const { data } = arrayOf(entry(graph.nodes, node), "delay");
    const count = sizeOf(entry(shapes, node).input);
    const longest = data.reduce((most, seconds) => Math.max(most, seconds)) / options.dtSeconds;
    if (!(longest * count <= MOST_DELAYED))
      throw inputError(name, `holds ${longest} steps of ${count} values, at most ${MOST_DELAYED} values are kept`, "a longer step", node);
    const steps = delaySteps(entry(graph.nodes, node), count, options);
    if (steps.every((s) => s >= 1)) holds.add(node);
    if (data.some((seconds) => !isNearlyWhole(seconds / options.dtSeconds)))
      rounded.push(`${node}: delays rounded to whole steps of ${options.dtSeconds} s`);
  }
  const { refractorySeconds, dtSeconds } = options;
  if (!isNearlyWhole(refractorySeconds / dtSeconds) && [...graph.nodes.values()].some(({ type }) => FIRES.has(type)))
    rounded.push(`a refractory period of ${refractorySeconds} s is rounded to ${refractorySteps(options)} steps of ${dtSeconds} s`);
  const schedule = scheduleGraph(graph, holds, name);
  const report = reportOf(name, file.version, { graph, shapes, schedule, options }, [
    ...repeated.map(({ from, to }) => `edge ${from} -> ${to} stands more than once, and counts once`),
    ...warnings,
    ...rounded,
    ...(holdsOwnNetwork(file) ? [NEAREST_PRIMITIVES] : []),
  ]);
  return { graph, shapes, schedule, options, holds, report };
}
