/** Writes a section of docs/case-studies.md and its figure. Effects: reads and writes the page, writes the figure. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { foldedMarkdown } from "../../base/folded-markdown.js";
import { packageRoot } from "../../base/package-root.js";
import type { PlotSpec } from "../../base/plot/spec.js";
import { svg } from "../../base/plot/svg.js";

/** @throws Error if the page has no marks with that name */
export function writeSection(name: string, figure: PlotSpec, report: string): void {
  const page = join(packageRoot(), "docs/case-studies.md");
  const text = readFileSync(page, "utf8");
  const section = new RegExp(`(<!-- ${name}:begin -->\n)[\\s\\S]*(\n<!-- ${name}:end -->)`);
  if (!section.test(text)) throw new Error(`${page} has no section ${name}`);
  writeFileSync(join(packageRoot(), "docs/images", `case-${name}.svg`), svg(figure));
  const written = `![${figure.title}](images/case-${name}.svg)\n\n${report}`;
  writeFileSync(page, foldedMarkdown(text.replace(section, (_, begin, end) => `${begin}${written}${end}`)));
}
