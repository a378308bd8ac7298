/** Resources that a chip takes of an FPGA, and the check that the device has them. */

import { NORMAL_95 } from "../../base/distribution-quantiles.js";
import { InfeasibleError } from "../../base/errors.js";
import { exp } from "../../base/math.js";
import type { Chip } from "../chip.js";
import { messageBits } from "../components.js";
import { coreCounts } from "../core-kinds.js";
import { type CoreNeeds, messagePayloadBits } from "../core-needs.js";
import { routerShapes } from "../noc-shape.js";
import type { Precision } from "../precision.js";
import { blockRamShape, coreBlockRams, coreResources, type MemoryName } from "./core-resources.js";
import { coreStructure, structureName } from "./core-structure.js";
import { FPGA_DEVICES, FPGA_NAMES, type FpgaDevice, type FpgaName } from "./devices.js";
import { fpgaClockLimits } from "./fpga-clock.js";
import { errorsIn, type FpgaErrors } from "./fpga-errors.js";
import { type BeyondFit, beyondFit, errorsOf, fpgaLaws } from "./fpga-laws.js";
import { linkResources } from "./link-resources.js";
import { type CountedPart, type FpgaPart, type LogicErrors, NO_RESOURCES, plus, type Resources } from "./resources.js";
import {
  PORT_ERRORS,
  portResources,
  type RouterBeyond,
  routerBeyond,
  routerErrors,
  routerResources,
  routerShape,
} from "./router-resources.js";
import { rowParts } from "./row-resources.js";

export interface FpgaUse {
  readonly name: FpgaName;
  readonly device: FpgaDevice;
  readonly parts: readonly FpgaPart[];
  readonly total: Resources;
  /** Block RAMs by the memories of all cores, routers and the port; those that take none are left out. */
  readonly memories: readonly { readonly memory: MemoryName | "router buffers" | "port queue"; readonly blockRams: number }[];
  /** The block that limits the clock, with the 90 % interval of the law; null bounds: the family has no law. */
  readonly clock: { readonly block: string; readonly mhz: number; readonly low: number | null; readonly high: number | null };
  /** The core's part that goes furthest beyond the cores that the laws were fitted to; null: none does. */
  readonly beyond: BeyondFit | null;
  /** The same of routers, by the size that goes furthest. */
  readonly routerBeyond: RouterBeyond | null;
  /** Errors of the laws; those of cores and routers grow with the distance from the synthesised ones. */
  readonly errors: FpgaErrors;
  /** Utilisation of the most used resource, percent. */
  readonly utilisationPercent: number;
}

/** Links are counted bit by bit. */
const EXACT: LogicErrors = { luts: 0, flipFlops: 0 };

const PART_NAMES = { generator: "address generator", decoder: "decoder of rows" } as const;

/** Kinds of resources, for chips and devices. */
const RESOURCE_NAMES = ["luts", "flipFlops", "blockRams", "dsps"] as const satisfies readonly (keyof Resources)[];

/** null: the chip is not on an FPGA. */
export const fpgaUse = (chip: Chip, precision: Precision, needs: CoreNeeds): FpgaUse | null =>
  chip.fpga === null ? null : fpgaUseOf(chip, chip.fpga, precision, needs);

/** What a chip would take of a device, wherever its description builds it. */
export function fpgaUseOf(chip: Chip, name: FpgaName, precision: Precision, needs: CoreNeeds): FpgaUse {
  const device: FpgaDevice = FPGA_DEVICES[name];
  const parts: CountedPart[] = [];
  const blocks = new Map<FpgaUse["memories"][number]["memory"], number>();
  const addBlocks = (memory: FpgaUse["memories"][number]["memory"], blockRams: number): void => {
    if (blockRams > 0) blocks.set(memory, (blocks.get(memory) ?? 0) + blockRams);
  };
  const laws = fpgaLaws(device.family);
  let beyond: BeyondFit | null = null;
  for (const { core, count } of coreCounts(chip)) {
    const structure = coreStructure(core, precision, needs);
    const own = beyondFit(structure, laws);
    if (own !== null && own.times > (beyond?.times ?? 0)) beyond = own;
    for (const [memory, blockRams] of coreBlockRams(chip, core, precision, needs, device)) addBlocks(memory, count * blockRams);
    const add = (
      kind: FpgaPart["kind"],
      part: string,
      each: Resources,
      errorsOn: CountedPart["errorsOn"],
      shape: CountedPart["shape"],
    ): void => {
      parts.push({ kind, part, count, ...plus(NO_RESOURCES, each, count), errorsOn, shape });
    };
    const coreShape = { logic: structureName(structure), memories: blockRamShape(chip, core, precision, needs, device) };
    add("core", "core", coreResources(chip, core, precision, needs, device), (family) => errorsOf(structure, fpgaLaws(family)), coreShape);
    for (const { kind, resources, errorsOn, shape } of rowParts(core, precision, needs, device.family))
      add(kind, PART_NAMES[kind], resources, errorsOn, shape === null ? null : { logic: shape, memories: shape });
  }
  let furthest: RouterBeyond | null = null;
  const shapes = routerShapes(chip);
  for (const ports of new Set(shapes.map((shape) => shape.ports))) {
    const count = shapes.reduce((sum, shape) => sum + (shape.ports === ports ? shape.count : 0), 0);
    const each = routerResources(ports, chip.noc, device);
    const errorsOn: CountedPart["errorsOn"] = (family) => routerErrors(ports, chip.noc, family);
    const own = routerBeyond(ports, chip.noc, device.family);
    if (own !== null && own.times > (furthest?.times ?? 0)) furthest = own;
    const name = routerShape(ports, chip.noc);
    const shape = { logic: name, memories: name };
    parts.push({ kind: "router", part: `router of ${ports} ports`, count, ...plus(NO_RESOURCES, each, count), errorsOn, shape });
  }
  if (shapes.length > 0) {
    // a link leads out of each port, and one from each end into its router
    const count = shapes.reduce((sum, shape) => sum + shape.count * (shape.ports + shape.ends), 0);
    const links = shapes.reduce(
      (sum, shape) => plus(sum, linkResources(shape.ports, shape.ends, chip.noc, device.family), shape.count),
      NO_RESOURCES,
    );
    parts.push({ kind: "link", part: "link", count, ...links, errorsOn: () => EXACT, shape: null });
  }
  if (chip.port !== null) {
    const own = portResources(chip.port, messageBits(chip, messagePayloadBits(needs)), device);
    parts.push({ kind: "port", part: "port", count: 1, ...own, errorsOn: () => PORT_ERRORS, shape: null });
  }
  const total = parts.reduce<Resources>((sum, part) => plus(sum, part), NO_RESOURCES);
  for (const { kind, blockRams } of parts)
    if (kind === "port" || kind === "router") addBlocks(kind === "port" ? "port queue" : "router buffers", blockRams);
  return {
    memories: [...blocks].map(([memory, blockRams]) => ({ memory, blockRams })),
    clock: clockOf(chip, name, precision, needs),
    ...{ name, device, parts, total, beyond, routerBeyond: furthest, errors: errorsIn(parts, total, device.family, laws) },
    utilisationPercent: Math.max(...RESOURCE_NAMES.map((kind) => (100 * total[kind]) / device[kind])),
  };
}

/** 90 % interval of a value whose logarithm has this standard deviation. */
const intervalOfLog = (value: number, sigma: number): { readonly low: number; readonly high: number } => ({
  low: value * exp(-NORMAL_95 * sigma),
  high: value * exp(NORMAL_95 * sigma),
});

function clockOf(chip: Chip, name: FpgaName, precision: Precision, needs: CoreNeeds): FpgaUse["clock"] {
  const [{ block, periodNs, sigma }] = fpgaClockLimits(chip, name, precision, needs);
  const mhz = 1000 / periodNs;
  return { block, mhz, ...(sigma === null ? { low: null, high: null } : intervalOfLog(mhz, sigma)) };
}

/** Keys on which the laws of tables and flip-flops depend; tables do not depend on lanes. */
const NARROWER = "tile.core.neuron_update.units or tile.core.state_memory.banks, another tile.core.state_memory.word_bits";

const SHORT = {
  luts: ["FPGA_LUTS_FULL", "tables", `fewer cores, ${NARROWER}`],
  flipFlops: ["FPGA_FLIP_FLOPS_FULL", "flip-flops", `fewer cores, ${NARROWER}`],
  blockRams: ["FPGA_BLOCK_RAMS_FULL", "block RAMs of 18 kbit", "smaller memories and queues, or wider parts of their words"],
  dsps: ["FPGA_DSPS_FULL", "multipliers", "fewer tile.core.lanes or neuron_update.units"],
} as const;

/** @throws InfeasibleError if the device has less than the chip takes; ignores the error of the laws. */
export function checkFpga({ device, total, parts }: FpgaUse): void {
  // a chip takes the same of every device of a family
  const larger = FPGA_NAMES.find((name) => {
    const other = FPGA_DEVICES[name];
    return other.family === device.family && RESOURCE_NAMES.every((kind) => total[kind] <= other[kind]);
  });
  for (const kind of RESOURCE_NAMES) {
    if (total[kind] <= device[kind]) continue;
    const [code, what, fix] = SHORT[kind];
    const routed = parts.some((part) => part.kind === "router" && part[kind] > 0) ? ", fewer noc.virtual_channels" : "";
    const instead = larger === undefined ? "" : `; or set chip.fpga: ${larger}`;
    throw new InfeasibleError(code, `${device.part}, ${what}`, String(total[kind]), String(device[kind]), `take ${fix}${routed}${instead}`);
  }
}
