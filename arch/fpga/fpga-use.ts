/** A chip as an FPGA: what it takes of the device, and whether that is there. */
import { InfeasibleError } from "../../base/errors.js";
import { exp, square } from "../../base/math.js";
import type { Chip } from "../chip.js";
import { coreKind, unlikeCores } from "../components.js";
import type { CoreNeeds } from "../core-needs.js";
import { routerPorts } from "../noc-shape.js";
import type { Precision } from "../precision.js";
import { coreResources, NO_RESOURCES, plus, type Resources } from "./core-resources.js";
import { FPGA_DEVICES, type FpgaDevice, type FpgaName } from "./devices.js";
import { fpgaLaws } from "./fpga-laws.js";
import { ROUTER_SIGMA, routerResources } from "./router-resources.js";

/** What equal parts take together. */
export interface FpgaPart extends Resources {
  /** `core`, `router of 5 ports`. */
  readonly part: string;
  readonly count: number;
}

export interface FpgaUse {
  readonly name: FpgaName;
  readonly device: FpgaDevice;
  readonly parts: readonly FpgaPart[];
  readonly total: Resources;
  /** Standard deviations of the logarithm. */
  readonly sigma: { readonly luts: number; readonly flipFlops: number };
  /** Use of the kind of resource that is used most, percent. */
  readonly utilisationPercent: number;
}

/** Kinds of resources by name, as a chip uses them and as a device has them. */
const RESOURCE_NAMES = ["luts", "flipFlops", "blockRams", "dsps"] as const satisfies readonly (keyof Resources)[];

/** null: the chip is no FPGA. */
export function fpgaUse(chip: Chip, precision: Precision, needs: CoreNeeds): FpgaUse | null {
  if (chip.fpga === null) return null;
  const device: FpgaDevice = FPGA_DEVICES[chip.fpga];
  const parts: FpgaPart[] = [];
  for (const core of unlikeCores(chip)) {
    const count = chip.cores.filter((other) => coreKind(other) === coreKind(core)).length;
    parts.push({ part: "core", count, ...plus(NO_RESOURCES, coreResources(chip, core, precision, needs, device), count) });
  }
  // a core alone has nobody to send to
  const routers = chip.cores.length > 1 ? routerPorts(chip) : [];
  for (const ports of new Set(routers)) {
    const count = routers.filter((other) => other === ports).length;
    const each = routerResources(ports, chip.noc, device);
    parts.push({ part: `router of ${ports} ports`, count, ...plus(NO_RESOURCES, each, count) });
  }
  const total = parts.reduce<Resources>((sum, part) => plus(sum, part), NO_RESOURCES);
  return {
    ...{ name: chip.fpga, device, parts, total, sigma: sigmaOf(parts, total, device) },
    utilisationPercent: Math.max(...RESOURCE_NAMES.map((kind) => (100 * total[kind]) / device[kind])),
  };
}

/** Standard normal beyond which a twentieth lies. */
const TAIL = 1.6448536269514722;

/** Nine tenths of a value whose logarithm has a standard deviation. */
export const intervalOfLog = (value: number, sigma: number): { readonly low: number; readonly high: number } => ({
  low: value * exp(-TAIL * sigma),
  high: value * exp(TAIL * sigma),
});

/** What all cores err by together, and what all routers do. */
function sigmaOf(parts: readonly FpgaPart[], total: Resources, { family }: FpgaDevice): FpgaUse["sigma"] {
  const { lutSigma, flipFlopSigma } = fpgaLaws(family);
  const of = (kind: "luts" | "flipFlops", core: number): number => {
    const share = parts.reduce((sum, part) => sum + (part.part === "core" ? part[kind] : 0), 0) / total[kind];
    return Math.sqrt(square(share * core) + square((1 - share) * ROUTER_SIGMA));
  };
  return { luts: of("luts", lutSigma), flipFlops: of("flipFlops", flipFlopSigma) };
}

const SHORT = {
  luts: ["FPGA_LUTS_FULL", "tables", "fewer cores, lanes or neuron_update.units"],
  flipFlops: ["FPGA_FLIP_FLOPS_FULL", "flip-flops", "fewer cores, or memories of kind: sram"],
  blockRams: ["FPGA_BLOCK_RAMS_FULL", "block RAMs of 18 kbit", "smaller memories, or wider parts of their words"],
  dsps: ["FPGA_DSPS_FULL", "multipliers", "fewer tile.core.lanes or neuron_update.units"],
} as const;

/** @throws InfeasibleError where the device has less than the chip takes; the law's error is not in it. */
export function checkFpga({ device, total, name }: FpgaUse): void {
  for (const kind of RESOURCE_NAMES) {
    if (total[kind] <= device[kind]) continue;
    const [code, what, fix] = SHORT[kind];
    const larger = name === "ecp5-45" ? "; or set chip.fpga: ecp5-85" : "";
    throw new InfeasibleError(code, `${device.part}, ${what}`, String(total[kind]), String(device[kind]), `take ${fix}${larger}`);
  }
}
