/** Comments hold to the width of a line, as documents do (`documents.test.ts`). */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../base/package-root.js";
import { sourcesIn } from "../scripts/documents.js";
import { foldedComments } from "../scripts/folded-comments.js";

const root = packageRoot();
const words = (count: number): string => Array.from({ length: count }, (_, i) => `word${i}`).join(" ");

test.for(["arch", "base", "sim", "training", "sweeps", "rtl", "app", "cli", "scripts", "test"])(
  "no comment of %s/ is wider than 120 columns where it could break: `npx tsx scripts/fold.ts` folds it",
  (room) => {
    const sources = sourcesIn(root, room);
    expect(sources.length).toBeGreaterThan(30);
    const wide = sources.filter((file) => {
      const text = readFileSync(join(root, file), "utf8");
      return foldedComments(text) !== text;
    });
    expect(wide).toEqual([]);
  },
);

describe("a comment that is too wide", () => {
  const folded = (text: string): readonly string[] => foldedComments(text).split("\n");

  test("becomes a block of lines of at most 120 columns with the same words, at its own indent", () => {
    const lines = folded(`  /** ${words(40)} */\n  const x = 1;`);
    expect(lines[0]).toBe("  /**");
    expect(lines.at(-2)).toBe("   */");
    expect(lines.at(-1)).toBe("  const x = 1;");
    const body = lines.slice(1, -2);
    expect(body.every((line) => line.startsWith("   * word") && line.length <= 120)).toBe(true);
    expect(body.map((line) => line.slice(5)).join(" ")).toBe(words(40));
    expect(folded(`    // ${words(40)}`).every((line) => line.startsWith("    // word") && line.length <= 120)).toBe(true);
  });

  test("keeps its paragraphs: empty lines, items, tags and words such as Source: begin one", () => {
    const lines = folded(`/**\n * ${words(30)}\n *\n * - item\n * Source: ${words(30)}\n * @throws Error\n */`);
    expect(lines.filter((line) => /^ \*$|^ \* (- item|Source: word0.*|@throws Error)$/.test(line))).toHaveLength(4);
  });

  test("that holds a table or a drawing, and what stands beside code stay as they are", () => {
    for (const text of [
      `/**\n * one   two ${words(30)}\n */`,
      `/**\n * | a | ${words(30)} |\n */`,
      `const x = 1; // ${words(30)}`,
      `/** ${words(5)} */`,
      `/** ${words(30)} */ const x = 1;`,
    ])
      expect(foldedComments(text)).toBe(text);
  });
});
