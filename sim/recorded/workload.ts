/**
 * Synthetic workloads for coupled chips, by seed: random memories and events that fit whatever size the chip has.
 *
 * `density`: share of non-zero weights and of connected axons, or of inputs that spike in a step. `events`: input spikes (event and
 * tick chips) or time steps (layer chips). Not modelled: any trained network; for recorded inputs use a conformance case.
 */

import type { OdinChip, RancChip, SnnDsePipelineChip, TinyOdinChip } from "../../arch/index.js";
import { powerOfTwo } from "../../base/math.js";
import { createRng, type Rng } from "../../base/rng.js";
import type { AerEvent } from "./aer-harness.js";
import type { OdinStimulus } from "./odin.js";
import type { RancCoreNet, RancStimulus } from "./ranc.js";
import type { SnnDseStimulus } from "./snn-dse.js";
import type { TinyOdinStimulus } from "./tinyodin.js";

export interface WorkloadRequest {
  readonly seed: number;
  readonly events: number;
  readonly density: number;
  /** Mean cycles between input events. */
  readonly gapCycles: number;
  readonly limitCycles: number;
}

const NEURONS = 256;

function fields(rng: Rng, low: number, high: number): Int32Array {
  return Int32Array.from({ length: NEURONS }, () => rng.int(low, high));
}

/** Input events in order, `address` drawn for each. */
function arrivals(rng: Rng, request: WorkloadRequest, address: () => number): AerEvent[] {
  let notBefore = 1;
  return Array.from({ length: request.events }, () => {
    notBefore += rng.int(0, 2 * request.gapCycles);
    return { notBefore, value: address() };
  });
}

function sparse(rng: Rng, density: number, value: () => number): Uint8Array {
  return Uint8Array.from({ length: NEURONS * NEURONS }, () => (rng.float() < density ? value() : 0));
}

export function tinyOdinWorkload(chip: TinyOdinChip, request: WorkloadRequest): TinyOdinStimulus {
  const rng = createRng(request.seed, "tinyODIN workload");
  return {
    weights: sparse(rng, request.density, () => rng.int(0, 15)),
    disable: new Uint8Array(NEURONS),
    leak: Uint8Array.from(fields(rng, 0, 4)),
    threshold: fields(rng, 5, 20),
    membrane: fields(rng, 0, 4),
    // Four spike events to a virtual event (weight 7 for one of the first 16 neurons).
    events: arrivals(rng, request, () =>
      rng.float() < 0.8 ? rng.int(0, chip.neurons - 1) : 0x270 | rng.int(0, Math.min(chip.neurons, 16) - 1),
    ),
    limitCycles: request.limitCycles,
  };
}

export function odinWorkload(chip: OdinChip, request: WorkloadRequest): OdinStimulus {
  const rng = createRng(request.seed, "ODIN workload");
  const constant = (value: number): Int32Array => new Int32Array(NEURONS).fill(value);
  return {
    synapses: sparse(rng, request.density, () => rng.int(8, 15)),
    inhibits: Uint8Array.from({ length: NEURONS }, () => (rng.float() < 0.2 ? 1 : 0)),
    neurons: {
      ...{
        disable: constant(0),
        leak_en: constant(1),
        leak: fields(rng, 0, 4),
        thr: fields(rng, 10, 40),
        ca_en: constant(1),
        thetamem: fields(rng, 5, 20),
      },
      ...{ ca_theta1: constant(1), ca_theta2: constant(4), ca_theta3: constant(6), ca_leak: constant(2) },
      ...{ core: fields(rng, 0, 8), calcium: constant(0), caleak_cnt: constant(0) },
    },
    // Four spike events to a virtual event (excitatory, weight 7).
    events: arrivals(rng, request, () => (rng.int(0, chip.neurons - 1) << 8) | (rng.float() < 0.8 ? 0x07 : 0xe1)),
    limitCycles: request.limitCycles,
  };
}

/** Ticks follow each other as fast as the cores can sweep; `events` packets enter over the whole run. */
export function rancWorkload(chip: RancChip, request: WorkloadRequest): RancStimulus {
  const rng = createRng(request.seed, "RANC workload");
  const { width, height } = chip.grid;
  const output = chip.output_core.x + chip.output_core.y * width;
  const cores = Array.from({ length: width * height }, (_, c): RancCoreNet => {
    if (c === output) return null;
    const neurons = Array.from({ length: chip.neurons }, () => {
      const target = rng.int(0, width * height - 1);
      const packet = {
        ...{ dx: (target % width) - (c % width), dy: Math.floor(target / width) - Math.floor(c / width) },
        ...{ axon: rng.int(0, chip.axons - 1), delayTicks: rng.int(0, Math.min(2, chip.delay_slots - 2)) },
      };
      const top = powerOfTwo(chip.potential_bits - 1) - 1;
      const weights = Array.from({ length: 4 }, () => Math.max(-top, Math.min(top, rng.int(-4, 12))));
      const axons = Array.from({ length: chip.axons }, (_unused, axon) => axon).filter(() => rng.float() < request.density);
      const threshold = Math.min(top, rng.int(8, 30));
      return {
        axons,
        potential: 0,
        reset: 0,
        weights,
        leak: rng.int(0, 2),
        positiveThreshold: threshold,
        negativeThreshold: -threshold,
        resetMode: rng.int(0, 1),
        packet,
      };
    });
    return { axonTypes: Array.from({ length: chip.axons }, () => rng.int(0, 3)), neurons };
  });
  const period = chip.neurons * (chip.axons + 2) + 4;
  const ticks = Array.from({ length: Math.max(1, Math.floor((request.limitCycles - 5) / period)) }, (_, i) => 5 + i * period);
  const injections = new Map<number, RancStimulus["injections"][number]>();
  let cycle = 6;
  for (let i = 0; i < request.events; i++) {
    cycle += rng.int(1, 2 * request.gapCycles);
    const packet = { dx: rng.int(0, width - 1), dy: rng.int(0, height - 1), axon: rng.int(0, chip.axons - 1), delayTicks: 0 };
    injections.set(cycle, { cycle, packet });
  }
  return { cores, ticks, injections: [...injections.values()], limitCycles: request.limitCycles };
}

const LAYER_INPUTS = 784;

export function snnDseWorkload(request: WorkloadRequest): SnnDseStimulus {
  const rng = createRng(request.seed, "SNN-DSE workload");
  const inputs = Array.from({ length: LAYER_INPUTS }, (_, i) => i);
  return { inputs: LAYER_INPUTS, spikes: Array.from({ length: request.events }, () => inputs.filter(() => rng.float() < request.density)) };
}

/** [layer][step] incoming spikes: of 784 inputs, then of the layer before. */
export function snnDsePipelineWorkload(chip: SnnDsePipelineChip, request: WorkloadRequest): number[][] {
  const rng = createRng(request.seed, "SNN-DSE pipeline workload");
  const draw = (neurons: number): number => Array.from({ length: neurons }).filter(() => rng.float() < request.density).length;
  return chip.layers.map((_, i) => {
    const senders = i === 0 ? LAYER_INPUTS : (chip.layers[i - 1] as { neurons: number }).neurons;
    return Array.from({ length: request.events }, () => draw(senders));
  });
}
