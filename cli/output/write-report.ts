/** Writes the report page of a database. Effects: reads the database, writes the page. */
import { basename, extname } from "node:path";
import { type ReportData, report, reportData } from "../../app/report.js";
import { writeWhole } from "../../base/write-file.js";
import { bytes, counted } from "../format/number.js";

/** Writes the page, by default into the folder of the database's other exports; returns a message. */
export function writeReport(database: string, out: string | null, data: ReportData = reportData(database)): string {
  const page = report(data);
  const file = out ?? `${basename(database, extname(database))}-report.html`;
  writeWhole(file, page);
  return `wrote ${file}: ${counted(data.points.id.length, "point")}, ${bytes(Buffer.byteLength(page))}`;
}
