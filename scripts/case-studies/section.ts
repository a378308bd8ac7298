/** Writes a section of docs/case-studies.md and its figure. Effects: reads and writes the page, writes the figure. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../base/package-root.js";
import type { PlotSpec } from "../../base/plot/spec.js";
import { svg } from "../../base/plot/svg.js";
import { writePassage } from "../passages.js";

/** @throws Error if the page has no marks with that name */
export function writeSection(name: string, figure: PlotSpec, report: string): void {
  writeFileSync(join(packageRoot(), "docs/images", `case-${name}.svg`), svg(figure));
  writePassage({ page: "docs/case-studies.md", mark: name, text: `![${figure.title}](images/case-${name}.svg)\n\n${report}` });
}
