/** A point as files by name: chip, memory images, test bench, and what the bench expects; the library is not among them. Pure. */

import { barrierOf } from "../sim/program/index.js";
import { type Bench, benchOf, type Expected } from "./bench.js";
import { imagesOf } from "./images.js";
import { type PointParts, rtlPoint } from "./point.js";
import { coreTables } from "./tables.js";
import { benchModule, boardModule, chipModule, IMAGE_FILES, netlistBench, weightsFile } from "./top.js";

export interface Emission {
  /** By file name, in the order in which they are written. */
  readonly files: { readonly [name: string]: string };
  readonly expected: Expected;
  readonly bench: Bench;
  /** Bench of a netlist of this chip: a module around `rtl/gates-tb.sv`. */
  readonly netlistBench: string;
  /** Bits that the memories of the chip hold, by name. */
  readonly memoryBits: { readonly [name: string]: number };
}

/** Files of a point that `checkEmittable` has passed. */
export function emit(parts: PointParts): Emission {
  const point = rtlPoint(parts);
  const tables = coreTables(point);
  const bench = benchOf(point);
  const images = imagesOf(point, tables);
  const { scalars } = tables;
  return {
    files: {
      "chip.sv": chipModule(tables, barrierOf(parts.experiment.chip, 1, point.program.leastBarrierCycles)),
      "ulx3s.sv": boardModule(tables, bench.sizes, point.longestSteps),
      "bench.sv": benchModule(tables, bench.sizes, bench.tables),
      ...Object.fromEntries(images.weights.map((text, bank) => [weightsFile(bank), text])),
      [IMAGE_FILES.own]: images.own,
      ...(images.sigmoid === null ? {} : { [IMAGE_FILES.sigmoid]: images.sigmoid }),
      ...bench.files,
    },
    expected: bench.expected,
    bench,
    netlistBench: netlistBench(tables, bench.sizes),
    memoryBits: {
      weights: scalars.SY_WORD * scalars.SY_BANKS * scalars.SY_ROWS,
      states: scalars.ST_WORD * scalars.ST_BANKS * scalars.ST_ROWS,
    },
  };
}
