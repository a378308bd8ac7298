/**
 * The flit time of a step a second time: the object network, asked cycle by cycle, and a list of messages for each
 * core.
 *
 * Rules: those of `sim/sanafe/flit-time.ts`, for chips of one core per tile.
 */
import { createRng } from "../../../base/rng.js";
import type { SanafeChip } from "../../../sim/sanafe/architecture.js";
import { ObjectNetwork } from "../../oracles/object-network.js";
import { networkOf } from "../noc/spec.js";
import type { PlainMessage } from "./plain-detailed.js";

/** Router stages and link of a hop, in cycles. */
const HOP_CYCLES = 5;

export class PlainFlit {
  private readonly network: ObjectNetwork;
  private readonly cycleS: number;
  /** Cycle in which the next step begins: the one behind the last arrival. */
  private base = 0;

  constructor(private readonly chip: SanafeChip) {
    const { width, height, linkBufferSize, tiles } = chip;
    const hopsS = tiles.flatMap(({ hop }) => [hop.north, hop.east, hop.south, hop.west].map(({ latencyS }) => latencyS));
    this.cycleS = hopsS.reduce((sum, one) => sum + one, 0) / hopsS.length / HOP_CYCLES;
    const spec = { width, height, virtualChannels: 1, vcBufferFlits: linkBufferSize, creditDelayCycles: 1 };
    this.network = new ObjectNetwork(networkOf({ ...spec, allocator: "separable-input-first" }), createRng(1, "order"));
  }

  /** The step's duration, and in how many cycles a core took no messages. */
  stepS(messages: readonly PlainMessage[], restS: readonly number[]): { durationS: number; closed: number } {
    const { chip, network, base, cycleS } = this;
    const place = (core: number): number => chip.tiles[core].y * chip.width + chip.tiles[core].x;
    const madeS = restS.map(() => 0);
    const waiting = messages.map((one, tag) => {
      madeS[one.core] += one.madeAfterS;
      return { ...one, tag, atCycle: base + Math.ceil(madeS[one.core] / cycleS) };
    });
    const busyS = restS.map(() => 0);
    /** By core: cycles in which its messages begin. */
    const begins: number[][] = restS.map(() => []);
    let closed = 0;
    for (let arrived = 0; arrived < messages.length; ) {
      for (const { core, target, tag, atCycle } of waiting) {
        if (atCycle === network.cycle) network.inject(place(core), [place(target)], 1, tag);
      }
      restS.forEach((_, core) => {
        const isFull = begins[core].filter((cycle) => cycle > network.cycle).length >= chip.linkBufferSize;
        if (isFull) closed++;
        network.setAccept(place(core), !isFull);
      });
      const before = network.arrivals.length;
      network.step();
      for (const { tag } of network.arrivals.slice(before)) {
        const { target, processingS } = messages[tag];
        const beginS = Math.max((network.cycle - base) * cycleS, busyS[target]);
        busyS[target] = beginS + processingS;
        begins[target].push(base + Math.ceil(beginS / cycleS));
        arrived++;
        this.base = network.cycle;
      }
    }
    return { durationS: Math.max(...madeS.map((s, core) => s + restS[core]), ...busyS), closed };
  }
}
