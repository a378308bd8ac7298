/**
 * SNN-DSE's controller of a fully connected layer: a priority encoder compresses the spikes of all time steps, then an
 * iterator runs groups of neurons over the compressed lists.
 *
 * Shapes: spikes[step] = ascending input indices. It consists of two parts on the kernel; the iterator starts
 * `start_delay_cycles` after the encoder is done. As in the RTL, the last spike of a step is never issued to the
 * accumulators, and one group too many runs if the number of lanes divides the layer. Throws InputError on a malformed
 * case, and on one whose run would never end.
 * Source: github.com/githubofaliyev/SNN-DSE, Hardware/fc_ec.sv and conv_ec.sv (penc), and its recorded runs.
 * Not modelled: the floating-point neuron datapath; more than one input channel (the RTL gives no reference).
 */

import { checkedCase, type SnnDseChip } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { type CaseFiles, csvRows, integer, setting, settingsOf } from "./case-files.js";
import { type Kernel, runKernel } from "./event-loop.js";
import type { Part } from "./parts/part.js";
import { TraceWriter } from "./trace-writer.js";

/** Most time steps of a case. */
const MAX_STEPS = 1_000_000;
/**
 * Steps whose number of spikes the recorded RTL keeps (`total_spks_nxt [36:0]`). For later steps it reads beyond the
 * end of that list: 0 in Verilator, with which runs are recorded.
 */
const RECORDED_COUNTS = 37;

export interface SnnDseStimulus {
  /** [steps] ascending indices of the inputs that spike. */
  readonly spikes: readonly (readonly number[])[];
  readonly inputs: number;
  /** First steps whose number of spikes is kept for the iterator; later ones iterate as if empty. */
  readonly countedSteps: number;
}

/** A state machine whose states have known durations: it needs attention only when its state changes. */
abstract class TimedMachine implements Part {
  abstract readonly name: string;
  state: string;
  readonly stateCycles = new Map<string, number>();
  protected dueAt: number;
  private enteredAt = 0;
  private next: { state: string; cycles: number } | null = null;

  constructor(state: string, cycles: number) {
    this.state = state;
    this.dueAt = cycles;
  }

  nextCycle(cycle: number): number {
    return Math.max(cycle, this.dueAt - 1);
  }

  /** In the last cycle of a state, decides the next one. */
  evaluate(cycle: number): void {
    if (cycle === this.dueAt - 1) this.next = this.follow(cycle + 1);
  }

  commit(cycle: number): void {
    if (this.next === null) return;
    this.stateCycles.set(this.state, (this.stateCycles.get(this.state) ?? 0) + cycle + 1 - this.enteredAt);
    this.enteredAt = cycle + 1;
    this.state = this.next.state;
    this.dueAt = cycle + 1 + this.next.cycles;
    this.next = null;
  }

  stateCyclesUntil(cycles: number): { [state: string]: number } {
    return Object.fromEntries(new Map(this.stateCycles).set(this.state, (this.stateCycles.get(this.state) ?? 0) + cycles - this.enteredAt));
  }

  /** The state entered in `cycle`, and its duration (Infinity: forever). */
  protected abstract follow(cycle: number): { state: string; cycles: number };
}

/** Compresses step by step: chunk by chunk, spike by spike. */
class PriorityEncoder extends TimedMachine {
  readonly name = "priority encoder";
  reads: number;
  private step = 0;
  private chunk = 0;
  private found = 0;

  constructor(
    private readonly chip: SnnDseChip,
    private readonly stimulus: SnnDseStimulus,
    private readonly trace: TraceWriter,
    private readonly done: (cycle: number) => void,
  ) {
    super("CONCAT_SPK", chip.spike_read_cycles);
    this.reads = chip.spike_read_cycles;
    this.row(0, "CONCAT_SPK");
  }

  protected override follow(cycle: number): { state: string; cycles: number } {
    const state = this.after();
    if (state === "DONE") this.trace.add(cycle, "PENC", [state, 0, 0]);
    else this.row(cycle, state);
    if (state === "CONCAT_SPK") this.reads += this.chip.spike_read_cycles;
    if (state === "DONE") this.done(cycle);
    return { state, cycles: state === "DONE" ? Number.POSITIVE_INFINITY : state === "CONCAT_SPK" ? this.chip.spike_read_cycles : 1 };
  }

  private after(): string {
    const spikes = this.stimulus.spikes[this.step];
    switch (this.state) {
      case "CONCAT_SPK":
        this.chunk = 0;
        return "PENC_CHUNK_LOAD";
      case "PENC_CHUNK_LOAD":
      case "PENC_ADDR_RESET":
        return "PENC_CHUNK_ITER";
      case "PENC_CHUNK_ITER": {
        const spike = spikes[this.found];
        if (spike !== undefined && spike < (this.chunk + 1) * this.chip.chunk_bits) {
          this.found++;
          return "PENC_ADDR_RESET";
        }
        this.chunk++;
        return this.chunk * this.chip.chunk_bits < this.stimulus.inputs ? "PENC_CHUNK_LOAD" : "TIME_STEP_ITER";
      }
      default: // TIME_STEP_ITER
        this.step++;
        this.found = 0;
        return this.step < this.stimulus.spikes.length ? "CONCAT_SPK" : "DONE";
    }
  }

  private row(cycle: number, state: string): void {
    this.trace.add(cycle, "PENC", [state, this.step, this.found]);
  }
}

/** Runs each group of neurons over all steps. */
class GroupIterator extends TimedMachine {
  readonly name = "group iterator";
  accumulateCycles = 0;
  activateCycles = 0;
  doneAt = Number.POSITIVE_INFINITY;
  private step = 0;
  private group = 0;

  constructor(
    private readonly chip: SnnDseChip,
    private readonly stimulus: SnnDseStimulus,
    private readonly trace: TraceWriter,
  ) {
    super("IDLE", Number.POSITIVE_INFINITY);
  }

  /** The compressed lists are complete in cycle `cycle`. */
  startAfter(cycle: number): void {
    this.dueAt = cycle + this.chip.start_delay_cycles;
  }

  protected override follow(cycle: number): { state: string; cycles: number } {
    switch (this.state) {
      case "IDLE":
        return this.enterStep(cycle);
      case "SPK_ITER":
        this.row(cycle, "ACTIVATE", this.step);
        if (this.listed().length > 0) {
          this.activateCycles++;
          this.trace.add(cycle, "ACTIV", [this.step, this.group, ""]);
        }
        return { state: "ACTIVATE", cycles: 1 };
      case "ACTIVATE": {
        const isLast = this.step === this.stimulus.spikes.length - 1;
        this.row(cycle, "TIME_STEP_ITER", this.step);
        this.trace.add(cycle, "TRAIN_READY", [this.step, this.group, isLast ? 1 : 0]);
        return { state: "TIME_STEP_ITER", cycles: 1 };
      }
      case "TIME_STEP_ITER":
        this.step++;
        if (this.step < this.stimulus.spikes.length) return this.enterStep(cycle);
        this.step = 0;
        this.row(cycle, "NEUR_ITER", 0);
        return { state: "NEUR_ITER", cycles: 1 };
      default: // NEUR_ITER
        this.group++;
        if (this.group <= Math.floor(this.chip.layer_neurons / this.chip.lanes)) return this.enterStep(cycle);
        this.trace.add(cycle, "ITER", ["DONE", 0, 0]);
        this.doneAt = cycle + 1;
        return { state: "DONE", cycles: Number.POSITIVE_INFINITY };
    }
  }

  private enterStep(cycle: number): { state: string; cycles: number } {
    const spikes = this.listed();
    this.row(cycle, "SPK_ITER", this.step);
    for (let i = 0; i < spikes.length - 1; i++) {
      this.trace.add(cycle + 1 + i, "ACCUM", [spikes[i], this.step, this.group]);
      this.accumulateCycles++;
    }
    return { state: "SPK_ITER", cycles: Math.max(spikes.length, 1) };
  }

  /** Spikes of the step in the compressed list. */
  private listed(): readonly number[] {
    return this.step < this.stimulus.countedSteps ? this.stimulus.spikes[this.step] : [];
  }

  private row(cycle: number, state: string, step: number): void {
    this.trace.add(cycle, "ITER", [state, step, this.group]);
  }
}

export interface SnnDseRun {
  readonly trace: string;
  readonly doneCycle: number;
  readonly summary: { readonly [key: string]: unknown };
}

/** The RTL counts chunks with `$clog2(PENC_SIZE) + 1` bits. */
const mostChunks = (chunkBits: number): number => 2 << (32 - Math.clz32(chunkBits - 1));
const chunksOf = (inputs: number, chunkBits: number): number => Math.ceil(inputs / chunkBits);

/** Throws InputError if the encoder would never reach the last chunk. */
function assertChunksFit({ chunk_bits: bits }: SnnDseChip, inputs: number): void {
  if (chunksOf(inputs, bits) <= mostChunks(bits)) return;
  let enough = bits;
  while (chunksOf(inputs, enough) > mostChunks(enough)) enough++;
  throw inputError(
    "chunk_bits (PENC_SIZE)",
    `${inputs} inputs are ${chunksOf(inputs, bits)} chunks at ${bits}, expected at most ${mostChunks(bits)}: the RTL counts no further and would never end`,
    `use ${enough} or more`,
  );
}

export function runSnnDse(chip: SnnDseChip, stimulus: SnnDseStimulus, kernel: Kernel = runKernel): SnnDseRun {
  assertChunksFit(chip, stimulus.inputs);
  const trace = new TraceWriter("cycle,event,a,b,c", [["PENC"], ["ITER"], ["ACCUM"], ["ACTIV"], ["TRAIN_READY"]]);
  const iterator = new GroupIterator(chip, stimulus, trace);
  const encoder = new PriorityEncoder(chip, stimulus, trace, (cycle) => iterator.startAfter(cycle));
  kernel([encoder, iterator], { limitCycles: Number.MAX_SAFE_INTEGER, settleCycles: 0, observe: null });
  const doneCycle = iterator.doneAt;
  return {
    trace: trace.csv(doneCycle + 1),
    doneCycle,
    summary: {
      done_cycle: doneCycle,
      spike_ram_reads: encoder.reads,
      accum_cycles: iterator.accumulateCycles,
      activ_cycles: iterator.activateCycles,
      penc_state_cycles: encoder.stateCyclesUntil(doneCycle + 1),
      iter_state_cycles: iterator.stateCyclesUntil(doneCycle + 1),
    },
  };
}

/** A case's input spikes. */
export function snnDseStimulus(files: CaseFiles): SnnDseStimulus {
  const settings = settingsOf(files);
  const get = (name: string): number => setting(settings, name);
  if (get("INPUT_CHANNELS") !== 1)
    throw inputError("case.json", `got INPUT_CHANNELS ${get("INPUT_CHANNELS")}, expected 1: the RTL has no defined result for more`);
  const inputs = get("INPUT_FRAME_SIZE");
  const count = get("TIME_STEPS");
  if (count < 1 || count > MAX_STEPS || inputs < 1)
    throw inputError("case.json", `${count} time steps of ${inputs} inputs: expected 1 to ${MAX_STEPS} steps and an input`);
  const steps = Array.from({ length: count }, () => new Set<number>());
  for (const row of csvRows(files, "spikes.csv", ["time_step", "neuron"])) {
    const step = steps[integer(row.place, row.time_step)];
    const neuron = integer(row.place, row.neuron);
    if (step === undefined || neuron < 0 || neuron >= inputs)
      throw inputError(row.place, `row ${row.time_step},${row.neuron} is outside ${steps.length} steps of ${inputs} inputs`);
    step.add(neuron);
  }
  return { inputs, spikes: steps.map((step) => [...step].sort((a, b) => a - b)), countedSteps: RECORDED_COUNTS };
}

/** The chip with the parameters of a case, and the case's workload. */
export function snnDseCase(chip: SnnDseChip, files: CaseFiles): { chip: SnnDseChip; stimulus: SnnDseStimulus } {
  const settings = settingsOf(files);
  const get = (name: string): number => setting(settings, name);
  const sized = checkedCase({ ...chip, chunk_bits: get("PENC_SIZE"), layer_neurons: get("LAYER_SIZE"), lanes: get("EC_SIZE") });
  return { chip: sized, stimulus: snnDseStimulus(files) };
}

export function snnDseOutputs(chip: SnnDseChip, files: CaseFiles): Map<string, string> {
  const given = snnDseCase(chip, files);
  const run = runSnnDse(given.chip, given.stimulus);
  return new Map([
    ["trace.csv", run.trace],
    ["summary.json", JSON.stringify(run.summary)],
  ]);
}
