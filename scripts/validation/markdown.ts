/** Tables as Markdown. */
export type MarkdownCell = string | number;

const row = (cells: readonly MarkdownCell[]): string => `| ${cells.map((cell) => String(cell).replaceAll("|", "/")).join(" | ")} |`;

export function markdownTable(titles: readonly string[], rows: readonly (readonly MarkdownCell[])[]): string {
  return [row(titles), row(titles.map(() => "---")), ...rows.map(row)].join("\n");
}

/** Whole numbers in full, others with four digits. */
export const shortNumber = (value: number): string => (Number.isInteger(value) ? String(value) : value.toPrecision(4));
