/**
 * What chips tell a recorder, event by event, as digests: random chips of the whole schema, and a wave of more events than the kernel keeps at a time.
 * The digests were first recorded from a board that was written in TypeScript and shared no code with the kernel.
 * Recorded again since: spikes without a destination are recorded, and events of neurons that are not updated are not; all other events stayed equal.
 */
import { sha256 } from "../../base/hash.js";
import { withPartialSums } from "../../sim/mapping/fan-in.js";
import { mapNetwork } from "../../sim/mapping/map.js";
import type { RecordedEvent } from "../../sim/board/recorder.js";
import { chip, core, precision, randomTrace, recurrentTopology } from "../sim/board/fixtures.js";
import { recorded } from "../sim/observe/recordings.js";
import { place } from "../sim/board/random-chips.js";
import { wholeCase } from "../sim/board/whole-chips.js";

/** Random chips: seeds 1 to this. */
export const RECORDED_CHIPS = 100;

export const digestOf = (events: readonly RecordedEvent[]): string => sha256(JSON.stringify(events)).slice(0, 12);

export function recordedOf(seed: number): readonly RecordedEvent[] {
  const drawn = wholeCase(seed);
  // recorded before there were ports, and rows that are streamed or prefetched
  const spill = drawn.chip.spill === null ? null : { ...drawn.chip.spill, streamsRows: false, prefetchBits: 0 };
  const c = { ...drawn, chip: { ...drawn.chip, port: null, spill } };
  const placement = place(c);
  return recorded(c.chip, placement, withPartialSums(placement.topology, c.trace));
}

/** Eight cores and a dense trace: each wave has more events than the kernel keeps before the host takes them. */
export function recordedLongWaves(): readonly RecordedEvent[] {
  const topology = recurrentTopology(256);
  const trace = randomTrace(topology, [2], [0.9, 0.9, 0.9, 0.9], 1);
  const on = chip(new Array<number>(8).fill(1), {
    core: { ...core, lanes: 16, synapseMemory: { ...core.synapseMemory, sizeBits: 2 ** 24 } },
  });
  const request = { strategy: "balanced", manual: {}, maxNeuronsPerCore: null, seed: 1 } as const;
  return recorded(on, mapNetwork(topology, on, precision, request, trace), trace);
}
