/**
 * Laws of the tables and flip-flops of routers and address generators, fitted to docs/logs/fpga-parts.json, with their
 * errors for parts that a law does not know. A law's form is chosen inside the leave-one-out. Pure.
 */
import { FPGA_DEVICES, type FpgaDevice, type FpgaFamily } from "../../arch/fpga/devices.js";
import { ROUTER_SIZES, ROUTER_TERMS, type RouterStructure } from "../../arch/fpga/fpga-laws.js";
import { bufferMemories, routerSizes, routerStructure } from "../../arch/fpga/router-resources.js";
import { fpgaUseOf } from "../../arch/index.js";
import { hypot, log, square } from "../../base/math.js";
import { needsOn } from "../../sim/index.js";
import { modelledGenerator } from "../rtl-gates/generator-module.js";
import { partsFor } from "../rtl-gates/parts.js";
import { cellUse } from "./cells.js";
import { anecdotal, type Choice, chosenUnseen, fitted, mean, sigmaOf, sumModel } from "./fit.js";
import type { PartRow, RouterSize } from "./parts.js";

const DEVICE: FpgaDevice = FPGA_DEVICES["ecp5-85"];
const WIDE: FpgaDevice = FPGA_DEVICES.xczu7ev;

/** Tables without those of a router's buffers, and flip-flops. */
interface Logic {
  readonly luts: number;
  readonly flipFlops: number;
}

interface Part extends Logic {
  readonly row: PartRow;
  /** Tables that the router's buffers take by the rule for memories; 0 for a generator. */
  readonly bufferLuts: number;
  /** The same logic on an UltraScale+; null: not synthesised. */
  readonly wide: Logic | null;
}

const shapeOf = ({ vcs, depth, flitBits }: RouterSize) => ({ virtualChannels: vcs, vcBufferFlits: depth, flitWidthBits: flitBits });

/**
 * `packing`: how many times as many tables nextpnr's packing leaves as Yosys counts, for a part that it cannot pack.
 */
function partOf(row: PartRow, packing: number): Part {
  const bufferLuts = (device: FpgaDevice): number =>
    row.part === "router" ? bufferMemories(row.size.ports, shapeOf(row.size), device).luts : 0;
  const logic = (cells: PartRow["ecp5"], device: FpgaDevice): Logic => {
    const { luts, flipFlops } = cellUse(cells, device.family);
    return { luts: luts - bufferLuts(device), flipFlops };
  };
  const onDevice = logic(row.ecp5, DEVICE);
  return {
    ...{ row, bufferLuts: bufferLuts(DEVICE), flipFlops: onDevice.flipFlops },
    luts: row.packed === null ? packing * onDevice.luts : row.packed - bufferLuts(DEVICE),
    wide: row.ultrascale === undefined ? null : logic(row.ultrascale, WIDE),
  };
}

/** Sizes of a router that forms of a law are sums of: those of the product, and two that were tried. */
type Sizes = RouterStructure & { readonly portBits: number; readonly bufferBits: number };
type Term = keyof Sizes;

function sizesOf({ row }: Part): Sizes {
  if (row.part !== "router") throw new Error("a router was expected");
  const { ports, flitBits } = row.size;
  const structure = routerStructure(ports, shapeOf(row.size));
  return { ...structure, portBits: ports * (ports - 1) * flitBits, bufferBits: structure.buffers * flitBits };
}

const FORMS: { readonly [kind in keyof Logic]: readonly (readonly Term[])[] } = {
  luts: [
    ["buffers", "pairs"],
    ["buffers", "pairs", "portBits"],
    ["buffers", "pairs", "bufferBits"],
    ["buffers", "pairs", "crossBits"],
  ],
  flipFlops: [
    ["buffers", "pairs"],
    ["counterBits", "pairs"],
    ["buffers", "pairs", "counterBits"],
  ],
};

interface Fit {
  readonly coefficients: readonly number[];
  readonly choice: Choice;
  readonly law: (part: Part) => number;
}

function routerFit(routers: readonly Part[], kind: keyof Logic): Fit {
  const values = routers.map((part) => part[kind]);
  const columns = (terms: readonly Term[]) => (part: Part) => terms.map((term) => sizesOf(part)[term]);
  const choice = chosenUnseen(
    FORMS[kind].map((terms) => sumModel(routers.map(columns(terms)), values)),
    values,
  );
  const { coefficients } = fitted(routers.map(columns(ROUTER_TERMS[kind])), values);
  return { coefficients, choice, law: (part) => columns(ROUTER_TERMS[kind])(part).reduce((sum, x, k) => sum + x * coefficients[k], 0) };
}

/** Routers of at most so many buffers predict the larger ones: how the error grows. */
const SMALL = 8;
const FAR = 1.5;
function growthOf(routers: readonly Part[]): { readonly growth: number; readonly far: readonly (readonly [Part, number])[] } {
  const buffers = (part: Part): number => sizesOf(part).buffers;
  const { law } = routerFit(
    routers.filter((part) => buffers(part) <= SMALL),
    "luts",
  );
  const largest = Math.max(...routers.map(buffers).filter((count) => count <= SMALL));
  const far = routers.filter((part) => buffers(part) >= FAR * largest);
  const sum = (of: (part: Part) => number): number => far.reduce((all, part) => all + square(log(of(part))), 0);
  const growth = Math.sqrt(sum((part) => law(part) / part.luts) / sum((part) => buffers(part) / largest));
  return { growth: anecdotal(growth, far.length), far: far.map((part) => [part, law(part) / part.luts]) };
}

/** What `scripts/fpga-laws.ts` writes and prints. */
interface PartLaws {
  readonly quantities: readonly (readonly [family: FpgaFamily, quantity: string, unit: string, value: number, parts: number])[];
  readonly lines: readonly string[];
}

const UNITS = { luts: "LUT", flipFlops: "FF" } as const;
const SIZE_UNITS = { buffers: "buffers", ports: "ports", flitBits: "bit", bufferFlits: "flits" } as const;
const NAMES = { luts: "luts", flipFlops: "flip_flops" } as const;
const KINDS = ["luts", "flipFlops"] as const;

const ratioText = (predicted: number, real: number): string =>
  `${Math.round(predicted)} / ${Math.round(real)} = ${(predicted / real).toFixed(2)}`;

/** A whole chip by all laws together, beside its synthesis. Reads the laws that were written. */
export async function chipLines(rows: readonly PartRow[]): Promise<readonly string[]> {
  const lines = ["", "whole chips in no fit: cores, routers and links, law / ECP5"];
  for (const { name, part, size, ecp5, packed } of rows) {
    if (part !== "chip") continue;
    const { experiment, run } = await partsFor(size, 1);
    const { chip, precision } = experiment;
    const { luts, flipFlops, dsps } = fpgaUseOf(chip, "ecp5-85", precision, needsOn(chip, precision, run.placement.topology)).total;
    const real = cellUse(ecp5, "ecp5");
    lines.push(
      `${name.padEnd(48)} LUT ${ratioText(luts, packed ?? real.luts)} FF ${ratioText(flipFlops, real.flipFlops)} DSP ${ratioText(dsps, real.multipliers)}`,
    );
  }
  return lines;
}

/** Ratios of the few parts that an UltraScale+ was synthesised for, over the law of ECP5. */
function wideOf(parts: readonly Part[], kind: keyof Logic, law: (part: Part) => number) {
  const known = parts.filter(({ wide }) => wide !== null);
  const ratios = known.map((part) => (part.wide as Logic)[kind] / law(part));
  const times = mean(ratios);
  return { known: known.length, times, sigma: anecdotal(sigmaOf(ratios.map((ratio) => times / ratio)), known.length) };
}

/** `packing`: as in `partOf`; it goes into the tables of generators on an ECP5. */
export function partLaws(rows: readonly PartRow[], packing: number): PartLaws {
  const parts = rows.map((row) => partOf(row, packing));
  const hasTrees = ({ row }: Part): boolean => row.part === "router" && row.size.hasTrees;
  const ofKind = (part: PartRow["part"]): readonly Part[] => parts.filter((one) => one.row.part === part);
  const [trees, routers] = [ofKind("router").filter(hasTrees), ofKind("router").filter((part) => !hasTrees(part))];
  const generators = ofKind("generator");
  const quantities: PartLaws["quantities"][number][] = [];
  const lines: string[] = ["", "routers, law / ECP5; each by the law of all others, whose form it did not choose"];
  const fits = { luts: routerFit(routers, "luts"), flipFlops: routerFit(routers, "flipFlops") };
  for (const [i, { row, luts, flipFlops, bufferLuts }] of routers.entries())
    lines.push(
      `${row.name.padEnd(48)} LUT ${ratioText(fits.luts.choice.unseen[i] * luts + bufferLuts, luts + bufferLuts).padEnd(24)} FF ${ratioText(fits.flipFlops.choice.unseen[i] * flipFlops, flipFlops)}`,
    );
  for (const kind of KINDS) {
    const { choice, coefficients } = fits[kind];
    const forms = FORMS[kind].map((terms, k) => `${terms.join(" + ")} (chosen ${choice.chosen[k]} times)`).join(", ");
    lines.push(
      `${UNITS[kind]}: rms of ln ${sigmaOf(choice.unseen).toFixed(3)}; ${forms}; the law: ${ROUTER_TERMS[kind].map((term, k) => `${coefficients[k].toPrecision(4)} ${term}`).join(" + ")}`,
    );
  }
  const { growth, far } = growthOf(routers);
  lines.push(
    `beyond ${SMALL} buffers by the law of smaller ones: ${far.map(([{ row }, ratio]) => `${row.name} ${ratio.toFixed(2)}`).join(", ")}; ${growth.toFixed(3)} of ln per ln(times)`,
  );
  const treeRatios = (kind: keyof Logic): readonly number[] => trees.map((part) => part[kind] / fits[kind].law(part));
  for (const kind of KINDS)
    lines.push(
      `with trees, ${UNITS[kind]} over the law: ${trees.map(({ row }, i) => `${row.name} ${treeRatios(kind)[i].toFixed(2)}`).join(", ")}`,
    );

  const generatorBits = { luts: "adderBits", flipFlops: "heldBits" } as const;
  const sizeOf = ({ row }: Part, kind: keyof Logic): number =>
    row.part === "generator" ? modelledGenerator(row.size)[generatorBits[kind]] : 0;
  const perBit = (kind: keyof Logic) =>
    fitted(
      generators.map((part) => [sizeOf(part, kind)]),
      generators.map((part) => part[kind]),
    );
  const generator = { luts: perBit("luts"), flipFlops: perBit("flipFlops") };
  lines.push(
    "",
    `address generators, law / ECP5 by Yosys times ${packing.toFixed(3)} for packing, without memories and tables of rows; each by the law of all others`,
  );
  for (const [i, { row, luts, flipFlops }] of generators.entries())
    lines.push(
      `${row.name.padEnd(48)} LUT ${ratioText(generator.luts.unseen[i] * luts, luts).padEnd(24)} FF ${ratioText(generator.flipFlops.unseen[i] * flipFlops, flipFlops)}`,
    );
  for (const kind of KINDS)
    lines.push(`${UNITS[kind]}: rms of ln ${generator[kind].sigma.toFixed(3)}, ${generator[kind].coefficients[0].toFixed(3)} per bit`);

  const add = (...quantity: PartLaws["quantities"][number]): void => void quantities.push(quantity);
  for (const family of ["ecp5", "ultrascale-plus"] as const) {
    const isWide = family !== "ecp5";
    const scaled = (some: readonly Part[], kind: keyof Logic, law: (part: Part) => number) =>
      isWide ? wideOf(some, kind, law) : { known: some.length, times: 1, sigma: 0 };
    for (const kind of KINDS) {
      const { choice, coefficients, law } = fits[kind];
      const { known, times, sigma } = scaled(routers, kind, law);
      for (const [k, term] of ROUTER_TERMS[kind].entries())
        add(family, `router_${NAMES[kind]}_per_${term}`, `${UNITS[kind]} each`, times * coefficients[k], known);
      add(family, `router_${kind === "luts" ? "lut" : "flip_flop"}_sigma`, "ln", hypot(sigmaOf(choice.unseen), sigma), known);
      add(family, `router_tree_${NAMES[kind]}`, "times", mean(treeRatios(kind)), trees.length);
      const rowLaw = (part: Part): number => generator[kind].coefficients[0] * sizeOf(part, kind);
      const wide = scaled(generators, kind, rowLaw);
      add(family, `generator_${NAMES[kind]}_per_bit`, `${UNITS[kind]} per bit`, wide.times * generator[kind].coefficients[0], wide.known);
      add(family, `generator_${kind === "luts" ? "lut" : "flip_flop"}_sigma`, "ln", hypot(generator[kind].sigma, wide.sigma), wide.known);
      if (isWide)
        lines.push(
          `UltraScale+ over the law of ECP5, ${UNITS[kind]}: routers ${times.toFixed(2)} (${known}), generators ${wide.times.toFixed(2)} (${wide.known})`,
        );
    }
    const spread = KINDS.flatMap((kind) => treeRatios(kind).map((ratio) => ratio / mean(treeRatios(kind))));
    add(family, "router_tree_sigma", "ln", anecdotal(sigmaOf(spread), trees.length), trees.length);
    add(family, "router_sigma_growth", "ln per ln", growth, far.length);
    const sizes = routers.flatMap(({ row }) => (row.part === "router" ? [routerSizes(row.size.ports, shapeOf(row.size))] : []));
    for (const size of ROUTER_SIZES) {
      const values = sizes.map((one) => one[size]);
      add(family, `router_least_${size}`, SIZE_UNITS[size], Math.min(...values), routers.length);
      add(family, `router_largest_${size}`, SIZE_UNITS[size], Math.max(...values), routers.length);
    }
  }
  return { quantities, lines };
}
