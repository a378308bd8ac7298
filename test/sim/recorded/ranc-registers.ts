/**
 * RANC a second time, on both clock edges: every register changes at its edge in every cycle, nothing is skipped.
 *
 * Slow and flat on purpose; shares no part, kernel or trace writer with the model. Rising edge: state machines, router
 * buffers, scheduler memory. Falling edge: merges and slot pointer. Values are reported after the falling edge.
 */
import type { RancChip } from "../../../arch/index.js";
import type { SweepNeuron } from "../../../sim/recorded/parts/sweep-core.js";
import type { RancStimulus } from "../../../sim/recorded/ranc.js";

const OUTPUTS = {
  E: ["east_out", "east_to_north", "east_to_south"],
  W: ["west_out", "west_to_north", "west_to_south"],
  N: ["north_out", "north_to_local"],
  S: ["south_out", "south_to_local"],
  L: [],
} as const;
type MergeName = keyof typeof OUTPUTS;

interface Packet {
  dx: number;
  dy: number;
  axon: number;
  delayTicks: number;
}
interface Merge {
  readonly core: number;
  readonly name: MergeName;
  /** Inputs in order of priority. */
  readonly inputs: Packet[][];
  /** Input that is being read; -1: none. */
  strobe: number;
  popped: Packet | null;
  writes: boolean;
  packet: Packet | null;
}
interface Core {
  state: "IDLE" | "SET" | "AXONS" | "WRITE" | "CHECK" | "CLR";
  clears: boolean;
  pointer: number;
  advances: boolean;
  neuron: number;
  axon: number;
  sum: number;
  pairs: number;
  stalls: number;
  readonly slots: Set<number>[];
  readonly potential: number[];
  readonly count: { busy: number; writes: number; ops: number; received: number; lost: number; spikes: number };
}

export interface RancFiles {
  readonly trace: string;
  readonly potentials: string;
  readonly summary: { readonly [key: string]: unknown };
}

export function runRancRegisters(chip: RancChip, stimulus: RancStimulus): RancFiles {
  const { width, height } = chip.grid;
  const cells = Array.from({ length: width * height }, (_, c) => c);
  const names = [...Object.values(OUTPUTS).flat(), "local_east", "local_west"];
  const buffers = cells.map(() => new Map(names.map((name) => [name, [] as Packet[]])));
  const inputQueue: Packet[] = [];
  const at = (core: number, name: string): Packet[] => buffers[core]?.get(name) as Packet[];
  const from = (core: number, dx: number, dy: number, name: string): Packet[][] => {
    const [x, y] = [(core % width) + dx, Math.floor(core / width) + dy];
    return x < 0 || y < 0 || x >= width || y >= height ? [] : [at(x + y * width, name)];
  };
  const merges = cells.flatMap((core): Merge[] => {
    const fresh = { core, strobe: -1, popped: null, writes: false, packet: null };
    const west = core === 0 ? [inputQueue] : from(core, -1, 0, "east_out");
    return [
      { ...fresh, name: "E", inputs: [...west, at(core, "local_east")] },
      { ...fresh, name: "W", inputs: [...from(core, 1, 0, "west_out"), at(core, "local_west")] },
      { ...fresh, name: "N", inputs: [...from(core, 0, -1, "north_out"), at(core, "east_to_north"), at(core, "west_to_north")] },
      { ...fresh, name: "S", inputs: [...from(core, 0, 1, "south_out"), at(core, "east_to_south"), at(core, "west_to_south")] },
      { ...fresh, name: "L", inputs: [at(core, "north_to_local"), at(core, "south_to_local")] },
    ];
  });
  const cores = stimulus.cores.map((net): Core | null =>
    net === null
      ? null
      : {
          ...{ state: "IDLE", clears: false, pointer: 15, advances: false, neuron: 0, axon: 0, sum: 0, pairs: 0, stalls: 0 },
          slots: Array.from({ length: 16 }, () => new Set<number>()),
          potential: net.neurons.map((neuron) => neuron.potential),
          count: { busy: 0, writes: 0, ops: 0, received: 0, lost: 0, spikes: 0 },
        },
  );
  const full = (queue: Packet[]): boolean => queue.length >= (queue === inputQueue ? chip.input_queue_depth : chip.router_buffer_depth);
  /** A spike waits while either of its core's outgoing buffers is full. */
  const blocked = (core: Core, c: number, word: SweepNeuron): boolean =>
    core.sum >= word.positiveThreshold && (full(at(c, "local_east")) || full(at(c, "local_west")));
  const target = ({ name, packet }: Merge): string => {
    const { dx, dy } = packet as Packet;
    if (name === "E") return dx === 0 ? (dy >= 0 ? "east_to_north" : "east_to_south") : "east_out";
    if (name === "W") return dx === 0 ? (dy >= 0 ? "west_to_north" : "west_to_south") : "west_out";
    if (name === "N") return dy === 0 ? "north_to_local" : "north_out";
    return dy === 0 ? "south_to_local" : "south_out";
  };
  const moved = (merge: Merge): Packet => {
    const packet = merge.packet as Packet;
    const step = { east_out: [-1, 0], west_out: [1, 0], north_out: [0, -1], south_out: [0, 1] }[target(merge)] ?? [0, 0];
    return { ...packet, dx: packet.dx + step[0], dy: packet.dy + step[1] };
  };
  const axonBits = (chip.axons - 1).toString(2).length * (chip.axons > 1 ? 1 : 0);
  const shown = (packet: Packet, fields: "full" | "vertical" | "local"): bigint => {
    let word = 0n;
    const put = (value: number, bits: number): void => {
      word = (word << BigInt(bits)) | BigInt.asUintN(bits, BigInt(value));
    };
    if (fields === "full") put(packet.dx, 9);
    if (fields !== "local") put(packet.dy, 9);
    put(packet.axon, axonBits);
    put(packet.delayTicks, 4);
    return word;
  };
  const fieldsOf = (buffer: string): "full" | "vertical" | "local" =>
    buffer.endsWith("_local") ? "local" : /^(east|west|local)_(out|east|west)$/.test(buffer) ? "full" : "vertical";
  const wrap = (value: number): number => Number(BigInt.asIntN(chip.potential_bits, BigInt(value)));

  const rows = ["cycle,core,event,a,b"];
  const potentials: string[] = [];
  const totals = { hops: 0, outputs: 0, error: 0, last: -1 };
  const ticks = new Map(stimulus.ticks.map((cycle, i) => [cycle, i]));
  const injections = new Map(stimulus.injections.map(({ cycle, packet }) => [cycle, packet]));

  for (let k = 0; k < stimulus.limitCycles; k++) {
    // rising edge: requests of cycle k - 1; full and empty are those of cycle k - 1
    const pushes: [Packet[], Packet][] = [];
    const written: [Core, number, number][] = [];
    for (const merge of merges) {
      const core = cores[merge.core];
      if (merge.writes && merge.name !== "L" && !full(at(merge.core, target(merge))))
        pushes.push([at(merge.core, target(merge)), moved(merge)]);
      if (merge.writes && merge.name === "L" && core != null && !core.clears) {
        const { axon, delayTicks } = merge.packet as Packet;
        written.push([core, (delayTicks + core.pointer + 1) % 16, axon]);
      }
    }
    const injected = injections.get(k - 1);
    if (injected !== undefined && !full(inputQueue)) pushes.push([inputQueue, injected]);
    const isTicked = ticks.has(k - 1);
    cores.forEach((core, c) => {
      if (core === null) return;
      const net = stimulus.cores[c] as NonNullable<RancStimulus["cores"][number]>;
      const word = net.neurons[core.neuron];
      if (isTicked && core.state !== "IDLE") totals.error = 1;
      if (core.clears) core.slots[core.pointer]?.clear();
      core.clears = false;
      const visit = (n: number): void => {
        [core.state, core.neuron, core.axon, core.pairs, core.sum] = ["AXONS", n, 0, 0, core.potential[n]];
      };
      if (core.state === "IDLE") core.state = isTicked ? "SET" : "IDLE";
      else if (core.state === "SET") {
        core.advances = true;
        visit(0);
      } else if (core.state === "AXONS") {
        if (core.slots[core.pointer]?.has(core.axon) === true && word.axons.includes(core.axon)) {
          core.sum = wrap(core.sum + word.weights[net.axonTypes[core.axon]]);
          core.pairs++;
        }
        core.axon++;
        if (core.axon === chip.axons) {
          core.sum = wrap(core.sum + word.leak);
          core.state = "WRITE";
        }
      } else if (core.state === "WRITE") {
        if (!blocked(core, c, word)) core.state = "CHECK";
      } else if (core.state === "CHECK") {
        if (core.sum >= word.positiveThreshold) pushes.push([at(c, word.packet.dx < 0 ? "local_west" : "local_east"), word.packet]);
        if (core.neuron + 1 < net.neurons.length) visit(core.neuron + 1);
        else core.state = "CLR";
      } else [core.state, core.clears] = ["IDLE", true];
    });
    for (const merge of merges) if (merge.strobe >= 0) merge.popped = merge.inputs[merge.strobe]?.shift() ?? null;
    for (const [queue, packet] of pushes) queue.push(packet);
    for (const [core, slot, axon] of written) core.slots[slot]?.add(axon);

    // Falling edge.
    for (const core of cores) {
      if (core?.advances === true) core.pointer = (core.pointer + 1) % 16;
      if (core != null) core.advances = false;
    }
    for (const merge of merges) {
      if (OUTPUTS[merge.name].some((name) => full(at(merge.core, name)))) continue;
      if (merge.strobe >= 0) [merge.packet, merge.writes, merge.strobe] = [merge.popped, true, -1];
      else [merge.writes, merge.strobe] = [false, merge.inputs.findIndex((queue) => queue.length > 0)];
    }

    // Report.
    const tick = ticks.get(k);
    const before = rows.length;
    if (tick !== undefined) rows.push(`${k},-1,TICK,${tick},`);
    const offered = injections.get(k);
    if (offered !== undefined) rows.push(`${k},-1,INJECT,${full(inputQueue) ? 1 : 0},${shown(offered, "full")}`);
    for (const c of cells) {
      const core = cores[c] ?? null;
      const hops: string[] = [];
      if (core !== null) {
        const net = stimulus.cores[c] as NonNullable<RancStimulus["cores"][number]>;
        const word = net.neurons[core.neuron];
        if (core.state === "WRITE" && blocked(core, c, word)) core.stalls++;
        if (core.state === "SET") rows.push(`${k},${c},TICK_START,,`);
        if (core.clears) {
          rows.push(`${k},${c},TICK_END,${core.stalls},`);
          potentials.push(`${k},${c},${core.potential.join(" ")}`);
        }
        if (core.state === "CLR") rows.push(`${k},${c},CLR,,`);
        if (core.state === "CHECK") {
          const fires = core.sum >= word.positiveThreshold;
          let v = core.sum;
          if (fires) v = word.resetMode === 0 ? word.reset : v - word.positiveThreshold;
          else if (v < word.negativeThreshold) v = word.resetMode === 0 ? -word.reset : v - word.negativeThreshold;
          core.potential[core.neuron] = wrap(v);
          core.count.writes++;
          core.count.ops += core.pairs;
          if (fires) {
            core.count.spikes++;
            rows.push(`${k},${c},SPIKE,${core.neuron},${shown(word.packet, "full")}`);
            hops.push(`${k},${c},HOP,${word.packet.dx < 0 ? "local_west" : "local_east"},${shown(word.packet, "full")}`);
          }
        }
        if (core.state !== "IDLE") core.count.busy++;
      }
      const mine = merges.filter((merge) => merge.core === c && merge.writes);
      for (const merge of mine) {
        if (merge.name === "L" || full(at(c, target(merge)))) continue;
        hops.push(`${k},${c},HOP,${target(merge)},${shown(moved(merge), fieldsOf(target(merge)))}`);
      }
      rows.push(...hops.sort());
      totals.hops += hops.length;
      for (const { name, packet } of mine) {
        if (name !== "L") continue;
        const { axon, delayTicks } = packet as Packet;
        if (core === null) {
          rows.push(`${k},${c},OUT,${axon},`);
          totals.outputs++;
        } else rows.push(`${k},${c},SCHED_${core.clears ? "DROP" : "WR"},${axon},${delayTicks}`);
        if (core !== null) core.count[core.clears ? "lost" : "received"]++;
      }
    }
    if (rows.length > before) totals.last = k;
  }
  const perCore = cells.flatMap((c) => {
    const core = cores[c] ?? null;
    if (core === null) return [];
    const { busy, writes, ops, received, lost, spikes } = core.count;
    const sums = { busy_cycles: busy, stall_cycles: core.stalls, csram_writes: writes, synaptic_ops: ops };
    return [[String(c), { ...sums, sched_writes: received, sched_drops: lost, spikes }] as const];
  });
  const sumOf = (key: keyof (typeof perCore)[number][1]): number => perCore.reduce((sum, [, entry]) => sum + entry[key], 0);
  const keys = ["busy_cycles", "stall_cycles", "csram_writes", "synaptic_ops", "sched_writes", "sched_drops", "spikes"] as const;
  const finals = cells.flatMap((c) => (cores[c] == null ? [] : [`final,${c},${cores[c]?.potential.join(" ")}`]));
  return {
    trace: `${rows.join("\n")}\n`,
    potentials: `${["tick_end_cycle,core,potentials", ...finals, ...potentials].join("\n")}\n`,
    summary: {
      cores: Object.fromEntries(perCore),
      ...{ token_controller_error: totals.error, scheduler_error: 0, last_event_cycle: totals.last },
      totals: { ...Object.fromEntries(keys.map((key) => [key, sumOf(key)])), hops: totals.hops, outputs: totals.outputs },
    },
  };
}
