/**
 * A point as files by name: chip, memory images, test bench, and the results that the bench expects; the library's
 * files are not included. Pure.
 */

import { barrierLevels } from "../sim/program/index.js";
import { type Bench, benchOf, type Expected } from "./bench.js";
import { imagesOf } from "./images.js";
import { LEAST_INDEX_BITS } from "./index-bits.js";
import { hasNetwork, type NetworkTables, networkTables } from "./network.js";
import { type PointParts, type RtlPoint, rtlPoint } from "./point.js";
import { hostPackets, type PortTables, portTables } from "./port.js";
import { coreFiles, severalCoresModule } from "./several-top.js";
import { type CoreTables, coreTables } from "./tables.js";
import { benchModule, boardModule, chipModule, IMAGE_FILES, netlistBench, weightsFile } from "./top.js";
import { waveEnd } from "./wave-end.js";

export interface Emission {
  /** Texts by file name, in the order in which they are written. */
  readonly files: { readonly [name: string]: string };
  readonly expected: Expected;
  readonly bench: Bench;
  /** Test bench for a netlist of this chip, which has one core: a module around `rtl/gates-tb.sv`. */
  readonly netlistBench: string;
  /** Bits in the memories of the chip, by name. */
  readonly memoryBits: { readonly [name: string]: number };
}

/** Memory images of core `c`, by file name; if the chip has no network, names have no core number. */
function imageFiles(point: RtlPoint, tables: CoreTables, c: number): { readonly [name: string]: string } {
  const names = hasNetwork(point.experiment.chip, point.run.placement) ? coreFiles(c) : IMAGE_FILES;
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

/** Tables of all cores, with all numbers as wide as the widest. */
function tablesOf(point: RtlPoint, leastBits: number): CoreTables[] {
  const found = point.cores.map((core) => coreTables(point, core, leastBits));
  const widest = Math.max(...found.map(({ scalars }) => scalars.TW));
  return found.map((tables) => ({ ...tables, scalars: { ...tables.scalars, TW: widest } }));
}

/** What connects the cores of a chip. */
interface Between {
  readonly network: NetworkTables;
  readonly port: PortTables | null;
}

/** null: a single core without a network. */
function between(
  { experiment: { chip }, run: { placement }, program, cores, network }: RtlPoint,
  scalars: CoreTables["scalars"],
): Between | null {
  if (!hasNetwork(chip, placement)) return null;
  const parts = { chip, placement, program };
  return {
    network: networkTables(parts, cores, scalars),
    port: chip.port === null ? null : portTables(parts, chip.port, network.payloadBits),
  };
}

/** Files of the chip, and those that only a single core has. */
function chipFiles(
  point: RtlPoint,
  cores: readonly CoreTables[],
  bench: Bench,
  found: Between | null,
): { readonly [name: string]: string } {
  const pace = waveEnd(point.experiment.chip, cores.length, point.program.leastBarrierCycles);
  const [first] = cores;
  if (found === null) return { "chip.sv": chipModule(first, pace), "ulx3s.sv": boardModule(first, bench.sizes, point.longestSteps) };
  return { "chip.sv": severalCoresModule({ cores, ...found, pace, barrierLevels: barrierLevels(cores.length) }) };
}

/** Files of a point that has passed `checkEmittable`; `leastBits`: least width of the library's indices. */
export function emit(parts: PointParts, leastBits: number = LEAST_INDEX_BITS): Emission {
  const point = rtlPoint(parts);
  const cores = tablesOf(point, leastBits);
  const [first] = cores;
  const found = between(point, first.scalars);
  const host = found === null || found.port === null ? null : { ...found.port, ...hostPackets(point, found.network, found.port) };
  const bench = benchOf(point, host);
  const images = cores.map((tables, c) => imageFiles(point, tables, c));
  const bitsOf = (name: "SY" | "ST"): number =>
    cores.reduce((sum, { scalars }) => sum + scalars[`${name}_WORD`] * scalars[`${name}_BANKS`] * scalars[`${name}_ROWS`], 0);
  return {
    files: {
      ...chipFiles(point, cores, bench, found),
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
