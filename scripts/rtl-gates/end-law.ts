/** The law of a network's end at a core: a fit to synthesised ends. Pure. */
import { ihpCells } from "../../arch/memories/registers.js";
import { endParts } from "../../arch/network-end.js";
import { fitted } from "../fpga/fit.js";
import type { EndRow } from "./row.js";

const SOURCE =
  "derived: ends of the network emitted by this project as gates of IHP SG13G2, 1.2 V, 25 C (docs/logs/rtl-ends.json), relative least squares";

const flop = ihpCells()["flip-flop"];
const COLUMNS = {
  area: ({ areaUm2 }: EndRow) => areaUm2 / flop.areaUm2,
  leakage: ({ leakageUw }: EndRow) => (1e6 * leakageUw) / flop.leakagePw,
};

/** Flip-flops by part, each end's ratio of the law without it to its gates, and their standard deviation. */
export function endLaw(rows: readonly EndRow[], column: keyof typeof COLUMNS) {
  const counts = rows.map(({ size }) => endParts(size));
  const { coefficients, unseen, sigma } = fitted(
    counts.map((count) => Object.values(count)),
    rows.map(COLUMNS[column]),
  );
  return { each: new Map(Object.keys(counts[0]).map((part, k) => [part, coefficients[k]])), unseen, sigma };
}

export function endTable(rows: readonly EndRow[]): string {
  const [area, leakage] = [endLaw(rows, "area").each, endLaw(rows, "leakage").each];
  const lines = [...area].map(
    ([part, value]) => `${part},${value.toPrecision(4)},${leakage.get(part)?.toPrecision(4)},${rows.length},"${SOURCE}"`,
  );
  return `part,area,leakage,ends,source\n${lines.join("\n")}\n`;
}
