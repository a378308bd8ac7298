/**
 * Synthetic workloads for coupled chips, by seed: random memories and events for any size of chip.
 *
 * `density`: share of non-zero weights and of connected axons, or of inputs that spike in a step. `events`: input
 * spikes (event and tick chips) or time steps (layer chips). No trained network is modelled; for recorded inputs use a
 * conformance case.
 */
import { inputError } from "../../base/errors.js";
import type { Rng } from "../../base/rng.js";
import type { AerEvent } from "./aer-harness.js";

export interface WorkloadRequest {
  readonly seed: number;
  readonly events: number;
  readonly density: number;
  /** Mean cycles between input events. */
  readonly gapCycles: number;
  readonly limitCycles: number;
}

/** Neurons of an event-driven core, and inputs of a layer chip. */
export const NEURONS = 256;
export const LAYER_INPUTS = 784;

/**
 * Refuses a run before it begins that would take minutes or more memory than there is. `what`: what it has, in the
 * plural; `fix`: what makes it smaller.
 */
export function refuseBeyond(most: number, count: number, what: string, fix: string): void {
  if (count > most) throw inputError("workload", `has ${count} ${what}, at most ${most} are run`, fix);
}

/** A field of each neuron; `most`: the largest value that its register holds, which larger ones become. */
export function fields(rng: Rng, low: number, high: number, most = high): Int32Array {
  return Int32Array.from({ length: NEURONS }, () => Math.min(rng.int(low, high), most));
}

/** Input events in order; `address` is drawn for each. */
export function arrivals(rng: Rng, request: WorkloadRequest, address: () => number): AerEvent[] {
  let notBefore = 1;
  return Array.from({ length: request.events }, () => {
    notBefore += rng.int(0, 2 * request.gapCycles);
    return { notBefore, value: address() };
  });
}

export function sparse(rng: Rng, density: number, value: () => number): Uint8Array {
  return Uint8Array.from({ length: NEURONS * NEURONS }, () => (rng.float() < density ? value() : 0));
}
