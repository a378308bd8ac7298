/** Completions in a stream of utterances, where each core has its own waves. */
import type { SpikeTrace } from "../../arch/index.js";
import { timeline } from "../program/index.js";
import type { Board } from "./pace.js";

/**
 * Cycles in which the last core has completed a turn of the utterances of `order`, while all cores have work. `more`:
 * waves that run after those of `turns` turns.
 */
export function completions(board: Board, trace: SpikeTrace, order: readonly number[], turns: number, more = 0): readonly number[] {
  const repeated = (count: number): number[] => Array.from({ length: count }, () => order).flat();
  const waves = board.waves(timeline(trace, repeated(turns)));
  const ofTurn = timeline(trace, order).steps.length;
  // so many turns more that the pipeline stays full
  const behind = Math.ceil((waves + more) / ofTurn) - turns;
  let cycle = 0;
  const endOf = board.runLine(timeline(trace, repeated(turns + behind)), waves + more).map((cycles) => {
    cycle += cycles;
    return cycle;
  });
  const depth = waves - turns * ofTurn;
  return Array.from({ length: turns }, (_, turn) => endOf[(turn + 1) * ofTurn + depth - 1]).filter((end) => end <= board.firstIdleAtCycle);
}
