/**
 * Writes `arch/components/sram_cacti7_residuals.csv`: the errors of the laws of SRAM macros in both directions, in
 * units of the fit's rms error, and the distance of an independent memory compiler's exponents from CACTI's.
 *
 * npx tsx scripts/write-residuals.ts [sram.csv of IHP's SG13G2]
 *
 * The table keeps IHP's exponents: facts derived from the vendor's liberty files (IHP-GmbH/IHP-Open-PDK 5cccb161,
 * Apache-2.0), typical corner, macros of one port. Without the file they are not changed.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseCsv, type Row } from "../arch/component-tables.js";
import { fitLaw, type Sample, sidesOf } from "../arch/law-fit.js";
import { SRAM_QUANTITIES } from "../arch/sram.js";
import { packageRoot } from "../base/package-root.js";

const folder = join(packageRoot(), "arch", "components");
const out = join(folder, "sram_cacti7_residuals.csv");
const read = (path: string): readonly Row[] => parseCsv(readFileSync(path, "utf8"), path);

const grid = read(join(folder, "sram_cacti7.csv")).filter(
  (row) => row.ports === "1RW" && row.banks === "1" && Number(row.capacity_bytes) >= 256,
);
const families = [...new Set(grid.map(({ tech_nm, cell_type }) => `${tech_nm}/${cell_type}`))];
const samplesOf = (rows: readonly Row[], quantity: string): Sample[] =>
  rows.map((row) => ({ value: Number(row[quantity]), at: [Number(row.capacity_bytes) / 1024, Number(row.word_bits) / 32] }));

const ihpFile = process.argv[2] ?? null;
const IHP_COLUMNS: { readonly [quantity: string]: string } = {
  ...{ read_pj: "read_pj", write_pj: "write_pj", leakage_mw: "leakage_nw", access_ns: "access_ns", area_mm2: "area_um2" },
};
const before = existsSync(out) ? new Map(read(out).map((row) => [row.quantity, row])) : new Map<string, Row>();

function ihpExponents(quantity: string): readonly string[] {
  const column = IHP_COLUMNS[quantity];
  const kept = before.get(quantity);
  if (column === undefined) return ["", ""];
  if (ihpFile === null) return [kept?.ihp_capacity_exp ?? "", kept?.ihp_word_exp ?? ""];
  const rows = read(ihpFile).filter((row) => row.corner === "typ" && row.ports === "1");
  const law = fitLaw(rows.map((row) => ({ value: Number(row[column]), at: [Number(row.capacity_bits) / 8192, Number(row.bits) / 32] })));
  return law === null ? ["", ""] : law.exponents.map((exponent) => exponent.toFixed(4));
}

const fits = new Map(read(join(folder, "sram_cacti7_fit.csv")).map((row) => [`${row.tech_nm}/${row.cell_type}/${row.quantity}`, row]));

const lines = SRAM_QUANTITIES.map((quantity) => {
  const laws = families.flatMap((family) => {
    const law = fitLaw(
      samplesOf(
        grid.filter(({ tech_nm, cell_type }) => `${tech_nm}/${cell_type}` === family),
        quantity,
      ),
    );
    return law === null ? [] : [{ ...law, error: Number(fits.get(`${family}/${quantity}`)?.rms_rel_error) }];
  });
  const { down, up } = sidesOf(laws.flatMap(({ unseen, error }) => unseen.map((off) => off / error)));
  const mean = (k: number): string => (laws.reduce((sum, { exponents }) => sum + exponents[k], 0) / laws.length).toFixed(4);
  return [quantity, down.toFixed(3), up.toFixed(3), String(grid.length), mean(0), mean(1), ...ihpExponents(quantity)].join(",");
});
const header = "quantity,down,up,macros,cacti_capacity_exp,cacti_word_exp,ihp_capacity_exp,ihp_word_exp";
writeFileSync(out, `${[header, ...lines].join("\n")}\n`);
console.log([header, ...lines].join("\n"));
