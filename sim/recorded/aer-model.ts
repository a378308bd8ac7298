/** Results of runs of the event-driven chips, tinyODIN and ODIN, and the drawing of their traces. */
import type { AerReport } from "./aer-harness.js";
import type { CoupledFacts, CoupledModel } from "./coupled-model.js";
import { eventRow } from "./signals.js";

/** States in which ODIN's controller works on synapses; in TREF it visits only neurons. */
const SYNAPSE_STATES = ["POP_NEUR", "POP_VIRT", "SYNAPSE", "BIST"] as const;

/** Facts of a run. A spike event has one synaptic operation per neuron of its sweep, a single-synapse event has one. */
export function aerFacts(chip: { readonly neurons: number }, run: AerReport): CoupledFacts {
  const { summary, totalCycles: cycles } = run;
  const of = (name: string): number => Number(summary[name]);
  const states = summary.state_cycles as { readonly [state: string]: number };
  const share = (names: readonly string[]): number => names.reduce((sum, name) => sum + (states[name] ?? 0), 0) / Math.max(cycles, 1);
  let synapticOperations = 0;
  for (const row of run.operations.split("\n")) {
    const operation = row.split(",")[2];
    if (operation === "POP_NEUR") synapticOperations += chip.neurons;
    else if (operation === "SYNAPSE") synapticOperations++;
  }
  return {
    latencyCycles: summary.quiescent === true ? cycles : null,
    cycles,
    spikes: of("spikes"),
    eventsProcessed: of("fifo_pops"),
    eventsDropped: of("fifo_push_dropped"),
    synapticOperations,
    ticks: null,
    cores: [{ core: 0, neurons: chip.neurons, synapseBusy: share(SYNAPSE_STATES), somaBusy: share(["TREF"]) }],
    links: [],
  };
}

/** Before the first row the controller waits. */
export const aerSignals: Pick<CoupledModel<unknown>, "begin" | "row"> = {
  begin: (book) => book.enter("controller", "WAIT", 0),
  row: (book, cycle, cells) => {
    if (cells[1] === "STATE") book.enter("controller", cells[2], cycle);
    else eventRow(book, cycle, cells);
  },
};
