/** The comparison of an RTL case with its model, as text. Pure. */
import type { ConformedCase } from "../../app/conform.js";

/** The lines for one case. */
export function caseLines(run: ConformedCase): string[] {
  const title = `${run.name}${run.design === null ? "" : ` (${run.design})`}`;
  if (run.result === null) return [`ERROR ${title}`, ...(run.problem ?? "").split("\n").map((line) => `      ${line}`)];
  const { unknownFiles, unrecordedFiles } = run.result;
  const ignored =
    (unknownFiles.length === 0 ? "" : `; not compared: ${unknownFiles.join(", ")}`) +
    (unrecordedFiles.length === 0 ? "" : `; not recorded: ${unrecordedFiles.join(", ")}`);
  const difference = run.result.firstDifference;
  if (difference === null) return [`OK    ${title}: ${run.result.compared} rows and values identical${ignored}`];
  const place = typeof difference.row === "number" ? `row ${difference.row}` : difference.row;
  return [
    `DIFF  ${title}: ${difference.file}, ${place}${ignored}`,
    `      expected ${difference.expected ?? "(end of file)"}`,
    `      got      ${difference.got ?? "(end of file)"}`,
  ];
}
