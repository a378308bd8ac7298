/**
 * Tables for LaTeX papers: booktabs rules, headers broken over lines, never wider than their column, cut into parts that fit on a page.
 * Compiles with pdflatex and the packages booktabs and graphicx; no fonts but those of the paper are asked for.
 */

// In mathematics, whose fonts every paper has: what text fonts lack would be taken from bitmaps.
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
  µ: "$\\mu$",
  "·": "$\\cdot$",
  '"': "''",
  "–": "--",
  "²": "\\textsuperscript{2}",
};

/** Text with what TeX reads as commands made harmless; letters that pdflatex cannot set without further packages become question marks. */
export function texText(text: string): string {
  return Array.from(text, (c) => {
    if (Object.hasOwn(SPECIAL, c)) return SPECIAL[c];
    if ("&%#_".includes(c)) return `\\${c}`;
    const code = c.codePointAt(0) as number;
    if (code < 0x20) return " ";
    return code < 0x7f || (code >= 0xc0 && code <= 0x17f) ? c : "?";
  }).join("");
}

export interface TexTable {
  /** Plain text; a unit stands in parentheses at the end. */
  readonly titles: readonly string[];
  readonly align: readonly ("l" | "r")[];
  /** TeX, ready to print. */
  readonly rows: readonly (readonly string[])[];
  /** TeX. */
  readonly caption: string;
  /** `double`: over both columns of the page (`table*`). */
  readonly column: "single" | "double";
}

/** At 8 pt this many rows, a caption and a header fill most of a page. */
const ROWS_A_PART = 45;
const LONGEST_LINE = 12;

/** A header's words over several lines, none longer than it must be; the unit keeps to itself. */
function header(title: string): string {
  const lines: string[] = [];
  for (const word of title.split(/ (?![^(]*\))/)) {
    const last = lines.at(-1);
    if (last === undefined || word.startsWith("(") || last.length + 1 + word.length > LONGEST_LINE) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.length === 1 ? texText(lines[0]) : `\\shortstack{\\strut ${lines.map(texText).join(" \\\\ ")}}`;
}

/** One float, or several where the rows fill more than a page. */
export function texTable(table: TexTable): string {
  const parts = Math.max(1, Math.ceil(table.rows.length / ROWS_A_PART));
  const size = Math.ceil(table.rows.length / parts);
  return Array.from({ length: parts }, (_, i) => {
    const caption = parts === 1 ? table.caption : `${table.caption} Part ${i + 1} of ${parts}.`;
    return part(table, table.rows.slice(i * size, (i + 1) * size), caption);
  }).join("\n");
}

function part({ titles, align, column }: TexTable, rows: readonly (readonly string[])[], caption: string): string {
  const float = column === "single" ? "table" : "table*";
  return `\\begin{${float}}
  \\centering
  \\caption{${caption}}
  \\footnotesize
  \\setlength{\\tabcolsep}{3pt}
  \\setbox0=\\hbox{%
  \\begin{tabular}{@{}${align.join("")}@{}}
    \\toprule
    ${titles.map(header).join(" & ")} \\\\
    \\midrule
${rows.map((cells) => `    ${cells.join(" & ")} \\\\`).join("\n")}
    \\bottomrule
  \\end{tabular}}%
  \\ifdim\\wd0>\\linewidth \\resizebox{\\linewidth}{!}{\\usebox0}\\else \\usebox0\\fi
\\end{${float}}
`;
}
