/**
 * Folds Markdown so that no line of prose is over 120 columns: paragraphs and items with such a line are filled anew
 * without a change of meaning. Code, tables, headings, markup and front matter stay as they are; so does a word, a link
 * or a span of code that is longer than a line. Pure.
 */
const COLUMNS = 120;
/** Spans of code and links up to this length are not broken but go to the next line as a whole. */
const LONGEST_SPAN = 100;
const PIECES = /(?:`+[^`]*`+|!?\[[^\]]*\]\([^)\s]*\)|\S)+/g;

/** Lines that are not running text: tables, headings, markup, containers, link definitions, empty lines. */
const APART = /^\s*(\||#{1,6} |<[a-zA-Z/!]|:::|\[[^\]]+\]: )|^\s*$/;
const FENCE = /^\s*(?:>\s?)*(```|~~~)/;
const ITEM = /^\s*(?:>\s?)*(?:[-*+]|\d+[.)])\s/;
/** Words that are markup at the beginning of a line. */
const SIGN = /^([-+*]|#{1,6}|>.*|\d+[.)]|\|.*|=+|-+|:::.*|```.*|~~~.*|<[a-zA-Z/!].*)$/;

export function foldedMarkdown(text: string): string {
  const lines = text.split("\n");
  const out: string[] = [];
  let at = lines[0] === "---" ? lines.indexOf("---", 1) + 1 : 0;
  out.push(...lines.slice(0, at));
  let fence = "";
  while (at < lines.length) {
    const line = lines[at];
    const mark = FENCE.exec(line)?.[1] ?? "";
    const isCode = fence !== "" || mark !== "" || (/^ {4}/.test(line) && (lines[at - 1] ?? "").trim() === "");
    if (mark !== "") fence = fence === "" ? mark : fence === mark ? "" : fence;
    if (isCode || APART.test(line)) {
      out.push(line);
      at++;
      continue;
    }
    let end = at + 1;
    while (end < lines.length && goesOn(line, lines[end])) end++;
    out.push(...paragraph(lines.slice(at, end)));
    at = end;
  }
  return out.join("\n");
}

const isQuote = (line: string): boolean => /^\s*>/.test(line);

const goesOn = (first: string, line: string): boolean =>
  !APART.test(line) && !FENCE.test(line) && !ITEM.test(line) && isQuote(line) === isQuote(first);

function paragraph(lines: readonly string[]): readonly string[] {
  const isBroken = lines.slice(0, -1).some((line) => /( {2}|\\)$/.test(line));
  if (isBroken || lines.every((line) => line.length <= COLUMNS)) return lines;
  const [, lead = "", item = ""] = /^(\s*(?:>\s?)*)((?:[-*+]|\d+[.)])\s+)?/.exec(lines[0]) ?? [];
  const rest = lead + " ".repeat(item.length);
  const own = lines.slice(1).map((line) => line.replace(isQuote(lines[0]) ? /^\s*(?:>\s?)*/ : /^\s*/, ""));
  const words = [lines[0].slice(lead.length + item.length), ...own].join(" ").match(PIECES) ?? [];
  return filled(
    words.flatMap((word) => (word.length > LONGEST_SPAN ? word.split(/\s+/) : [word])),
    lead + item,
    rest,
  );
}

/** Fills lines with words; no line begins with a word that would be markup there. */
function filled(words: readonly string[], first: string, rest: string): readonly string[] {
  const lines: string[][] = [[]];
  const width = (line: readonly string[], row: number): number => (row === 0 ? first : rest).length + line.join(" ").length;
  for (const word of words) {
    const line = lines[lines.length - 1];
    if (line.length === 0 || width([...line, word], lines.length - 1) <= COLUMNS) line.push(word);
    else {
      const next = [word];
      while (SIGN.test(next[0]) && line.length > 1) next.unshift(line.pop() ?? "");
      lines.push(next);
    }
  }
  return lines.map((line, row) => (row === 0 ? first : rest) + line.join(" "));
}
