/** The control of cores with several update units, as a section of the page. Pure. */

import { ihpCells } from "../../arch/memories/registers.js";
import { log } from "../../base/math.js";
import { controlFigures, type GateLog, meanOf } from "./control.js";
import type { UnitsRow } from "./row.js";
import { table } from "./table.js";

interface UnitsRatios {
  readonly name: string;
  readonly units: number;
  readonly area: number;
  readonly leakage: number;
  readonly registers: number;
}

/** Each core's control over the mean that is priced. */
export function unitsRatios(rows: readonly UnitsRow[], cores: readonly GateLog[]): readonly UnitsRatios[] {
  const means = Object.fromEntries(controlFigures(cores).map(({ name, values }) => [name, meanOf(values)]));
  const { "flip-flop": flop } = ihpCells();
  return rows.map(({ name, units, areaUm2, leakagePw, registers }) => ({
    name,
    units,
    area: areaUm2 / flop.areaUm2 / means.area,
    leakage: leakagePw / flop.leakagePw / means.leakage,
    registers: registers / means.registers,
  }));
}

/** Root mean square of ln(core / mean) / ln(update units). */
export const perUnits = (ratios: readonly UnitsRatios[], of: "area" | "leakage"): number =>
  Math.sqrt(ratios.reduce((sum, row) => sum + (log(row[of]) / log(row.units)) * (log(row[of]) / log(row.units)), 0) / ratios.length);

export function unitsOf(rows: readonly UnitsRow[], cores: readonly GateLog[]): string {
  const ratios = unitsRatios(rows, cores);
  const of = (units: number): readonly number[] => ratios.filter((row) => row.units === units).map(({ area }) => area);
  const range = (units: number): string => `${Math.min(...of(units)).toFixed(2)} to ${Math.max(...of(units)).toFixed(2)}`;
  return `Several update units need more: each takes its states and sums out of the words of a batch, and most where a word holds many of them or they lie across the ends of words. Cores of two lanes
(\`npx tsx scripts/rtl-units.ts --liberty ...\`; rows: [logs/rtl-units.json](logs/rtl-units.json)), relative to the means above; names say units, cell, bits of weight, state and sum, and
banks of the state memory:

${table(
  ["core", "area", "leakage", "registers"],
  ratios.map(({ name, area, leakage, registers }) => [name, area.toFixed(2), leakage.toFixed(2), registers.toFixed(2)]),
)}

Two update units have ${range(2)} of the priced area, four ${range(4)}. The price stays the mean, and its error reaches upwards by ${perUnits(ratios, "area").toFixed(2)} ln(units), of leakage by ${perUnits(ratios, "leakage").toFixed(2)}
(\`sim/error-causes.ts\`).
`;
}
