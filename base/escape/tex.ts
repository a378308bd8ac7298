/** The filter of LaTeX: text in a paragraph, and text in a comment. Pure. */
import { type Filtered, weaver } from "./filtered.js";

/** Text of a LaTeX file. */
export type TexText = Filtered<"tex">;

// Set in math mode, whose fonts every paper has: for symbols that text fonts lack, TeX would embed bitmap fonts.
const SPECIAL: { readonly [character: string]: string } = {
  "\\": "$\\backslash$",
  "~": "$\\sim$",
  "^": "$\\hat{\\ }$",
  "<": "$<$",
  ">": "$>$",
  "|": "$|$",
  "{": "$\\{$",
  "}": "$\\}$",
  $: "$\\mathdollar$",
  "×": "$\\times$",
  "÷": "$\\div$",
  µ: "$\\mu$",
  "·": "$\\cdot$",
  "–": "--",
  "²": "\\textsuperscript{2}",
  // At its beginning a text may follow a command that reads these as its own: `\\`, `\midrule`, `\item`.
  "[": "{[}",
  "]": "{]}",
  "*": "{*}",
};

/** Pairs that fonts print as one character: a dash, a quotation mark, ¿ or ¡. */
const LIGATURE = /^(?:--|``|''|,,|[?!]`)$/;

/** Letters from À to ſ that the fonts of an article without packages (encoding OT1) do not have. */
const ABSENT = "ÐÞðþĄąĐđĘęĦħĮįĸĿŀŉŊŋŦŧŲųſ";

/**
 * Escapes characters that TeX reads as commands or joins into others. Letters that pdflatex cannot set without further
 * packages become question marks.
 */
export function texText(text: string): TexText {
  const characters = Array.from(text);
  const printed = characters.map((character, i) => (character === '"' ? quoteAfter(characters[i - 1] ?? " ") : printedOf(character)));
  return printed
    .map((piece, i) => (LIGATURE.test(`${printed[i - 1]?.at(-1) ?? ""}${piece[0]}`) ? `{}${piece}` : piece))
    .join("")
    .replaceAll("$<$=", "$\\leq$") // as limits are printed: accuracy_percent >= 90
    .replaceAll("$>$=", "$\\geq$") as TexText;
}

/** A straight quotation mark opens at the beginning of a word. */
const quoteAfter = (before: string): string => (/[\s([{=/–-]/.test(before) ? "``" : "''");

function printedOf(character: string): string {
  if (Object.hasOwn(SPECIAL, character)) return SPECIAL[character];
  if ("&%#_".includes(character)) return `\\${character}`;
  const code = character.codePointAt(0) as number;
  if (code < 0x20) return " ";
  return code < 0x7f || (code >= 0xc0 && code <= 0x17f && !ABSENT.includes(character)) ? character : "?";
}

/** One line of a comment, in ASCII, which no text can end. */
export function texComment(text: string): TexText {
  const ascii: { readonly [character: string]: string } = { µ: "u", "²": "2", "·": " ", "–": "-" };
  return Array.from(text.replace(/\s+/g, " "), (c) => ascii[c] ?? (c < " " || c > "~" ? "?" : c)).join("") as TexText;
}

/** The program's own commands with filtered values. */
export const tex = weaver<TexText>();
