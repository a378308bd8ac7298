/** `coupled`: a chip whose time feeds back into function, on recorded or synthetic inputs, over all combinations of some values. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type CoupledChip, parseCoupledChip, patchCoupledChip } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { packageRoot } from "../base/package-root.js";
import { type CoupledInput, type CoupledMetrics, runCoupled } from "../sim/recorded/index.js";
import { caseFiles } from "./case-files.js";
import type { Look } from "./format/style.js";
import { tableLines } from "./format/table.js";
import { readYamlText } from "./load.js";

type Value = string | number | boolean;
export type Values = { readonly [path: string]: Value };
export interface CoupledPoint {
  readonly values: Values;
  readonly metrics: CoupledMetrics;
}

const MAX_POINTS = 10_000;

/** A description file, or a shipped chip by name. */
export function readCoupledChip(name: string): CoupledChip {
  const shipped = join(packageRoot(), "arch", "chips", `${name}.yaml`);
  const file = !name.includes("/") && existsSync(shipped) ? shipped : name;
  return parseCoupledChip(readYamlText(file), name);
}

export function readCase(folder: string): CoupledInput {
  return { kind: "case", files: caseFiles(folder), limitCycles: null };
}

function readValue(text: string): Value {
  if (text === "true" || text === "false") return text === "true";
  return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** `path=v1,v2,...` as the path and its values. */
function assignment(text: string, option: string): readonly [string, readonly Value[]] {
  const at = text.indexOf("=");
  if (at < 1 || at === text.length - 1)
    throw inputError(option, `got ${JSON.stringify(text)}, expected path=value`, "e.g. event_queue.depth=16");
  return [
    text.slice(0, at),
    text
      .slice(at + 1)
      .split(",")
      .map(readValue),
  ];
}

/** Every combination of the varied values, the first path slowest, over the set ones. */
export function pointsOf(sets: readonly string[], varied: readonly string[]): Values[] {
  const fixed = Object.fromEntries(sets.map((text) => assignment(text, "--set")).map(([path, values]) => [path, values[0]]));
  const axes = varied.map((text) => assignment(text, "--vary"));
  const count = axes.reduce((product, [, values]) => product * values.length, 1);
  if (count > MAX_POINTS) throw inputError("--vary", `${count} combinations, at most ${MAX_POINTS} are run`);
  return axes.reduce<Values[]>(
    (points, [path, values]) => points.flatMap((point) => values.map((value) => ({ ...point, [path]: value }))),
    [fixed],
  );
}

export function runPoint(chip: CoupledChip, input: CoupledInput, values: Values): CoupledPoint {
  return { values, metrics: runCoupled(chip, input, (point) => patchCoupledChip(point, values)) };
}

/** Metrics that differ between points, or all of one point. */
export function pointLines(points: readonly CoupledPoint[], look: Look): string[] {
  const names = Object.keys(points[0]?.metrics ?? {});
  const only = points[0];
  if (points.length === 1 && only !== undefined) {
    const columns = [
      { title: "metric", align: "left" },
      { title: "value", align: "right" },
    ] as const;
    return tableLines(
      look,
      columns,
      names.map((name) => [name, String(only.metrics[name])]),
    );
  }
  const paths = Object.keys(only?.values ?? {});
  const differing = names.filter((name) => points.some((point) => point.metrics[name] !== only?.metrics[name]));
  const columns = [...paths, ...differing].map((title) => ({ title, align: "right" as const }));
  const cells = points.map((point) => [
    ...paths.map((path) => String(point.values[path])),
    ...differing.map((name) => String(point.metrics[name] ?? 0)),
  ]);
  return tableLines(look, columns, cells);
}
