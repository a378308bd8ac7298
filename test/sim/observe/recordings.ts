/** Recordings of a chip. */
import type { Chip, SpikeTrace } from "../../../arch/index.js";
import { CompiledBoard } from "../../../sim/board/compiled-chip.js";
import { type RecordedEvent, Recorder } from "../../../sim/board/recorder.js";
import type { Placement } from "../../../sim/mapping/placement.js";
import { nocSpec } from "../../../sim/noc/chip-noc.js";
import { buildProgram } from "../../../sim/program/program.js";
import { timeline } from "../../../sim/program/timeline.js";
import { precision } from "../board/fixtures.js";

/** Two recorded runs of the first utterance, one after the other. */
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
