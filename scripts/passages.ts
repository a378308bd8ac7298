/**
 * Passages of documents that scripts write: the text between `<!-- MARK:begin -->` and `<!-- MARK:end -->`, on lines of
 * its own or in a cell of a table. Effects: reads and writes pages.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { foldedMarkdown } from "../base/folded-markdown.js";
import { packageRoot } from "../base/package-root.js";

/** A page as a path from the root, the name of its marks, and what stands between them. */
export interface Passage {
  readonly page: string;
  readonly mark: string;
  readonly text: string;
}

/**
 * A page before, between and after the marks; on lines of their own, they keep their lines. @throws Error if it has
 * none
 */
function around(page: string, mark: string): readonly [before: string, text: string, after: string] {
  const found = new RegExp(`^([^]*<!-- ${mark}:begin -->\\n?)([^]*?)(<!-- ${mark}:end -->[^]*)$`).exec(
    readFileSync(join(packageRoot(), page), "utf8"),
  );
  if (found === null) throw new Error(`${page} has no marks ${mark}:begin and ${mark}:end`);
  const [, before, text, after] = found;
  return [before, text.trimEnd(), before.endsWith("\n") ? `\n${after}` : after];
}

/** What stands between the marks. */
export const passageOf = (page: string, mark: string): string => around(page, mark)[1];

export function writePassage({ page, mark, text }: Passage): void {
  const [before, , after] = around(page, mark);
  writeFileSync(join(packageRoot(), page), foldedMarkdown(`${before}${text}${after}`));
}
