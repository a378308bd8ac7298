/**
 * Folds the comments of a source to 120 columns: it refills only paragraphs with a wider line. Code, and comments
 * beside code, are not touched. Pure.
 */
const COLUMNS = 120;

/** A line that begins a paragraph of its own. */
const BEGINS = /^(@|[-*] |\d+\. |[A-Z][A-Za-z ]{0,24}: |\||```)/;
/** Two blanks within a line: a drawing, a table or code, which keeps its lines. */
const DRAWN = /\S {2,}\S|^\|/;

interface Comment {
  /** Number of its lines in the source. */
  readonly lines: number;
  readonly indent: string;
  /** Text before every line after the indent, `//` or ` *`. */
  readonly mark: "//" | " *";
  readonly text: readonly string[];
}

export function foldedComments(source: string): string {
  const lines = source.split("\n");
  const out: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const comment = blockAt(lines, at) ?? runAt(lines, at);
    if (comment === null || lines.slice(at, at + comment.lines).every((line) => line.length <= COLUMNS)) {
      out.push(...lines.slice(at, at + (comment?.lines ?? 1)));
      at += comment?.lines ?? 1;
      continue;
    }
    out.push(...written(comment));
    at += comment.lines;
  }
  return out.join("\n");
}

/** A block comment that begins at this line and shares no line with code. */
function blockAt(lines: readonly string[], at: number): Comment | null {
  const [, indent = "", first = ""] = /^(\s*)\/\*\*(.*)$/.exec(lines[at]) ?? [];
  if (!/^\s*\/\*\*/.test(lines[at])) return null;
  let end = at;
  while (end < lines.length && !lines[end].includes("*/")) end++;
  if (end === lines.length || !lines[end].trimEnd().endsWith("*/")) return null;
  const body = [first, ...lines.slice(at + 1, end + 1).map((line) => line.replace(/^\s*\*(?!\/)/, ""))];
  body[body.length - 1] = body[body.length - 1].replace(/\s*\*\/\s*$/, "");
  const text = body.map((line) => line.replace(/^ /, "").trimEnd());
  while (text.length > 0 && text[0] === "") text.shift();
  while (text.length > 0 && text[text.length - 1] === "") text.pop();
  return { lines: end - at + 1, indent, mark: " *", text };
}

/** Lines of one indent that begin with `// `. */
function runAt(lines: readonly string[], at: number): Comment | null {
  const [, indent] = /^(\s*)\/\/ /.exec(lines[at]) ?? [];
  if (indent === undefined) return null;
  let end = at;
  while (end < lines.length && lines[end].startsWith(`${indent}// `)) end++;
  return { lines: end - at, indent, mark: "//", text: lines.slice(at, end).map((line) => line.slice(indent.length + 3)) };
}

function written({ indent, mark, text }: Comment): readonly string[] {
  const room = COLUMNS - indent.length - mark.length - 1;
  const filled = paragraphsOf(text).flatMap((lines) =>
    lines.every((line) => line.length <= room) || lines.some((line) => DRAWN.test(line)) ? lines : fill(lines, room),
  );
  const marked = filled.map((line) => (line === "" ? indent + mark : `${indent}${mark} ${line}`));
  return mark === "//" ? marked : [`${indent}/**`, ...marked, `${indent} */`];
}

function paragraphsOf(text: readonly string[]): readonly (readonly string[])[] {
  const paragraphs: string[][] = [];
  text.forEach((line, i) => {
    const begins = i === 0 || line === "" || text[i - 1] === "" || BEGINS.test(line);
    if (begins) paragraphs.push([line]);
    else paragraphs[paragraphs.length - 1].push(line);
  });
  return paragraphs;
}

/** Fills lines of at most `room` characters with the words; all lines after the first get the second line's indent. */
function fill(lines: readonly string[], room: number): readonly string[] {
  const edge = /^\s*/.exec(lines[1] ?? "")?.[0] ?? "";
  const words = lines.join(" ").trim().split(/\s+/);
  const out: string[] = [/^\s*/.exec(lines[0])?.[0] ?? ""];
  for (const word of words) {
    const last = out[out.length - 1];
    if (last.trim() !== "" && last.length + 1 + word.length > room) out.push(edge + word);
    else out[out.length - 1] = last.trim() === "" ? last + word : `${last} ${word}`;
  }
  return out;
}
