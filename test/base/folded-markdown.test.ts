/** Folding keeps the meaning of prose, in lines of at most 120 columns. */
import { expect, test } from "vitest";
import { foldedMarkdown } from "../../base/folded-markdown.js";
import { createRng } from "../../base/rng.js";

const long = (words: number, word = "spikes"): string => Array.from({ length: words }, (_, i) => `${word}${i}`).join(" ");
const widest = (text: string): number => Math.max(...text.split("\n").map((line) => line.length));

test("paragraphs, items and quotations are filled to 120 columns with the same words, and their lines keep their edge", () => {
  for (const [first, rest] of [
    ["", ""],
    ["- ", "  "],
    ["  12. ", "      "],
    ["> ", "> "],
  ]) {
    const folded = foldedMarkdown(`${first}${long(60)}\n${rest}and ${long(3)}\n`)
      .trimEnd()
      .split("\n");
    expect(folded.length).toBeGreaterThan(4);
    expect(folded[0].startsWith(first)).toBe(true);
    expect(folded.slice(1).every((line) => line.startsWith(rest) && line[rest.length] !== " ")).toBe(true);
    expect(widest(folded.join("\n"))).toBeLessThanOrEqual(120);
    const words = folded.map((line, i) => line.slice((i === 0 ? first : rest).length)).join(" ");
    expect(words).toBe(`${long(60)} and ${long(3)}`);
  }
});

test("code, tables, headings, markup and lines that are broken on purpose stay as they are; so does what fits", () => {
  for (const text of [
    `\`\`\`sh\n${long(40)}\n\`\`\``,
    `text\n\n    ${long(40)}`,
    `| a | b |\n|---|---|\n| ${long(30)} | 1 |`,
    `## ${long(40)}`,
    `<img alt="${long(40)}">`,
    `${long(10)}  \n${long(40)}`,
    `---\ntitle: ${long(40)}\n---\ntext`,
    "short\nlines\n- stay\n  as they are",
  ])
    expect(foldedMarkdown(text)).toBe(text);
});

test("a span of code or a link is not broken, only such a span makes a line too wide, and no line begins with markup", () => {
  const span = `\`${long(5, "key")}\``;
  expect(foldedMarkdown(`${long(13)} ${span} end`).split("\n")[1]).toBe(`${span} end`);
  const address = `https://example.org/${"x".repeat(130)}`;
  expect(foldedMarkdown(`see ${address} there`)).toBe(`see\n${address}\nthere`);
  const random = createRng(7, "signs");
  let signs = 0;
  for (let draw = 0; draw < 300; draw++) {
    const words = Array.from({ length: 80 }, (_, i) =>
      random.int(0, 3) === 0 ? ["-", "+", "#", "1.", ">", "|", "*"][random.int(0, 6)] : `word${i}`,
    );
    signs += words.filter((word) => !word.startsWith("word")).length;
    const folded = foldedMarkdown(`begin ${words.join(" ")}`);
    expect(folded.replaceAll("\n", " ")).toBe(`begin ${words.join(" ")}`);
    expect(foldedMarkdown(folded)).toBe(folded);
    expect(folded.split("\n").filter((line) => /^([-+*#>|]|1\.)( |$)/.test(line))).toEqual([]);
  }
  expect(signs).toBeGreaterThan(1000);
});
