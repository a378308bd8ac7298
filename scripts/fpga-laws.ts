/**
 * `npx tsx scripts/fpga-laws.ts > docs/logs/fpga-laws.txt`: fits the laws of an FPGA's tables and flip-flops to the
 * fitting cores of docs/logs/fpga-cores.json, and to the routers and address generators of docs/logs/fpga-parts.json;
 * writes them to `arch/components/fpga_laws.csv`, and prints their
 * prediction for each core beside its synthesis. A fitting core is predicted by the law of all others.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { coreStructure } from "../arch/fpga/core-structure.js";
import { FPGA_DEVICES, type FpgaDevice } from "../arch/fpga/devices.js";
import { MEASURED_PARTS, TERMS, termValue } from "../arch/fpga/fpga-laws.js";
import { coreNeedsOf } from "../arch/index.js";
import { NORMAL_95, studentQuantile } from "../base/distribution-quantiles.js";
import { log, square } from "../base/math.js";
import { cellUse } from "./fpga/cells.js";
import { anecdotal, chosenUnseen, fitted, mean, rankCorrelation, sigmaOf, sumModel } from "./fpga/fit.js";
import { chipLines, partLaws } from "./fpga/part-laws.js";
import type { PartRow } from "./fpga/parts.js";
import type { FpgaRow } from "./fpga/row.js";
import { productModel, productsPerUnit, type Seen, seen } from "./fpga/seen.js";
import { CORES } from "./rtl-gates/cores.js";
import { partsFor } from "./rtl-gates/parts.js";
import type { GateRow, ImportedRow } from "./rtl-gates/row.js";

const device: FpgaDevice = FPGA_DEVICES["ecp5-85"];
const ULTRASCALE: FpgaDevice = FPGA_DEVICES.xczu7ev;

/** Structure of a core of the gate reports, and the products of widths of its multipliers. */
async function gateOf({ name, figures }: GateRow): Promise<{ readonly sizes: readonly number[] }> {
  const parts = await partsFor(CORES[name], 1);
  const core = parts.experiment.chip.cores[parts.run.placement.usedCores[0]];
  const structure = coreStructure(core, parts.experiment.precision, coreNeedsOf(parts.run.placement.topology));
  const bits2 = figures.filter(({ figure }) => figure.startsWith("multipliers")).reduce((sum, { gates }) => sum + gates, 0);
  return { sizes: [...TERMS.filter((term) => term !== "unitBits").map((term) => termValue(structure, term)), bits2] };
}

const rows = await Promise.all((JSON.parse(readFileSync("docs/logs/fpga-cores.json", "utf8")) as FpgaRow[]).map(seen));
const fit = rows.filter(({ use }) => use === "fit");
const terms = (row: Seen): number[] => TERMS.map((term) => termValue(row.structure, term));
/** Tables without those of the memories that have a rule of their own. */
const logicOf = (row: Seen): number => row.luts - row.blocks(device).luts;

const luts = fitted(fit.map(terms), fit.map(logicOf));
const flops = fitted(
  fit.map((row) => [row.structure.registerBits]),
  fit.map(({ flipFlops }) => flipFlops),
);

/** What decides how many products the addresses of a core take: candidates, chosen inside the leave-one-out. */
const DSP_KINDS: readonly (readonly [name: string, isOdd: (row: Seen) => boolean])[] = [
  ["one mean", () => false],
  ["width of weights", ({ odd }) => odd.weights],
  ["sums per word", ({ odd }) => odd.sums],
  ["width of words", ({ odd }) => odd.words],
];
const dsps = chosenUnseen(
  DSP_KINDS.map(([, isOdd]) => productModel(rows, device, ({ multipliers }) => multipliers, isOdd)),
  rows.map(({ multipliers }) => multipliers),
);
const blockRatios = rows.map((row) => row.blocks(device).blockRams / row.blockRams);
const placed = fit.filter(({ clockMhz }) => clockMhz !== null);
const clockOf = (row: Pick<Seen, "clockMhz" | "levels">): number => 1000 / (row.clockMhz as number) / row.levels;
const nsPerLevel = placed.length === 0 ? null : mean(placed.map(clockOf));

const lawLuts = (row: Seen): number => terms(row).reduce((sum, x, k) => sum + x * luts.coefficients[k], 0);
/** Ratios law / synthesis of all cores, each by a law that does not know it. */
const unseen = (known: readonly number[], law: (row: Seen) => number, real: (row: Seen) => number): readonly number[] => [
  ...known,
  ...rows.filter(({ use }) => use !== "fit").map((row) => law(row) / real(row)),
];
const flopsLaw = (row: Seen): number => flops.coefficients[0] * row.structure.registerBits;
const lutSigma = sigmaOf(unseen(luts.unseen, lawLuts, logicOf));
const flopSigma = sigmaOf(unseen(flops.unseen, flopsLaw, ({ flipFlops }) => flipFlops));

/** Cores with a part of at least so many times its largest in the fit: how far they go, and how the law errs there. */
const FAR = 1.5;
type Part = (typeof MEASURED_PARTS)[number];
const logicParts = TERMS.filter((term, k) => term !== "core" && luts.coefficients[k] > 0) as readonly Part[];
interface Far {
  readonly row: Seen;
  readonly times: number;
  readonly ratio: number;
}
const farOf = (parts: readonly Part[], ratio: (row: Seen) => number): readonly Far[] => {
  const largest = (part: Part): number => Math.max(...fit.map(({ structure }) => structure[part]));
  const times = (row: Seen): number => Math.max(...parts.map((part) => row.structure[part] / largest(part)));
  return rows.map((row) => ({ row, times: times(row), ratio: ratio(row) })).filter((one) => one.times >= FAR);
};
const farLuts = farOf(logicParts, (row) => lawLuts(row) / logicOf(row));
const farFlops = farOf(["registerBits"], (row) => flopsLaw(row) / row.flipFlops);
/** Rise of the error per ln(times). */
const growth = (cores: readonly Far[]): number => {
  const sum = (of: (core: Far) => number): number => cores.reduce((all, core) => all + square(log(of(core))), 0);
  return anecdotal(Math.sqrt(sum(({ ratio }) => ratio) / sum(({ times }) => times)), cores.length);
};

/** Terms beside those of the law that were tried. */
const OTHER_TERMS: readonly { readonly name: string; readonly at: readonly number[] }[] = [
  { name: "none", at: [] },
  { name: "banks x places", at: [0] },
  { name: "units squared x state bits", at: [1] },
  { name: "both", at: [0, 1] },
];

const wide = rows.filter(({ ultrascale }) => ultrascale !== undefined);
const ratioOf = (of: (row: Seen) => number, law: (row: Seen) => number): { readonly ratio: number; readonly sigma: number } => {
  const ratios = wide.map((row) => of(row) / law(row));
  const without = ratios.map((ratio, i) => mean(ratios.filter((_, k) => k !== i)) / ratio);
  return { ratio: mean(ratios), sigma: anecdotal(ratios.length < 2 ? 0 : sigmaOf(without), ratios.length) };
};
const onWide = ({ ultrascale = {} }: Seen): ReturnType<typeof cellUse> => cellUse(ultrascale, "ultrascale-plus");
const wideLuts = ratioOf((row) => onWide(row).luts - row.blocks(ULTRASCALE).luts, lawLuts);
const wideFlops = ratioOf((row) => onWide(row).flipFlops, flopsLaw);
const wideDsps = productModel(
  wide,
  ULTRASCALE,
  (row) => onWide(row).multipliers,
  ({ odd }) => odd.weights,
);
const wideDspRatios = wide.map((row, i) => wideDsps(wide.map((_, k) => k).filter((k) => k !== i))(i) / onWide(row).multipliers);
const wideBlockRatios = wide.map((row) => row.blocks(ULTRASCALE).blockRams / onWide(row).blockRams);

const both = (a: number, b: number): number => Math.sqrt(square(a) + square(b));

const SOURCE = "derived: cores emitted by this project, Yosys 0.52 and nextpnr-ecp5 0.7 (docs/logs/fpga-cores.json)";
const PART_SOURCE =
  "derived: routers and address generators emitted by this project, Yosys 0.52 and nextpnr-ecp5 0.7 (docs/logs/fpga-parts.json)";
const lines: string[] = [];
const say = (family: string, quantity: string, unit: string, value: number, cores: number): void => {
  lines.push(`${family},${quantity},${unit},${value.toPrecision(4)},${cores},"${SOURCE}"`);
};
for (const [family, times, sigma, products, blocks, count, of] of [
  [
    "ecp5",
    { luts: 1, flops: 1 },
    { luts: lutSigma, flops: flopSigma, dsps: sigmaOf(dsps.unseen) },
    (odd: boolean) => productsPerUnit(rows, device, ({ multipliers }) => multipliers, odd),
    blockRatios,
    fit.length,
    rows,
  ],
  [
    "ultrascale-plus",
    { luts: wideLuts.ratio, flops: wideFlops.ratio },
    // errors of the law, and of the ratio between one family and the law, which holds the law's error of its cores
    {
      ...{ luts: both(lutSigma, wideLuts.sigma), flops: both(flopSigma, wideFlops.sigma) },
      dsps: anecdotal(sigmaOf(wideDspRatios), wide.length),
    },
    (odd: boolean) => productsPerUnit(wide, ULTRASCALE, (row) => onWide(row).multipliers, odd),
    wideBlockRatios,
    wide.length,
    wide,
  ],
] as const) {
  for (const [k, term] of TERMS.entries())
    say(family, `luts_per_${term}`, term === "core" ? "LUT" : "LUT per bit", times.luts * luts.coefficients[k], count);
  say(family, "lut_sigma", "ln", sigma.luts, count);
  say(family, "lut_sigma_growth", "ln per ln", growth(farLuts), farLuts.length);
  say(family, "flip_flops_per_bit", "FF per bit", times.flops * flops.coefficients[0], count);
  say(family, "flip_flop_sigma", "ln", sigma.flops, count);
  say(family, "flip_flop_sigma_growth", "ln per ln", growth(farFlops), farFlops.length);
  say(family, "address_products_even", "DSP per update unit", products(false), of.filter(({ odd }) => !odd.weights).length);
  say(family, "address_products_odd", "DSP per update unit", products(true), of.filter(({ odd }) => odd.weights).length);
  say(family, "dsp_sigma", "ln", sigma.dsps, of.length);
  const beside = (side: (ratio: number) => number): number => anecdotal(sigmaOf(blocks.map(side)), of.length);
  say(
    family,
    "block_ram_down",
    "ln",
    beside((ratio) => Math.max(1, ratio)),
    of.length,
  );
  say(
    family,
    "block_ram_up",
    "ln",
    beside((ratio) => Math.min(1, ratio)),
    of.length,
  );
  for (const part of MEASURED_PARTS) say(family, `largest_${part}`, "bit", Math.max(...of.map(({ structure }) => structure[part])), count);
}
if (nsPerLevel !== null) {
  say("ecp5", "clock_ns_per_level", "ns", nsPerLevel, placed.length);
  say("ecp5", "clock_sigma", "ln", anecdotal(sigmaOf(placed.map((row) => clockOf(row) / nsPerLevel)), placed.length), placed.length);
}
const IMPORTED_SOURCE =
  "derived: cores with imported networks emitted by this project, Yosys 0.52 and nextpnr-ecp5 0.7 (docs/logs/rtl-imported.json)";
const imported = (JSON.parse(readFileSync("docs/logs/rtl-imported.json", "utf8")) as ImportedRow[]).flatMap(({ name, model, ecp5 }) =>
  ecp5 === undefined ? [] : [{ name, levels: model.levels, clockMhz: ecp5.clockMhz }],
);
const importedNs = mean(imported.map(clockOf));
/** Each core's ratio to the mean of the others. */
const importedRatios = imported.map((row) => mean(imported.filter((other) => other !== row).map(clockOf)) / clockOf(row));
for (const [quantity, unit, value] of [
  ["ns_per_level", "ns", importedNs],
  // its 90 % interval is Student's, of few cores
  ["sigma", "ln", (anecdotal(sigmaOf(importedRatios), imported.length) * studentQuantile(0.95, imported.length - 1)) / NORMAL_95],
] as const)
  lines.push(`ecp5,imported_clock_${quantity},${unit},${value.toPrecision(4)},${imported.length},"${IMPORTED_SOURCE}"`);
/** Tables after packing over those of Yosys's cells. */
const packing = mean(rows.map(({ luts: packed, cells }) => packed / cellUse(cells, "ecp5").luts));
const partRows = JSON.parse(readFileSync("docs/logs/fpga-parts.json", "utf8")) as PartRow[];
const ofParts = partLaws(
  partRows.filter(({ part }) => part !== "chip"),
  packing,
);
for (const [family, quantity, unit, value, parts] of ofParts.quantities)
  lines.push(`${family},${quantity},${unit},${value.toPrecision(4)},${parts},"${PART_SOURCE}"`);
writeFileSync("arch/components/fpga_laws.csv", `family,quantity,unit,value,cores,source\n${lines.join("\n")}\n`);

// ---- predictions beside the synthesised figures
const of = (predicted: number, real: number): string => `${Math.round(predicted)} / ${real} = ${(predicted / real).toFixed(2)}`;
const predicted = (row: Seen): number => {
  const at = fit.indexOf(row);
  return (at < 0 ? lawLuts(row) : luts.unseen[at] * logicOf(row)) + row.blocks(device).luts;
};
const flopsOf = (row: Seen): number => {
  const at = fit.indexOf(row);
  return at < 0 ? flopsLaw(row) : flops.unseen[at] * row.flipFlops;
};
console.log("npx tsx scripts/fpga-laws.ts > docs/logs/fpga-laws.txt");
console.log("LUT4 of the cores of docs/logs/rtl-gates.json, whose multipliers lie in tables: law of all others / Yosys");
const gateRows = JSON.parse(readFileSync("docs/logs/rtl-gates.json", "utf8")) as GateRow[];
const gates = await Promise.all(gateRows.map(gateOf));
const tables = fitted(
  gates.map(({ sizes }) => sizes),
  gateRows.map(({ lut4 }) => lut4),
);
for (const [i, { name, lut4 }] of gateRows.entries()) console.log(`${name.padEnd(32)} ${of(tables.unseen[i] * lut4, lut4)}`);
const unseenTables = gateRows.map(({ lut4 }, i) => tables.unseen[i] * lut4);
const gateRank = rankCorrelation(
  unseenTables,
  gateRows.map(({ lut4 }) => lut4),
);
console.log(`rank correlation ${gateRank.toFixed(3)}, rms of ln ${tables.sigma.toFixed(3)}, ${gateRows.length} cores\n`);
console.log("law / ECP5; cores of the fit by the law of all others");
for (const use of ["fit", "check"] as const) {
  console.log(`\n${use}`);
  for (const row of rows.filter((one) => one.use === use)) {
    const cells = [
      `LUT ${of(predicted(row), row.luts)}`,
      `FF ${of(flopsOf(row), row.flipFlops)}`,
      `BRAM ${of(row.blocks(device).blockRams, row.blockRams)}`,
      `DSP ${of(dsps.unseen[rows.indexOf(row)] * row.multipliers, row.multipliers)}`,
    ];
    console.log(
      `${row.name.padEnd(32)} ${cells.map((cell) => cell.padEnd(30)).join(" ")}${row.clockMhz === null ? "" : `${row.clockMhz.toFixed(1)} MHz`}`,
    );
  }
}
const rank = (some: readonly Seen[]): string =>
  rankCorrelation(
    some.map(predicted),
    some.map((row) => row.luts),
  ).toFixed(3);
console.log(
  `\nrank correlation of LUT: ${rank(fit)} over the ${fit.length} of the fit, each by the law of the others; ${rank(rows)} over all ${rows.length}`,
);
console.log(
  `rms of ln(law / ECP5): LUT ${luts.sigma.toFixed(3)}, FF ${flops.sigma.toFixed(3)} over the fit, each by the law of the others`,
);
for (const [kind, cores] of [
  ["tables", farLuts],
  ["flip-flops", farFlops],
] as const) {
  console.log(`\nfar beyond the fit, ${kind}: ${growth(cores).toFixed(3)} of ln(law / ECP5) per ln(times as large as in the fit)`);
  for (const { row, times, ratio } of cores) console.log(`${row.name.padEnd(34)} ${times.toFixed(2)} times, ${ratio.toFixed(2)}`);
}
console.log("");
const checked = rows.filter(({ use }) => use === "check");
if (checked.length > 0) {
  const rms = (law: (row: Seen) => number, real: (row: Seen) => number): string =>
    sigmaOf(checked.map((row) => law(row) / real(row))).toFixed(3);
  console.log(
    `the same over the ${checked.length} checked: LUT ${rms(predicted, (row) => row.luts)}, FF ${rms(flopsOf, (row) => row.flipFlops)}`,
  );
}
console.log(
  `\nmultipliers, each core by the law of all others: rms of ln ${sigmaOf(dsps.unseen).toFixed(3)}; products of addresses differ by ${DSP_KINDS.map(([name], k) => `${name} (chosen ${dsps.chosen[k]} times)`).join(", ")}`,
);
const plain = fitted(rows.map(terms), rows.map(logicOf)).unseen;
const other = chosenUnseen(
  OTHER_TERMS.map(({ at }) =>
    sumModel(
      rows.map((row) => [...terms(row), ...at.map((k) => row.others[k])]),
      rows.map(logicOf),
    ),
  ),
  rows.map(logicOf),
);
console.log(
  `tables by a law of all other cores: rms of ln ${sigmaOf(plain).toFixed(3)}; with the best of these terms more: ${sigmaOf(other.unseen).toFixed(3)}; ${OTHER_TERMS.map(({ name }, k) => `${name} (chosen ${other.chosen[k]} times)`).join(", ")}`,
);
if (wide.length > 0) {
  console.log(
    `\nUltraScale+ by Yosys, over the law of ECP5: LUT ${wideLuts.ratio.toFixed(3)} (rms ${wideLuts.sigma.toFixed(3)}), FF ${wideFlops.ratio.toFixed(3)} (rms ${wideFlops.sigma.toFixed(3)}), ${wide.length} cores`,
  );
  for (const [i, row] of wide.entries()) {
    const real = onWide(row);
    const cells = [
      `LUT ${of(wideLuts.ratio * lawLuts(row) + row.blocks(ULTRASCALE).luts, real.luts)}`,
      `in memories ${of(row.blocks(ULTRASCALE).writtenLuts, real.inMemories)}`,
      `FF ${of(wideFlops.ratio * flopsLaw(row), real.flipFlops)}`,
      `BRAM ${of(row.blocks(ULTRASCALE).blockRams, real.blockRams)}`,
      `DSP ${of(wideDspRatios[i] * real.multipliers, real.multipliers)}`,
    ];
    console.log(`${row.name.padEnd(32)} ${cells.map((cell) => cell.padEnd(26)).join(" ")}`);
  }
}
for (const line of [...ofParts.lines, ...(await chipLines(partRows))]) console.log(line);
if (nsPerLevel !== null) {
  console.log(`\nclock of ECP5: ${nsPerLevel.toFixed(3)} ns per level of the longest chain; ${placed.length} placed`);
  for (const row of rows) {
    const real = row.clockMhz === null ? "not placed" : `placed ${row.clockMhz.toFixed(1)}`;
    console.log(`${row.name.padEnd(32)} ${row.levels} levels, ${(1000 / (nsPerLevel * row.levels)).toFixed(1)} MHz, ${real}`);
  }
}
console.log(
  `\nthe same of imported networks, by the longest stage of their update: ${importedNs.toFixed(3)} ns; ${imported.length} placed`,
);
for (const { name, levels, clockMhz } of imported)
  console.log(`${name.padEnd(32)} ${levels} levels, ${(1000 / (importedNs * levels)).toFixed(1)} MHz, placed ${clockMhz.toFixed(1)}`);
