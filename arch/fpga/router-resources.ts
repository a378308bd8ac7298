/**
 * Resources of an FPGA for a router and for the port. A router's logic is a sum over its structure, whose coefficients
 * are fitted to synthesised routers of the emitted library (`components/fpga_laws.csv`, `scripts/fpga-laws.ts`); with
 * trees it is larger by a factor. Each virtual channel has a buffer with a rule of its own.
 */
import { hypot, log, log2, square } from "../../base/math.js";
import type { Noc, Port } from "../chip.js";
import type { FpgaDevice, FpgaFamily } from "./devices.js";
import { fpgaLaws, ROUTER_SIZES, type RouterSizes, type RouterStructure } from "./fpga-laws.js";
import { memoryBlocks } from "./memory-blocks.js";
import type { LogicErrors, Resources } from "./resources.js";

type RouterShape = Pick<Noc, "virtualChannels" | "vcBufferFlits" | "flitWidthBits">;

/** A flit with the bits that tell its first and last. */
const flitBits = ({ flitWidthBits }: Pick<Noc, "flitWidthBits">): number => flitWidthBits + 2;

export function routerStructure(ports: number, noc: RouterShape): RouterStructure {
  const buffers = ports * noc.virtualChannels;
  const pointer = Math.max(1, Math.ceil(log2(noc.vcBufferFlits)));
  const count = Math.ceil(log2(noc.vcBufferFlits + 1));
  return {
    buffers,
    pairs: square(buffers),
    crossBits: buffers * ports * flitBits(noc),
    counterBits: buffers * 2 * (pointer + count),
  };
}

/** Sizes that tell routers apart. */
export const routerShape = (
  ports: number,
  { virtualChannels, vcBufferFlits, flitWidthBits, multicast }: RouterShape & Pick<Noc, "multicast">,
): string => `${ports} ports x ${virtualChannels} VCs x ${vcBufferFlits} flits of ${flitWidthBits} bits, ${multicast}`;

/** Of all the router's buffers. */
export function bufferMemories(ports: number, noc: RouterShape, device: FpgaDevice): Pick<Resources, "luts" | "blockRams"> {
  const each = memoryBlocks({ words: noc.vcBufferFlits, wordBits: flitBits(noc), maskBits: null, kind: "written" }, device);
  const buffers = ports * noc.virtualChannels;
  return { luts: buffers * each.luts, blockRams: buffers * each.blockRams };
}

export function routerResources(ports: number, noc: RouterShape & Pick<Noc, "multicast">, device: FpgaDevice): Resources {
  const { router } = fpgaLaws(device.family);
  const structure = routerStructure(ports, noc);
  const logic = (kind: keyof LogicErrors): number => {
    const sum = router.logic[kind].reduce((all, [term, each]) => all + each * structure[term], 0);
    return noc.multicast === "tree" ? router.treeTimes[kind] * sum : sum;
  };
  const { luts, blockRams } = bufferMemories(ports, noc, device);
  return {
    luts: Math.round(logic("luts")) + luts,
    flipFlops: Math.round(logic("flipFlops")),
    blockRams,
    dsps: 0,
  };
}

export const routerSizes = (ports: number, { virtualChannels, vcBufferFlits, flitWidthBits }: RouterShape): RouterSizes => ({
  ...{ ports, buffers: ports * virtualChannels, flitBits: flitWidthBits, bufferFlits: vcBufferFlits },
});

/** A size by which a router is beyond the synthesised ones, which have `least` to `largest`. */
export interface RouterBeyond {
  readonly size: keyof RouterSizes;
  readonly value: number;
  readonly least: number;
  readonly largest: number;
  /** How many times as large as the largest, or as small as the least. */
  readonly times: number;
}

/** The size of a router that goes furthest beyond the synthesised ones; null: none does. */
export function routerBeyond(ports: number, noc: RouterShape, family: FpgaFamily): RouterBeyond | null {
  const { router } = fpgaLaws(family);
  const sizes = routerSizes(ports, noc);
  const found = ROUTER_SIZES.map((size): RouterBeyond => {
    const [value, least, largest] = [sizes[size], router.least[size], router.largest[size]];
    return { size, value, least, largest, times: Math.max(value / largest, least / value) };
  });
  const furthest = found.reduce((most, one) => (one.times > most.times ? one : most));
  return furthest.times > 1 ? furthest : null;
}

/** Errors grow with the logarithm of how far a router is beyond the synthesised ones. */
export function routerErrors(ports: number, noc: RouterShape & Pick<Noc, "multicast">, family: FpgaFamily): LogicErrors {
  const { router } = fpgaLaws(family);
  const beyond = router.growth * log(routerBeyond(ports, noc, family)?.times ?? 1);
  const trees = noc.multicast === "tree" ? router.treeSigma : 0;
  return { luts: hypot(router.sigma.luts, beyond, trees), flipFlops: hypot(router.sigma.flipFlops, beyond, trees) };
}

/**
 * The port: its queue of packets, whose depth is the description's, and the packet that its beats are put together to.
 * Not modelled: the control of the host link.
 */
export function portResources({ queueDepth }: Port, packetBits: number, device: FpgaDevice): Resources {
  const queue = memoryBlocks({ words: queueDepth, wordBits: packetBits, maskBits: null, kind: "written" }, device);
  return { luts: queue.luts, flipFlops: packetBits, blockRams: queue.blockRams, dsps: 0 };
}

/**
 * Standard deviation of the logarithm of a port's resources: a guess; the 90 % interval is half to twice the number.
 */
const PORT_SIGMA = 0.42;
export const PORT_ERRORS: LogicErrors = { luts: PORT_SIGMA, flipFlops: PORT_SIGMA };
