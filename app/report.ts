/** The report of a study as one page. Effects: reads the database and the browser builds of Vega. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { MarkupText } from "../base/escape/markup.js";
import { packageRoot } from "../base/package-root.js";
import { reportData as dataOf, type PageLibraries, type ReportData, reportPage } from "../sweeps/index.js";
import { packageVersion } from "./provenance.js";
import { withStore } from "./stored.js";

export type { ReportData } from "../sweeps/index.js";

/**
 * What the report shows: points, front, history, breakdowns, importance, provenance.
 *
 * @throws InputError where the database holds no study
 */
export function reportData(database: string): ReportData {
  return withStore(database, dataOf);
}

/**
 * The report as one HTML page that needs no network: linked plots, breakdowns, importance, table, methods, provenance.
 *
 * @param source a database, or what `reportData` gave
 * @throws InputError where the database holds no study
 */
export function report(source: string | ReportData): MarkupText {
  return reportPage(typeof source === "string" ? reportData(source) : source, libraries(), `snn-dse ${packageVersion()}`);
}

/** Builds for browsers, which the program brings along. */
function libraries(): PageLibraries {
  const build = (file: string): string => readFileSync(join(packageRoot(), "dist", "vega", file), "utf8");
  return { vega: build("vega.min.js"), vegaLite: build("vega-lite.min.js"), interpreter: build("vega-interpreter.js") };
}
