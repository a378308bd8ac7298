/** The control of cores with several update units, as a section of the page. Pure. */

import { ihpCells } from "../../arch/memories/registers.js";
import { log } from "../../base/math.js";
import { controlFigures, type GateLog, meanOf } from "./control.js";
import type { UnitsRow } from "./row.js";
import { table } from "./table.js";

/** Grains of so many bits are told apart from larger ones. */
const FINE_BITS = 2;

interface UnitsRatios {
  readonly name: string;
  readonly units: number;
  readonly grainBits: number;
  readonly area: number;
  readonly leakage: number;
  readonly registers: number;
}

/** Each core's control over the mean that is priced. */
export function unitsRatios(rows: readonly UnitsRow[], cores: readonly GateLog[]): readonly UnitsRatios[] {
  const means = Object.fromEntries(controlFigures(cores).map(({ name, values }) => [name, meanOf(values)]));
  const { "flip-flop": flop } = ihpCells();
  return rows.map(({ name, units, grainBits, areaUm2, leakagePw, registers }) => ({
    ...{ name, units, grainBits },
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
  const range = (units: number, isFine: (grainBits: number) => boolean): string => {
    const areas = ratios.filter((row) => row.units === units && isFine(row.grainBits)).map(({ area }) => area);
    return `${Math.min(...areas).toFixed(2)} to ${Math.max(...areas).toFixed(2)}`;
  };
  const fine = (grainBits: number): boolean => grainBits <= FINE_BITS;
  const coarse = (grainBits: number): boolean => !fine(grainBits);
  return `Most cores with several update units need more: each unit takes its states and sums out of the words of a batch. Cores of two lanes (\`npx tsx scripts/rtl-units.ts --liberty ...\`; rows:
[logs/rtl-units.json](logs/rtl-units.json)), relative to the means above; names say units, cell, bits of weight, state and sum, and banks of the state memory. A grain is the
largest number of bits of which words, sums and a neuron's states are multiples: a unit chooses among as many places as a batch has grains.

${table(
  ["core", "grain, bit", "area", "leakage", "registers"],
  ratios.map(({ name, grainBits, area, leakage, registers }) => [
    name,
    grainBits,
    area.toFixed(2),
    leakage.toFixed(2),
    registers.toFixed(2),
  ]),
)}

With grains of ${FINE_BITS} bits two update units have ${range(2, fine)} of the priced area and four ${range(4, fine)}; with larger ones ${range(2, coarse)} and ${range(4, coarse)}. The price
stays the mean, and its error reaches upwards by ${perUnits(ratios, "area").toFixed(2)} ln(units), of leakage by ${perUnits(ratios, "leakage").toFixed(2)} (\`sim/error-causes.ts\`).
`;
}
