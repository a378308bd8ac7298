/** What a chip tells a recorder. */
import type { Chip, SpikeTrace } from "../../../../arch/index.js";
import type { Placement } from "../../../../sim/mapping/placement.js";
import { CompiledBoard } from "../../../../sim/timing/compiled-chip.js";
import { nocSpec } from "../../../../sim/timing/noc/chip-noc.js";
import { type RecordedEvent, Recorder } from "../../../../sim/timing/observe/recorder.js";
import { buildProgram } from "../../../../sim/timing/program.js";
import { timeline } from "../../../../sim/timing/timeline.js";
import { precision } from "../fixtures.js";

/** Two runs of the first utterance, one told behind the other. */
export function recorded(chip: Chip, placement: Placement, trace: SpikeTrace): readonly RecordedEvent[] {
  const recorder = new Recorder();
  const board = new CompiledBoard(chip, placement, buildProgram(chip, placement, precision), trace, nocSpec(chip), recorder);
  for (let run = 0; run < 2; run++) {
    board.reset();
    const line = timeline(trace, [0]);
    board.runLine(line, board.waves(line));
    recorder.shift(board.cycle);
  }
  return [...recorder.recorded()];
}
