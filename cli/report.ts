/** Writes the report page of a database. Effects: reads the database and the browser builds of Vega, writes the page. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, extname, join } from "node:path";
import type { MarkupText } from "../base/escape/markup.js";
import { writeWhole } from "../base/write-file.js";
import { type PageLibraries, type ReportData, reportData, reportPage } from "../sweeps/index.js";
import { bytes } from "./format/number.js";
import { print, printContent, printJson } from "./print.js";
import { packageVersion } from "./provenance.js";
import { withStore } from "./stored.js";

/** The packages export their modules only; the browser builds lie beside them. */
function libraries(): PageLibraries {
  const { resolve } = createRequire(import.meta.url);
  const build = (module: string, file: string): string => readFileSync(join(dirname(resolve(module)), file), "utf8");
  return {
    vega: build("vega", "vega.min.js"),
    vegaLite: build("vega-lite", "vega-lite.min.js"),
    interpreter: build("vega-interpreter", "vega-interpreter.js"),
  };
}

export async function writeReport(database: string, options: { readonly out?: string; readonly json?: boolean }): Promise<void> {
  const data = withStore(database, reportData);
  if (options.json === true) {
    printJson(data);
    return;
  }
  if (options.out === "-") printContent(pageOf(data));
  else print(`${writeReportFile(database, options.out ?? null, data)}; open it in a browser`);
}

/** Writes the page, by default beside the database's other exports; returns what was written. */
export function writeReportFile(database: string, out: string | null, data = withStore(database, reportData)): string {
  const page = pageOf(data);
  const file = out ?? `${basename(database, extname(database))}-report.html`;
  writeWhole(file, page);
  return `wrote ${file}: ${data.points.id.length} points, ${bytes(Buffer.byteLength(page))}`;
}

function pageOf(data: ReportData): MarkupText {
  return reportPage(data, libraries(), `snn-dse ${packageVersion()}`);
}
