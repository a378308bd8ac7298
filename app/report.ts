/** Makes the report of a study as one page. Effects: reads the database and the browser builds of Vega. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { MarkupText } from "../base/escape/markup.js";
import type { TexText } from "../base/escape/tex.js";
import { packageRoot, packageVersion } from "../base/package-root.js";
import {
  reportData as dataOf,
  type LivePage,
  methodsTex,
  type PageLibraries,
  type RecordedPoint,
  type ReportData,
  reportPage,
  USUAL_DRAWS,
} from "../sweeps/index.js";
import { demandGiven } from "./checked-options.js";
import { frontConfidence } from "./confidence.js";
import { withStore } from "./stored.js";
import type { DrawOptions } from "./uncertainty.js";

export type { RecordedPoint, ReportData } from "../sweeps/index.js";
export { recordedPoint } from "./recorded-run.js";

/**
 * Collects what the report shows: points, front, history, breakdowns, importance, provenance.
 *
 * @param draws how prices, samples and utterances are drawn to find how sure the front is; null: not drawn; `usual`:
 * 1,000 times, fewer above 1,000 points, and none above 5,000 points
 * @param recorded result of `recordedPoint`, which is drawn over time
 * @throws InputError if the database holds no study, or draws or seed are out of range
 */
export function reportData(
  database: string,
  draws: DrawOptions | null | "usual" = "usual",
  recorded: RecordedPoint | null = null,
): ReportData {
  return withStore(database, (store) => {
    const asked = draws === "usual" ? usualDraws(store.size()) : draws;
    return dataOf(store, asked === null ? null : frontConfidence(store, asked), recorded);
  });
}

/** Above this many points, the draws would keep a reader waiting for minutes. */
const MOST_DRAWN_POINTS = 5000;

/** At most about a million values of each metric. */
const usualDraws = (points: number): DrawOptions | null =>
  points > MOST_DRAWN_POINTS ? null : { draws: Math.min(USUAL_DRAWS, Math.floor(1e6 / points)) };

/**
 * The report as one HTML page that needs no network: linked plots, breakdowns, importance, table, methods, provenance.
 *
 * @param source a database, or the result of `reportData`
 * @throws InputError if the database holds no study
 */
export function report(source: string | ReportData): MarkupText {
  return pageOf(dataIn("report", source, "usual"), null);
}

/** The report for a server while the search runs: the page requests `events`, from message `from` on. */
export const liveReport = (data: ReportData, from: number): MarkupText => pageOf(data, { from });

const pageOf = (data: ReportData, live: LivePage | null): MarkupText => reportPage(data, libraries(), `snn-dse ${packageVersion()}`, live);

/**
 * The report's methods section as LaTeX for a paper: what was searched and fixed, sampler, budget, seed, checksums of
 * model and data, and the sources of prices.
 *
 * @param source a database, or what `reportData` gave
 * @throws InputError where the database holds no study
 */
export function reportMethods(source: string | ReportData): TexText {
  return methodsTex(dataIn("reportMethods", source, null));
}

function dataIn(caller: string, source: string | ReportData, draws: DrawOptions | null | "usual"): ReportData {
  if (typeof source === "string") return reportData(source, draws);
  demandGiven(caller, source, "study", "reportData");
  return source;
}

/** Browser builds of libraries in this package. */
function libraries(): PageLibraries {
  const build = (file: string): string => readFileSync(join(packageRoot(), "dist", "vega", file), "utf8");
  return { vega: build("vega.min.js"), vegaLite: build("vega-lite.min.js"), interpreter: build("vega-interpreter.js") };
}
