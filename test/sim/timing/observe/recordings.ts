/** Recordings of a chip's runs on both boards. */
import type { Chip, SpikeTrace } from "../../../../arch/index.js";
import type { Placement } from "../../../../sim/mapping/placement.js";
import type { Board } from "../../../../sim/timing/board.js";
import { Breadboard, nocSpec } from "../../../../sim/timing/chip.js";
import { CompiledBoard, canCompileChip } from "../../../../sim/timing/compiled-chip.js";
import { createNoc } from "../../../../sim/timing/noc/create.js";
import { type RecordedEvent, Recorder } from "../../../../sim/timing/observe/recorder.js";
import { buildProgram } from "../../../../sim/timing/program.js";
import { TracedSpikes } from "../../../../sim/timing/spike-source.js";
import { timeline } from "../../../../sim/timing/timeline.js";
import { precision } from "../fixtures.js";

/** Two runs of the first utterance, one told behind the other, on each board: by TypeScript, compiled. null: the compiled board does not take the chip. */
export function recordings(
  chip: Chip,
  placement: Placement,
  trace: SpikeTrace,
): readonly [readonly RecordedEvent[], readonly RecordedEvent[]] | null {
  const program = buildProgram(chip, placement, precision);
  const spec = nocSpec(chip);
  if (!canCompileChip(program)) return null;
  const recorded = (fresh: (to: Recorder) => Board): readonly RecordedEvent[] => {
    const recorder = new Recorder();
    for (let run = 0; run < 2; run++) {
      const board = fresh(recorder);
      const line = timeline(trace, [0]);
      board.runLine(line, board.waves(line));
      recorder.shift(board.cycle);
    }
    return [...recorder.recorded()];
  };
  let compiled: CompiledBoard | null = null;
  return [
    recorded((to) => new Breadboard(chip, placement, program, new TracedSpikes(trace, placement), createNoc(spec), (ids) => ids, to)),
    recorded((to) => {
      compiled ??= new CompiledBoard(chip, placement, program, trace, spec, to);
      compiled.reset();
      return compiled;
    }),
  ];
}
