/** A point as files by name: chip, memory images, test bench, and what the bench expects; the library is not among them. Pure. */

import { barrierLevels } from "../sim/program/index.js";
import { type Bench, benchOf, type Expected } from "./bench.js";
import { imagesOf } from "./images.js";
import { networkTables } from "./network.js";
import { type PointParts, type RtlPoint, rtlPoint } from "./point.js";
import { coreFiles, severalCoresModule } from "./several-top.js";
import { type CoreTables, coreTables } from "./tables.js";
import { benchModule, boardModule, chipModule, IMAGE_FILES, netlistBench, weightsFile } from "./top.js";
import { waveEnd } from "./wave-end.js";

export interface Emission {
  /** By file name, in the order in which they are written. */
  readonly files: { readonly [name: string]: string };
  readonly expected: Expected;
  readonly bench: Bench;
  /** Bench of a netlist of this chip, which has one core: a module around `rtl/gates-tb.sv`. */
  readonly netlistBench: string;
  /** Bits that the memories of the chip hold, by name. */
  readonly memoryBits: { readonly [name: string]: number };
}

/** Memory images of core `c`, by file name; a chip of one core does not number them. */
function imageFiles(point: RtlPoint, tables: CoreTables, c: number): { readonly [name: string]: string } {
  const names = point.cores.length === 1 ? IMAGE_FILES : coreFiles(c);
  const images = imagesOf(point, point.cores[c], tables);
  return {
    ...Object.fromEntries(images.weights.map((text, bank) => [weightsFile(bank, names.weights), text])),
    [names.own]: images.own,
    ...(images.sigmoid === null ? {} : { [IMAGE_FILES.sigmoid]: images.sigmoid }),
    ...(images.rows === null
      ? {}
      : { [names.axons]: images.rows.axons, [names.segments]: images.rows.segments, [names.routes]: images.rows.routes }),
  };
}

/** The cores' tables, all numbers as wide as the widest. */
function tablesOf(point: RtlPoint): CoreTables[] {
  const found = point.cores.map((core) => coreTables(point, core));
  const widest = Math.max(...found.map(({ scalars }) => scalars.TW));
  return found.map((tables) => ({ ...tables, scalars: { ...tables.scalars, TW: widest } }));
}

/** The chip, and what only a chip of one core has. */
function chipFiles(point: RtlPoint, cores: readonly CoreTables[], bench: Bench): { readonly [name: string]: string } {
  const { chip } = point.experiment;
  const pace = waveEnd(chip, cores.length, point.program.leastBarrierCycles);
  const [first] = cores;
  if (cores.length === 1) return { "chip.sv": chipModule(first, pace), "ulx3s.sv": boardModule(first, bench.sizes, point.longestSteps) };
  const network = networkTables({ chip, placement: point.run.placement, program: point.program }, point.cores, first.scalars);
  return { "chip.sv": severalCoresModule({ cores, network, pace, barrierLevels: barrierLevels(cores.length) }) };
}

/** Files of a point that `checkEmittable` has passed. */
export function emit(parts: PointParts): Emission {
  const point = rtlPoint(parts);
  const cores = tablesOf(point);
  const [first] = cores;
  const bench = benchOf(point);
  const images = cores.map((tables, c) => imageFiles(point, tables, c));
  const bitsOf = (name: "SY" | "ST"): number =>
    cores.reduce((sum, { scalars }) => sum + scalars[`${name}_WORD`] * scalars[`${name}_BANKS`] * scalars[`${name}_ROWS`], 0);
  return {
    files: {
      ...chipFiles(point, cores, bench),
      "bench.sv": benchModule(first, bench.sizes, bench.tables),
      ...Object.assign({}, ...images),
      ...bench.files,
    },
    expected: bench.expected,
    bench,
    netlistBench: netlistBench(first, bench.sizes),
    memoryBits: { weights: bitsOf("SY"), states: bitsOf("ST") },
  };
}
