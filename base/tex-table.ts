/**
 * Tables for LaTeX papers: booktabs rules, headers over several lines, at most as wide as their column, cut into parts
 * that fit on a page. They compile with pdflatex and the packages booktabs and graphicx, and use the paper's fonts.
 */
import { joined } from "./escape/filtered.js";
import { type TexText, tex, texText } from "./escape/tex.js";
import { COLUMNS, type ColumnName } from "./plot/spec.js";

interface TexTable {
  /** Plain text; a unit stands in parentheses at the end. */
  readonly titles: readonly string[];
  /** `S`: a column of siunitx, which aligns its numbers and prints its unit. */
  readonly align: readonly ("l" | "r" | "S")[];
  /** TeX, ready to print. */
  readonly rows: readonly (readonly TexText[])[];
  /** TeX. */
  readonly caption: TexText;
  /** For \\ref; null: none. */
  readonly label: string | null;
  /** A table that spans both columns of the page is a `table*`. */
  readonly column: ColumnName;
}

/** At 8 pt, this many rows with a caption and a header fill most of a page. */
const ROWS_A_PART = 45;
const LONGEST_LINE = 12;

/** Units as siunitx names them. */
const UNITS: { readonly [unit: string]: TexText } = {
  "%": tex`\\percent`,
  µJ: tex`\\micro\\joule`,
  pJ: tex`\\pico\\joule`,
  nJ·s: tex`\\nano\\joule\\second`,
  mW: tex`\\milli\\watt`,
  µs: tex`\\micro\\second`,
  "1/s": tex`\\per\\second`,
  "mm²": tex`\\milli\\metre\\squared`,
  mm: tex`\\milli\\metre`,
  nm: tex`\\nano\\metre`,
  MHz: tex`\\mega\\hertz`,
  V: tex`\\volt`,
  K: tex`\\kelvin`,
  KiB: tex`\\kibi\\byte`,
  bit: tex`\\bit`,
};

function unitLine(line: string, align: "l" | "r" | "S"): TexText {
  const unit = UNITS[/^\((.*)\)$/.exec(line)?.[1] ?? ""];
  return align === "S" && unit !== undefined ? tex`(\\unit{${unit}})` : texText(line);
}

/** Breaks a header into lines as short as possible; the unit has its own line. */
function header(title: string, align: "l" | "r" | "S"): TexText {
  const lines: string[] = [];
  for (const word of title.split(/ (?![^(]*\))/)) {
    const last = lines.at(-1);
    if (last === undefined || word.startsWith("(") || last.length + 1 + word.length > LONGEST_LINE) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  const texts = lines.map((line) => unitLine(line, align));
  const whole = texts.length === 1 ? texts[0] : tex`\\shortstack{\\strut ${joined(texts, " \\\\ ")}}`;
  return align === "S" ? tex`{${whole}}` : whole;
}

/** One float, or several if the rows fill more than a page. */
export function texTable(table: TexTable): TexText {
  const parts = Math.max(1, Math.ceil(table.rows.length / ROWS_A_PART));
  const size = Math.ceil(table.rows.length / parts);
  const texts = Array.from({ length: parts }, (_, i) => {
    const caption = parts === 1 ? table.caption : tex`${table.caption} Part ${i + 1} of ${parts}.`;
    return part(table, i === 0 ? table.label : null, table.rows.slice(i * size, (i + 1) * size), caption);
  });
  return joined(texts, "\n");
}

function part({ titles, align, column }: TexTable, label: string | null, rows: readonly (readonly TexText[])[], caption: TexText): TexText {
  const float = COLUMNS[column].spans === 1 ? tex`table` : tex`table*`;
  return tex`\\begin{${float}}
  \\centering
  \\caption{${caption}${label === null ? tex`` : tex`\\label{tab:${texText(label.replaceAll(/[^A-Za-z0-9]+/g, "-"))}}`}}
  \\footnotesize
  \\setlength{\\tabcolsep}{3pt}${align.includes("S") ? tex`\n  \\sisetup{detect-weight=true}% for cells in bold` : tex``}
  \\setbox0=\\hbox{%
  \\begin{tabular}{@{}${joined(align.map(texText), "")}@{}}
    \\toprule
    ${joined(
      titles.map((title, i) => header(title, align[i])),
      " & ",
    )} \\\\
    \\midrule
${joined(
  rows.map((cells) => tex`    ${joined(cells, " & ")} \\\\`),
  "\n",
)}
    \\bottomrule
  \\end{tabular}}%
  \\ifdim\\wd0>\\linewidth \\resizebox{\\linewidth}{!}{\\usebox0}\\else \\usebox0\\fi
\\end{${float}}
`;
}
