/**
 * RANC: a grid of cores that sweep all neurons in each global tick, and routers of merges and FIFOs with
 * dimension-ordered routes.
 *
 * A packet is (dx, dy, axon, delay); a router is twelve FIFOs and five merges (E, W, N, S, local). Core c is at (c mod
 * width, c div width); the output position has a router but no core. A core misses ticks that come while it works.
 * Source: github.com/UA-RCL/RANC, hardware/IP/RANCNetwork, and its recorded runs. Not modelled: the AXI front end.
 */
import type { RancChip } from "../../arch/index.js";
import { type Kernel, runKernel } from "./event-loop.js";
import { ARBITERS } from "./parts/arbiter.js";
import { DelaySlots } from "./parts/delay-slots.js";
import { Fifo, newFifoCounters } from "./parts/fifo.js";
import { Merge } from "./parts/merge.js";
import type { Part } from "./parts/part.js";
import { SweepCore, type SweepNeuron } from "./parts/sweep-core.js";
import { packetCodec, type RancPacket } from "./ranc-packet.js";
import { TraceWriter } from "./trace-writer.js";

/** A neuron and the packet that its spikes send. */
export interface RancNeuron extends SweepNeuron {
  readonly packet: RancPacket;
}

/** Memories of one core: synaptic types of its axons, and words of its neurons; null at the output position. */
export type RancCoreNet = { readonly axonTypes: readonly number[]; readonly neurons: readonly RancNeuron[] } | null;

export interface RancStimulus {
  readonly cores: readonly RancCoreNet[];
  readonly ticks: readonly number[];
  /** Packets written to the input queue, relative to core 0. */
  readonly injections: readonly { readonly cycle: number; readonly packet: RancPacket }[];
  readonly limitCycles: number;
}

const BUFFERS = [
  ...(["local_east", "local_west", "east_out", "west_out", "east_to_north", "east_to_south"] as const),
  ...(["west_to_north", "west_to_south", "north_out", "south_out", "north_to_local", "south_to_local"] as const),
] as const;
type BufferName = (typeof BUFFERS)[number];
type Router = { readonly [buffer in BufferName]: Fifo<RancPacket> };

/** Applies ticks and injections in their cycles. */
class Stimulus implements Part {
  readonly name = "stimulus";
  private readonly cycles: readonly number[];
  private position = 0;
  constructor(
    cycles: Iterable<number>,
    private readonly drive: (cycle: number) => void,
  ) {
    this.cycles = [...new Set(cycles)].sort((a, b) => a - b);
  }
  nextCycle(cycle: number): number {
    const at = this.cycles[this.position];
    return at === undefined ? Number.POSITIVE_INFINITY : Math.max(at, cycle);
  }
  evaluate(cycle: number): void {
    if (this.cycles[this.position] === cycle) this.drive(cycle);
  }
  commit(cycle: number): void {
    if (this.cycles[this.position] === cycle) this.position++;
  }
}

/** Outputs of a router, in the order of `RancRun.departed`. */
export const RANC_PORTS = ["east", "west", "north", "south", "core"] as const;

export interface RancRun {
  readonly trace: string;
  readonly potentials: string;
  readonly summary: { readonly [key: string]: unknown };
  /** By core: the sums for the summary; null at the output position. */
  readonly cores: readonly (SweepCore | null)[];
  readonly hops: number;
  /** [routers][RANC_PORTS] packets that left by each port; at the core or the output, those delivered. */
  readonly departed: Int32Array;
  readonly injected: number;
  readonly refused: number;
  readonly outputs: number;
  /** Packets in queues and merges at the end. */
  readonly inFlight: number;
  /** No part has work, and no tick or injection is to come, before the limit. */
  readonly isQuiet: boolean;
}

export function runRanc(chip: RancChip, stimulus: RancStimulus, kernel: Kernel = runKernel): RancRun {
  const { width, height } = chip.grid;
  const codec = packetCodec(chip);
  const trace = new TraceWriter("cycle,core,event,a,b", [
    ...[["TICK"], ["INJECT"], ["TICK_START"], ["TICK_END"], ["CLR"], ["SPIKE"], ["HOP"], ["SCHED_WR"], ["SCHED_DROP"], ["OUT"]],
  ]);
  const parts: Part[] = [];
  const snapshots: { cycle: number; core: number; potentials: string }[] = [];
  let hops = 0;
  let outputs = 0;
  const departed = new Int32Array(width * height * RANC_PORTS.length);
  const depart = (core: number, port: (typeof RANC_PORTS)[number]): void => {
    departed[core * RANC_PORTS.length + RANC_PORTS.indexOf(port)]++;
  };

  const newQueue = (name: string, depth: number): Fifo<RancPacket> => {
    const queue = new Fifo<RancPacket>(name, { depth, visibilityCycles: 1, fullJudged: "before-pop" }, newFifoCounters());
    parts.push(queue);
    return queue;
  };
  const inputQueue = newQueue("input queue", chip.input_queue_depth);
  const routers: Router[] = [];
  for (let c = 0; c < width * height; c++) {
    routers.push(
      Object.fromEntries(BUFFERS.map((buffer) => [buffer, newQueue(`core ${c} ${buffer}`, chip.router_buffer_depth)])) as Router,
    );
  }
  const write = (core: number, buffer: BufferName, packet: RancPacket, shown: number, cycle: number): void => {
    routers[core][buffer].push(packet, cycle);
    hops++;
    trace.addOf(core, cycle, "HOP", [buffer, shown], true);
  };

  const cores = stimulus.cores.map((net, c): SweepCore | null => {
    if (net === null) return null;
    const router = routers[c];
    const slots = new DelaySlots(`core ${c} scheduler`, chip.delay_slots, chip.axons);
    const core = new SweepCore(`core ${c}`, { axons: chip.axons, potentialBits: chip.potential_bits }, net.axonTypes, net.neurons, slots, {
      canSend: () => !router.local_east.isFull() && !router.local_west.isFull(),
      begin: (cycle) => trace.addOf(c, cycle, "TICK_START", ["", ""]),
      clear: (cycle) => trace.addOf(c, cycle, "CLR", ["", ""]),
      end(cycle, stalls, potentials) {
        trace.addOf(c, cycle, "TICK_END", [stalls, ""]);
        snapshots.push({ cycle, core: c, potentials: potentials.join(" ") });
      },
      spike(cycle, neuron) {
        const packet = net.neurons[neuron].packet;
        trace.addOf(c, cycle, "SPIKE", [neuron, codec.full(packet)]);
        write(c, packet.dx < 0 ? "local_west" : "local_east", packet, codec.full(packet), cycle);
      },
    });
    parts.push(slots, core);
    return core;
  });

  const neighbour = (core: number, dx: number, dy: number, buffer: BufferName): Fifo<RancPacket>[] => {
    const x = (core % width) + dx;
    const y = Math.floor(core / width) + dy;
    return x < 0 || x >= width || y < 0 || y >= height ? [] : [routers[x + y * width][buffer]];
  };
  for (let c = 0; c < width * height; c++) {
    const r = routers[c];
    const merge = (
      name: string,
      inputs: readonly Fifo<RancPacket>[],
      outs: readonly BufferName[],
      present: (p: RancPacket, cycle: number) => void,
    ): void => {
      parts.push(
        new Merge(
          `core ${c} merge ${name}`,
          inputs,
          outs.map((out) => r[out]),
          ARBITERS[chip.merge_arbiter](),
          present,
        ),
      );
    };
    const horizontal = (side: "east" | "west"): ((p: RancPacket, cycle: number) => void) => {
      const step = side === "east" ? -1 : 1;
      return (p, cycle) => {
        if (p.dx === 0) write(c, p.dy >= 0 ? `${side}_to_north` : `${side}_to_south`, p, codec.vertical(p), cycle);
        else {
          const next = { ...p, dx: codec.wrapHops(p.dx + step) };
          write(c, `${side}_out`, next, codec.full(next), cycle);
          depart(c, side);
        }
      };
    };
    const vertical = (side: "north" | "south"): ((p: RancPacket, cycle: number) => void) => {
      const step = side === "north" ? -1 : 1;
      return (p, cycle) => {
        if (p.dy === 0) write(c, `${side}_to_local`, p, codec.local(p), cycle);
        else {
          const next = { ...p, dy: codec.wrapHops(p.dy + step) };
          write(c, `${side}_out`, next, codec.vertical(next), cycle);
          depart(c, side);
        }
      };
    };
    merge(
      "E",
      [...(c === 0 ? [inputQueue] : neighbour(c, -1, 0, "east_out")), r.local_east],
      ["east_out", "east_to_north", "east_to_south"],
      horizontal("east"),
    );
    merge("W", [...neighbour(c, 1, 0, "west_out"), r.local_west], ["west_out", "west_to_north", "west_to_south"], horizontal("west"));
    merge("N", [...neighbour(c, 0, -1, "north_out"), r.east_to_north, r.west_to_north], ["north_out", "north_to_local"], vertical("north"));
    merge("S", [...neighbour(c, 0, 1, "south_out"), r.east_to_south, r.west_to_south], ["south_out", "south_to_local"], vertical("south"));
    merge("L", [r.north_to_local, r.south_to_local], [], (p, cycle) => {
      const core = cores[c] ?? null;
      depart(c, "core");
      if (core === null) {
        outputs++;
        trace.addOf(c, cycle, "OUT", [p.axon, ""]);
      } else trace.addOf(c, cycle, core.receive(p.axon, p.delayTicks, cycle) ? "SCHED_WR" : "SCHED_DROP", [p.axon, p.delayTicks]);
    });
  }

  const tickIndex = new Map(stimulus.ticks.map((cycle, i) => [cycle, i]));
  const injections = new Map(stimulus.injections.map(({ cycle, packet }) => [cycle, packet]));
  let refused = 0;
  parts.unshift(
    new Stimulus([...tickIndex.keys(), ...injections.keys()], (cycle) => {
      const tick = tickIndex.get(cycle);
      if (tick !== undefined) {
        trace.addOf(-1, cycle, "TICK", [tick, ""]);
        for (const core of cores) core?.tick(cycle);
      }
      const packet = injections.get(cycle);
      if (packet === undefined) return;
      const isTaken = inputQueue.pushOrDrop(packet, false, cycle);
      if (!isTaken) refused++;
      trace.addOf(-1, cycle, "INJECT", [isTaken ? 0 : 1, codec.full(packet)]);
    }),
  );

  const limit = stimulus.limitCycles;
  const { quietAt } = kernel(parts, { limitCycles: limit, settleCycles: 0, observe: null });

  const live = cores.flatMap((core, c) => (core === null ? [] : [{ core, c }]));
  const perCore = live.map(({ core, c }) => [String(c), { busy_cycles: core.busyCyclesUntil(limit), ...core.counters() }] as const);
  const total = (key: keyof (typeof perCore)[number][1]): number => perCore.reduce((sum, [, entry]) => sum + entry[key], 0);
  const finals = live.map(({ core, c }) => `final,${c},${core.potential.join(" ")}`);
  const shown = snapshots.sort((a, b) => a.cycle - b.cycle || a.core - b.core).map((s) => `${s.cycle},${s.core},${s.potentials}`);
  return {
    trace: trace.csv(limit),
    potentials: ["tick_end_cycle,core,potentials", ...finals, ...shown, ""].join("\n"),
    summary: {
      cores: Object.fromEntries(perCore),
      token_controller_error: live.some(({ core }) => core.missedTicks > 0) ? 1 : 0,
      scheduler_error: 0,
      totals: {
        busy_cycles: total("busy_cycles"),
        stall_cycles: total("stall_cycles"),
        csram_writes: total("csram_writes"),
        synaptic_ops: total("synaptic_ops"),
        sched_writes: total("sched_writes"),
        sched_drops: total("sched_drops"),
        spikes: total("spikes"),
        hops,
        outputs,
      },
      last_event_cycle: trace.lastCycle(limit),
    },
    cores,
    hops,
    departed,
    injected: stimulus.injections.filter(({ cycle }) => cycle < limit).length,
    refused,
    outputs,
    inFlight: parts.reduce((sum, part) => sum + (part instanceof Fifo ? part.occupancy : part instanceof Merge ? part.held() : 0), 0),
    isQuiet: quietAt !== null,
  };
}
