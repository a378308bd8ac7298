/** Writes a section of docs/case-studies.md and its figure. Effects: reads and writes the page, writes the figure. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../base/package-root.js";
import type { PlotSpec } from "../../base/plot/spec.js";
import { svg } from "../../base/plot/svg.js";
import { writePassage } from "../passages.js";

/** `figure`: null if the section has none. @throws Error if the page has no marks with that name */
export function writeSection(name: string, figure: PlotSpec | null, report: string): void {
  if (figure !== null) writeFileSync(join(packageRoot(), "docs/images", `case-${name}.svg`), svg(figure));
  const shown = figure === null ? "" : `![${figure.title}](images/case-${name}.svg)\n\n`;
  writePassage({ page: "docs/case-studies.md", mark: name, text: shown + report });
}
