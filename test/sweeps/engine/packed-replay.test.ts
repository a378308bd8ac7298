/** Packed replays: unpacking gives the original, and points that get a packed replay have the same answer. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Experiment, readArch } from "../../../arch/index.js";
import { packageRoot } from "../../../base/package-root.js";
import { createRng } from "../../../base/rng.js";
import { replay } from "../../../sim/replay.js";
import { packReplay, unpackReplay } from "../../../sweeps/engine/packed-replay.js";
import { sharedBytes } from "../../../sweeps/engine/share.js";
import { chip, precision, randomTrace, recurrentTopology } from "../../sim/board/fixtures.js";

const topology = recurrentTopology(16);
const trace = randomTrace(topology, [6, 5, 9], [0.3, 0.2, 0.2, 0.1], 3);
const { experiment: base } = readArch(join(packageRoot(), "arch/examples/edge.yaml"));
const mapping = { strategy: "balanced", manual: {}, maxNeuronsPerCore: null, seed: 1 } as const;
const experiment: Experiment = { ...base, chip: chip([1, 1, 1, 1], {}), precision, mapping };

test("a replay is unpacked unchanged, and a topology equal to that of the run is the same object", () => {
  const made = replay(experiment, trace);
  const packed = packReplay(made, trace.topology);
  const again = unpackReplay(packed, trace.topology);
  expect(again).toEqual(made);
  expect(again.placement.topology).toBe(trace.topology);
  expect(packed.topology).toBeNull();
  expect(made.timing.total.packets).toBeGreaterThan(0);
});

test("a topology other than that of the run is kept beside the bytes", () => {
  const made = replay(experiment, trace);
  const other = { ...made, placement: { ...made.placement, topology: recurrentTopology(17) } };
  const packed = packReplay(other, trace.topology);
  expect(packed.topology).toEqual(other.placement.topology);
  expect(unpackReplay(packed, trace.topology)).toEqual(other);
});

test("every double is unpacked to the last bit: counts up to 2^53 - 1, and values that are no counts", () => {
  const made = replay(experiment, trace);
  const rng = createRng(1, "packed replay");
  const counts = Float64Array.from({ length: 400 }, (_, i) => Math.floor(rng.float() * 2 ** (i % 54)));
  const edges = [0, 127, 128, 2 ** 31 - 1, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER];
  const odd = [-0, 0.5, -1, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY];
  const cases = [counts, Float64Array.from(edges), new Float64Array(0), ...odd.map((value) => Float64Array.of(7, value, 300))];
  for (const waveCycles of cases) {
    const packed = packReplay({ ...made, timing: { ...made.timing, waveCycles } }, trace.topology);
    const { timing } = unpackReplay(packed, trace.topology);
    expect(new BigUint64Array(timing.waveCycles.buffer)).toEqual(new BigUint64Array(waveCycles.buffer));
  }
  const small = packReplay({ ...made, timing: { ...made.timing, waveCycles: new Float64Array(10_000).fill(100) } }, trace.topology);
  expect(small.bytes.length).toBeLessThan(packReplay(made, trace.topology).bytes.length + 10_100);
});

test("the bytes are in shared memory, without padding", () => {
  const packed = packReplay(replay(experiment, trace), trace.topology);
  expect(packed.bytes.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(packed.bytes.buffer.byteLength).toBe(packed.bytes.byteLength);
  expect(sharedBytes(packed)).toBe(packed.bytes.byteLength);
});
