/** The filter of LaTeX: text in a paragraph, and text in a comment. Pure. */
import { type Filtered, weaver } from "./filtered.js";

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
  '"': "''",
  "–": "--",
  "²": "\\textsuperscript{2}",
};

/** Letters from À to ſ that the fonts of an article without packages (encoding OT1) do not have. */
const ABSENT = "ÐÞðþĄąĐđĘęĦħĮįĸĿŀŉŊŋŦŧŲųſ";

/**
 * Escapes characters that TeX reads as commands. Letters that pdflatex cannot set without further packages become
 * question marks.
 */
export function texText(text: string): TexText {
  return Array.from(text, (c) => {
    if (Object.hasOwn(SPECIAL, c)) return SPECIAL[c];
    if ("&%#_".includes(c)) return `\\${c}`;
    const code = c.codePointAt(0) as number;
    if (code < 0x20) return " ";
    return code < 0x7f || (code >= 0xc0 && code <= 0x17f && !ABSENT.includes(c)) ? c : "?";
  }).join("") as TexText;
}

/** One line of a comment, in ASCII, which no text can end. */
export function texComment(text: string): TexText {
  const ascii: { readonly [character: string]: string } = { µ: "u", "²": "2", "·": " ", "–": "-" };
  return Array.from(text.replace(/\s+/g, " "), (c) => ascii[c] ?? (c < " " || c > "~" ? "?" : c)).join("") as TexText;
}

/** The program's own commands with filtered values. */
export const tex = weaver<TexText>();
