/**
 * Layers of a kernel whose steps a plug-in computes: their words in the kernel's memory, and a check that the cell
 * keeps nothing between utterances.
 */
import type { PluginCell } from "../../arch/index.js";
import type { PluginLayer } from "./plugin-layer.js";
import type { UtteranceEngine, UtteranceRun } from "./utterance.js";

interface Placed {
  readonly layer: PluginLayer;
  /** [gates][neurons] requantised sums. */
  readonly preAt: number;
  readonly preWords: number;
  /** [neurons] payloads to send. */
  readonly spikesAt: number;
}

export class PluginSteps {
  private readonly placed: Placed[] = [];

  /** `buffer` gives the kernel's memory; it is called only after the last addition. */
  constructor(private readonly buffer: () => ArrayBuffer) {}

  /** Adds a layer; returns the number by which the kernel calls its step. */
  add(placed: Placed): number {
    return this.placed.push(placed) - 1;
  }

  /** Called by the kernel; returns the number of membranes that changed. */
  readonly step = (number: number): number => {
    const { layer, preAt, preWords, spikesAt } = this.placed[number];
    const buffer = this.buffer();
    layer.feedAll(new Int32Array(buffer, preAt, preWords));
    const moved = layer.step(0, layer.neurons);
    new Int32Array(buffer, spikesAt, layer.neurons).set(layer.spikes);
    return moved;
  };

  reset(): void {
    for (const { layer } of this.placed) layer.reset();
  }

  takeSaturations(): number {
    return this.placed.reduce((sum, { layer }) => sum + layer.takeSaturations(), 0);
  }
}

const EVENTS = ["eventStart", "neuron", "payload", "scores"] as const;

/**
 * Repeats an engine's first utterance after the second, fourth, eighth, ... one: the result must be the same. @throws
 * InputError that names the cell's plug-in
 */
export function repeating(engine: UtteranceEngine, cell: PluginCell): UtteranceEngine {
  let first: { readonly inputs: Int32Array; readonly run: UtteranceRun } | null = null;
  let count = 0;
  let next = 2;
  return {
    run: (inputs) => {
      const run = engine.run(inputs);
      count++;
      first ??= { inputs: inputs.slice(), run };
      if (count < next) return run;
      next *= 2;
      const again = engine.run(first.inputs);
      for (const part of EVENTS) {
        const before = first.run[part];
        if (before.length === again[part].length && before.every((value, i) => value === again[part][i])) continue;
        throw cell.fault(
          `computes an utterance differently after ${count - 1} others: it keeps something between utterances`,
          "keep a neuron's memory in `states`, which begin at 0 with every utterance",
        );
      }
      return run;
    },
  };
}
