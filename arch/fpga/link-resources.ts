/**
 * Resources of an FPGA for the links behind the output ports of a router, and for those from its ends into it: delay
 * lines of flits and credits as the emitted library builds them (`rtl/lib/mesh.sv`, `link.sv`), counted and not fitted.
 * On ECP5 each bit and stage is a flip-flop. On UltraScale+ three stages and more of data, which have no reset, are a
 * shift register in tables, as Yosys 0.52 builds them.
 * Not modelled: the few tables that tell whether a link is empty.
 */
import { log2 } from "../../base/math.js";
import type { Noc } from "../chip.js";
import type { FpgaFamily } from "./devices.js";
import { NO_RESOURCES, plus, type Resources } from "./resources.js";

export type LinkTimes = Pick<
  Noc,
  "virtualChannels" | "flitWidthBits" | "switchAllocationDelayCycles" | "switchTraversalDelayCycles" | "creditDelayCycles" | "linkCycles"
>;

/** Stages of a link: of flits and of credits. The last cycle is the buffer's, or the counter's, own. */
interface Stages {
  readonly flits: number;
  readonly credits: number;
}

/** Bits of a table as a shift register; shorter lines are flip-flops. */
const [SHIFT_BITS, SHORTEST_SHIFT] = [32, 3];
/** After as many stages in one table, or in several, the next one is a flip-flop. */
const isFlopBehind = (stages: number): boolean => stages % 128 === 17 || stages % SHIFT_BITS === 1;

/** A delay line of `bits` without a reset. */
function delayLine(stages: number, bits: number, family: FpgaFamily): Resources {
  if (family === "ecp5" || stages < SHORTEST_SHIFT) return { ...NO_RESOURCES, flipFlops: stages * bits };
  const flops = isFlopBehind(stages) ? 1 : 0;
  return { ...NO_RESOURCES, luts: bits * Math.ceil((stages - flops) / SHIFT_BITS), flipFlops: bits * flops };
}

/**
 * One link; beside its data each stage has a bit, with a reset, that tells whether the stage holds a flit or a credit.
 */
export function linkOf({ flits, credits }: Stages, noc: LinkTimes, family: FpgaFamily): Resources {
  const vcBits = Math.ceil(log2(noc.virtualChannels));
  const marks = { ...NO_RESOURCES, flipFlops: flits + credits };
  const data = delayLine(flits, noc.flitWidthBits + 2 + vcBits, family);
  return plus(plus(marks, data), delayLine(credits, vcBits, family));
}

/** Stages of a link to another router, from an end into its router, and from the router out to the end. */
export function linkStages({
  switchAllocationDelayCycles: allocation,
  switchTraversalDelayCycles: traversal,
  creditDelayCycles: credit,
  linkCycles: link,
}: LinkTimes): { readonly toRouter: Stages; readonly in: Stages; readonly out: Stages } {
  return {
    toRouter: { flits: allocation + traversal + link - 1, credits: allocation + link + credit - 1 },
    in: { flits: 1, credits: allocation },
    out: { flits: allocation + traversal, credits: 1 + credit },
  };
}

/** Links of a router with `ports` ports, `ends` of which lead to cores or to the chip's port. */
export function linkResources(ports: number, ends: number, noc: LinkTimes, family: FpgaFamily): Resources {
  const stages = linkStages(noc);
  const ofEnd = plus(linkOf(stages.in, noc, family), linkOf(stages.out, noc, family));
  return plus(plus(NO_RESOURCES, linkOf(stages.toRouter, noc, family), ports - ends), ofEnd, ends);
}
