/**
 * A chip as the engine of a network: function and time in one run, for chips whose time feeds back into function. Each
 * utterance runs alone on a fresh chip. Replayed on the same chip with the same placement, the spikes of this run take
 * the same cycles, and the same messages are lost.
 * Throws: InfeasibleError for a network whose fan-in is cut into parts, because no engine computes partial sums, and
 * for a deadlock of the network on chip.
 */

import type { Chip, Precision } from "../../arch/index.js";
import type { Runnable, UtteranceRun } from "../functional/index.js";
import { demandWholeFanIn, heldBy, type Placement } from "../mapping/index.js";
import { nocSpec } from "../noc/index.js";
import type { Timeline } from "../program/index.js";
import { buildProgram } from "../program/index.js";
import { CompiledBoard } from "./compiled-chip.js";
import { LiveSpikes } from "./live-spikes.js";
import type { Board } from "./pace.js";

/** One utterance on a chip. */
interface ChipRun {
  readonly run: UtteranceRun;
  readonly board: Board;
  /** [waves] */
  readonly waveCycles: Float64Array;
}

/** Timeline of one utterance of `steps` steps. */
function alone(steps: number): Timeline {
  const [first, last] = [new Uint8Array(steps), new Uint8Array(steps)];
  first[0] = 1;
  last[steps - 1] = 1;
  return { steps: Int32Array.from({ length: steps }, (_, step) => step), first, last };
}

export class ChipEngine {
  private readonly program: ReturnType<typeof buildProgram>;
  /** Messages that full or cleared input queues have lost, in all utterances of `run`. */
  lostMessages = 0;
  private compiled: { readonly board: CompiledBoard; readonly most: number } | null = null;

  constructor(
    private readonly chip: Chip,
    private readonly placement: Placement,
    precision: Precision,
    private readonly runnable: Runnable,
  ) {
    const { topology } = runnable;
    demandWholeFanIn(chip, precision, heldBy(chip, precision, topology), placement.topology);
    this.program = buildProgram(chip, placement, precision);
  }

  run(inputs: Int32Array): UtteranceRun {
    const { run, board } = this.runOnChip(inputs);
    this.lostMessages += board.dropped;
    return run;
  }

  runOnChip(inputs: Int32Array): ChipRun {
    const { program, runnable } = this;
    const line = alone(inputs.length / runnable.inputs);
    const spikes = new LiveSpikes(program, runnable.topology, runnable.live(inputs), line.steps.length);
    const board = this.boardFor(spikes);
    const waveCycles = board.runLine(line, board.waves(line));
    return { run: spikes.run(), board, waveCycles };
  }

  /** A board at its beginning; the last one is reused while it has room for the utterance's spikes. */
  private boardFor(spikes: LiveSpikes): Board {
    const { chip, placement, program } = this;
    const spec = nocSpec(chip);
    const most = spikes.neuron.length;
    if (this.compiled === null || this.compiled.most < most) {
      this.compiled = { board: new CompiledBoard(chip, placement, program, { most }, spec), most };
    }
    this.compiled.board.play(spikes);
    return this.compiled.board;
  }
}
