/** Builds a spike trace from runs of utterances, one after the other. */
import type { SpikeTrace, Topology } from "../../arch/index.js";
import type { UtteranceRun } from "./utterance.js";

export class TraceRecorder {
  private readonly runs: UtteranceRun[] = [];

  constructor(private readonly topology: Topology) {}

  add(run: UtteranceRun): void {
    this.runs.push(run);
  }

  trace(key: string): SpikeTrace {
    const populations = this.topology.populations.length;
    const steps = this.runs.reduce((sum, run) => sum + run.steps, 0);
    const events = this.runs.reduce((sum, run) => sum + run.payload.length, 0);
    const small = this.topology.populations.every((population) => population.neurons <= 65536);
    const stepStart = new Uint32Array(this.runs.length + 1);
    const eventStart = new Uint32Array(steps * populations + 1);
    const neuron = small ? new Uint16Array(events) : new Uint32Array(events);
    const payload = new Int16Array(events);
    let step = 0;
    let event = 0;
    for (const [index, run] of this.runs.entries()) {
      for (let g = 0; g < run.steps * populations; g++) eventStart[step * populations + g] = event + run.eventStart[g];
      neuron.set(run.neuron, event);
      payload.set(run.payload, event);
      step += run.steps;
      event += run.payload.length;
      stepStart[index + 1] = step;
    }
    eventStart[steps * populations] = event;
    return { topology: this.topology, stepStart, eventStart, neuron, payload, key };
  }
}
