/**
 * `npx tsx scripts/fpga-laws.ts > docs/logs/fpga-laws.txt`: fits the laws of an FPGA's tables and flip-flops to the
 * fitting cores of docs/logs/fpga-cores.json, writes them to `arch/components/fpga_laws.csv`, and prints their
 * prediction for each core beside its synthesis. A fitting core is predicted by the law of all others.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { laneDsps, unitDsps } from "../arch/fpga/core-resources.js";
import { type CoreStructure, coreStructure } from "../arch/fpga/core-structure.js";
import { FPGA_DEVICES, type FpgaDevice } from "../arch/fpga/devices.js";
import { coreChains } from "../arch/fpga/fpga-clock.js";
import { MEASURED_PARTS, TERMS, termValue } from "../arch/fpga/fpga-laws.js";
import { memoryBlocks } from "../arch/fpga/memory-blocks.js";
import { builtLanes, coreNeedsOf, writePath } from "../arch/index.js";
import { log, square } from "../base/math.js";
import { FPGA_CORES } from "./fpga/cores.js";
import { fitted, rankCorrelation, sigmaOf } from "./fpga/fit.js";
import type { FpgaRow } from "./fpga/row.js";
import { partsFor } from "./rtl-gates/parts.js";
import type { GateRow } from "./rtl-gates/row.js";

const device: FpgaDevice = FPGA_DEVICES["ecp5-85"];
const ULTRASCALE: FpgaDevice = FPGA_DEVICES.xczu7ev;

interface Seen extends FpgaRow {
  readonly structure: CoreStructure;
  /** Levels of logic on the longest path. */
  readonly levels: number;
  readonly units: number;
  /** Multipliers of lanes and update units in the model, by device. */
  readonly ownDsps: (of: FpgaDevice) => number;
  /** Tables of the input queue, which has a rule of its own. */
  readonly queueLuts: (of: FpgaDevice) => number;
  /** Block RAMs of the emitted memories, by the rule for blocks. */
  readonly blocks: (of: FpgaDevice) => number;
}

async function seen(row: FpgaRow): Promise<Seen> {
  const parts = await partsFor(FPGA_CORES[row.name].shape, 1);
  const { chip, precision } = parts.experiment;
  const core = chip.cores[parts.run.placement.usedCores[0]];
  const needs = coreNeedsOf(parts.run.placement.topology);
  const grain = core.stateMemory.wordBits / writePath(core, precision, needs).maskBits;
  const payloadBits = Math.max(...row.products.filter(({ part }) => part === "synapses.lanes").map(({ bBits }) => bBits));
  const queue = row.memories.find(({ path }) => path.endsWith("input_queue.words"));
  const srams = row.memories.filter(({ isSram }) => isSram);
  return {
    ...row,
    structure: coreStructure(core, precision, needs),
    levels: coreChains(core, precision, needs)[0].levels,
    units: core.neuronUpdate.units,
    ownDsps: (of) =>
      builtLanes(core, precision, needs) * laneDsps(precision.weightBits, payloadBits, of) +
      core.neuronUpdate.units * unitDsps(needs, precision, of),
    queueLuts: (of) => (queue === undefined ? 0 : memoryBlocks({ ...queue, maskBits: null }, of).luts),
    blocks: (of) =>
      srams.reduce((sum, { path, words, wordBits }) => {
        const maskBits = path.includes(".memory.bank") ? grain : null;
        return sum + memoryBlocks({ words, wordBits, maskBits }, of).blockRams;
      }, 0),
  };
}

/** Structure of a core of the gate reports, and the products of widths of its multipliers. */
async function gateOf({ shape, figures }: GateRow): Promise<{ readonly sizes: readonly number[] }> {
  const parts = await partsFor(shape, 1);
  const core = parts.experiment.chip.cores[parts.run.placement.usedCores[0]];
  const structure = coreStructure(core, parts.experiment.precision, coreNeedsOf(parts.run.placement.topology));
  const bits2 = figures.filter(({ figure }) => figure.startsWith("multipliers")).reduce((sum, { gates }) => sum + gates, 0);
  return { sizes: [...TERMS.filter((term) => term !== "unitBits").map((term) => termValue(structure, term)), bits2] };
}

const rows = await Promise.all((JSON.parse(readFileSync("docs/logs/fpga-cores.json", "utf8")) as FpgaRow[]).map(seen));
const fit = rows.filter(({ use }) => use === "fit");
const terms = (row: Seen): number[] => TERMS.map((term) => termValue(row.structure, term));
const logicOf = (row: Seen): number => row.luts - row.queueLuts(device);

const luts = fitted(fit.map(terms), fit.map(logicOf));
const flops = fitted(
  fit.map((row) => [row.structure.registerBits]),
  fit.map(({ flipFlops }) => flipFlops),
);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const addressProducts = mean(fit.map((row) => (row.multipliers - row.ownDsps(device)) / row.units));
const placed = fit.filter(({ clockMhz }) => clockMhz !== null);
const clockOf = (row: Seen): number => 1000 / (row.clockMhz as number) / row.levels;
const nsPerLevel = placed.length === 0 ? null : mean(placed.map(clockOf));

const lawLuts = (row: Seen): number => terms(row).reduce((sum, x, k) => sum + x * luts.coefficients[k], 0);
/** A spread over fewer cores says little: it counts as at least a quarter in either direction. */
const ENOUGH = 5;
const anecdotal = (sigma: number, cores: number): number => (cores < ENOUGH ? Math.max(sigma, 0.15) : sigma);
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

const wide = rows.filter(({ ultrascale }) => ultrascale !== undefined);
const ratioOf = (of: (row: Seen) => number, law: (row: Seen) => number): { readonly ratio: number; readonly sigma: number } => {
  const ratios = wide.map((row) => of(row) / law(row));
  const without = ratios.map((ratio, i) => mean(ratios.filter((_, k) => k !== i)) / ratio);
  return { ratio: mean(ratios), sigma: anecdotal(ratios.length < 2 ? 0 : sigmaOf(without), ratios.length) };
};
const wideLuts = ratioOf((row) => (row.ultrascale?.luts ?? 0) - row.queueLuts(ULTRASCALE), lawLuts);
const wideFlops = ratioOf((row) => row.ultrascale?.flipFlops ?? 0, flopsLaw);
const wideProducts = mean(wide.map((row) => ((row.ultrascale?.multipliers ?? 0) - row.ownDsps(ULTRASCALE)) / row.units));

const both = (a: number, b: number): number => Math.sqrt(square(a) + square(b));

const SOURCE = "derived: cores emitted by this project, Yosys 0.52 and nextpnr-ecp5 0.7 (docs/logs/fpga-cores.json)";
const lines: string[] = [];
const say = (family: string, quantity: string, unit: string, value: number, cores: number): void => {
  lines.push(`${family},${quantity},${unit},${value.toPrecision(4)},${cores},"${SOURCE}"`);
};
for (const [family, times, sigma, products, count, of] of [
  ["ecp5", { luts: 1, flops: 1 }, { luts: lutSigma, flops: flopSigma }, addressProducts, fit.length, rows],
  [
    "ultrascale-plus",
    { luts: wideLuts.ratio, flops: wideFlops.ratio },
    // errors of the law and of the ratio between families
    { luts: both(lutSigma, wideLuts.sigma), flops: both(flopSigma, wideFlops.sigma) },
    wideProducts,
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
  say(family, "address_products", "DSP per update unit", products, count);
  for (const part of MEASURED_PARTS) say(family, `largest_${part}`, "bit", Math.max(...of.map(({ structure }) => structure[part])), count);
}
if (nsPerLevel !== null) {
  say("ecp5", "clock_ns_per_level", "ns", nsPerLevel, placed.length);
  say("ecp5", "clock_sigma", "ln", anecdotal(sigmaOf(placed.map((row) => clockOf(row) / nsPerLevel)), placed.length), placed.length);
}
writeFileSync("arch/components/fpga_laws.csv", `family,quantity,unit,value,cores,source\n${lines.join("\n")}\n`);

// ---- predictions beside the synthesised figures
const of = (predicted: number, real: number): string => `${Math.round(predicted)} / ${real} = ${(predicted / real).toFixed(2)}`;
const predicted = (row: Seen): number => {
  const at = fit.indexOf(row);
  return (at < 0 ? lawLuts(row) : luts.unseen[at] * logicOf(row)) + row.queueLuts(device);
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
    const dsps = row.ownDsps(device) + Math.round(addressProducts * row.units);
    const cells = [
      `LUT ${of(predicted(row), row.luts)}`,
      `FF ${of(flopsOf(row), row.flipFlops)}`,
      `BRAM ${of(row.blocks(device), row.blockRams)}`,
      `DSP ${of(dsps, row.multipliers)}`,
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
if (wide.length > 0) {
  console.log(
    `\nUltraScale+ by Yosys, over ECP5: LUT ${wideLuts.ratio.toFixed(3)} (rms ${wideLuts.sigma.toFixed(3)}), FF ${wideFlops.ratio.toFixed(3)} (rms ${wideFlops.sigma.toFixed(3)}), ${wide.length} cores`,
  );
  for (const row of wide) {
    const { ultrascale } = row;
    const blocks = of(row.blocks(ULTRASCALE), ultrascale?.blockRams ?? 0);
    const dsps = of(row.ownDsps(ULTRASCALE) + Math.round(wideProducts * row.units), ultrascale?.multipliers ?? 0);
    console.log(`${row.name.padEnd(32)} LUT ${ultrascale?.luts}, FF ${ultrascale?.flipFlops}, BRAM of 18 kbit ${blocks}, DSP ${dsps}`);
  }
}
if (nsPerLevel !== null) {
  console.log(`\nclock of ECP5: ${nsPerLevel.toFixed(3)} ns per level of the longest chain; ${placed.length} placed`);
  for (const row of rows) {
    const real = row.clockMhz === null ? "not placed" : `placed ${row.clockMhz.toFixed(1)}`;
    console.log(`${row.name.padEnd(32)} ${row.levels} levels, ${(1000 / (nsPerLevel * row.levels)).toFixed(1)} MHz, ${real}`);
  }
}
