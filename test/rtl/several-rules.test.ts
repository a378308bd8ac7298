/**
 * A chip of several cores, or with a port, is refused if the library does not support its network, its packets or its
 * order of arrival, with the key and the nearest change.
 */
import { expect, test } from "vitest";
import type { Core, Experiment, Noc, Port, Precision } from "../../arch/index.js";
import { candidateOf, obstaclesOf, type PointParts } from "../../rtl/index.js";
import { safeBits } from "../../rtl/several-rules.js";
import { mapNetwork } from "../../sim/mapping/index.js";
import { randomChip } from "./random-chips.js";

/** Four cores with sums of up to 18 bits; one of them holds slices of two populations. */
const SEED = 18;
const base = randomChip(SEED) as PointParts;

type Change = (parts: PointParts) => PointParts;

function mapped(parts: PointParts, change: Partial<Experiment>): PointParts {
  const experiment = { ...parts.experiment, ...change };
  const { trace } = parts.functional;
  const placement = mapNetwork(trace.topology, experiment.chip, experiment.precision, experiment.mapping, trace);
  return { ...parts, experiment, run: { ...parts.run, placement } };
}

const noc = (change: Partial<Noc>): Change => {
  return (parts) => mapped(parts, { chip: { ...parts.experiment.chip, noc: { ...parts.experiment.chip.noc, ...change } } });
};
const PORT: Port = { tile: 0, bitsPerCycle: 8, latencyCycles: 0, packetBits: null, queueDepth: 4 };
/** The same with its input behind a port. */
const port = (change: Partial<Port>): Change => {
  return (parts) => mapped(parts, { chip: { ...parts.experiment.chip, port: { ...PORT, ...change } } });
};
const precision = (change: Partial<Precision>): Change => {
  return (parts) => mapped(parts, { precision: { ...parts.experiment.precision, ...change } });
};
/** The last core that holds neurons is of another kind. */
const oddCore: Change = (parts) => {
  const { chip } = parts.experiment;
  const last = parts.run.placement.usedCores.at(-1);
  const cores = chip.cores.map(
    (core): Core => (core.id === last ? { ...core, accumulateDepthCycles: core.accumulateDepthCycles + 1 } : core),
  );
  return { ...parts, experiment: { ...parts.experiment, chip: { ...chip, cores } } };
};
/** A core holds a later population before an earlier one. */
const disorder: Change = (parts) => {
  const { placement } = parts.run;
  const [first] = placement.slices;
  const slices = [...placement.slices.slice(1), first].map((slice) => ({
    ...slice,
    core: slice.core === first.core ? first.core : placement.usedCores[1],
  }));
  const moved = slices.map((slice, i) => (i === 0 ? { ...slice, core: first.core } : slice));
  return {
    ...parts,
    run: { ...parts.run, placement: { ...placement, slices: moved, usedCores: [...new Set(moved.map(({ core }) => core))].sort() } },
  };
};
const crowd: Change = (parts) => {
  const usedCores = Array.from({ length: 33 }, () => parts.run.placement.usedCores[0]);
  return { ...parts, run: { ...parts.run, placement: { ...parts.run.placement, usedCores } } };
};

/** Scans and ticks, with a barrier that ticks do not need. */
const tickedScans: Change = (parts) => {
  const { chip } = parts.experiment;
  const cores = chip.cores.map((core): Core => ({ ...core, scan: { ...core.scan, policy: "dense" } }));
  return mapped(parts, {
    chip: { ...chip, cores, tick: { periodCycles: 100, overrun: "wait" }, barrier: { baseCycles: 50, perCoreCycles: 0 } },
  });
};

/** One core, whose spikes come from the host and from itself. */
const aloneWithPort: Change = (parts) => {
  const { experiment } = parts;
  const [first] = experiment.chip.cores;
  const cores = experiment.chip.cores.map((core): Core => ({ ...core, maxNeurons: core.id === first.id ? 4096 : 0 }));
  const changed = { ...experiment.precision, accumulatorBits: 12, accumulatorOverflow: "saturate" as const };
  const made = mapped(parts, {
    chip: { ...experiment.chip, cores, port: PORT },
    mapping: { ...experiment.mapping, strategy: "sequential", maxNeuronsPerCore: null },
    precision: changed,
  });
  expect(made.run.placement.usedCores).toEqual([first.id]);
  return made;
};

const refusals: readonly (readonly [key: string, reason: RegExp, change: Change])[] = [
  ["noc.width", /33 cores hold neurons/, crowd],
  ["noc.topology", /no torus/, noc({ topology: "torus" })],
  ["noc.routing", /by credits/, noc({ routing: "odd-even" })],
  ["cores", /one kind/, oddCore],
  ["mapping.manual", /order of their depths/, disorder],
  ["barrier.base_cycles", /longer than what comes before a tick/, tickedScans],
  ["precision.accumulator_bits", /depend on the order/, precision({ accumulatorBits: 12, accumulatorOverflow: "saturate" })],
  ["noc.header_bits", /shortest packet has/, noc({ headerBits: 1, flitWidthBits: 4 })],
  ["noc.flit_width_bits", /first flit/, noc({ flitWidthBits: 1, multicast: "unicast" })],
  ["inputs.port.packet_bits", /host link has 9 bits/, port({ packetBits: 9 })],
  ["inputs.port.checksum", /does not know this key/, port({ checksum: true } as Partial<Port>)],
  ["noc.routing", /by credits/, (parts) => port({})(noc({ routing: "odd-even" })(parts))],
  ["precision.accumulator_bits", /depend on the order/, aloneWithPort],
  ["noc.deflects", /does not know this key/, noc({ deflects: true } as Partial<Noc>)],
];

const obstacles = (parts: PointParts) => obstaclesOf(candidateOf(parts));

test("a mesh of plain cores is emitted", () => {
  expect(base.run.placement.usedCores.length).toBeGreaterThan(1);
  expect(obstacles(base)).toEqual([]);
});

test.each(refusals)("%s is refused: %s", (key, reason, change) => {
  const found = obstacles(change(base));
  const one = found.find((obstacle) => obstacle.key === key && reason.test(obstacle.reason));
  expect(one, JSON.stringify(found)).toBeDefined();
  expect(one?.change).not.toBe("");
});

test("the packet size that a refusal of the host link names is the smallest that is emitted", () => {
  const [{ change }] = obstacles(port({ packetBits: 9 })(base));
  const packetBits = Number(/packet_bits: (\d+)/.exec(change)?.[1]);
  expect([packetBits - 1, packetBits].map((bits) => obstacles(port({ packetBits: bits })(base)).length)).toEqual([1, 0]);
});

test("sums that wrap may overflow the accumulator, because their order does not matter", () => {
  expect(obstacles(precision({ accumulatorBits: 12, accumulatorOverflow: "wrap" })(base))).toEqual([]);
});

test("the width that an accumulator's refusal names is the smallest that is emitted", () => {
  const narrow = precision({ accumulatorBits: 12, accumulatorOverflow: "saturate" });
  const bits = Number(/accumulator_bits: (\d+)/.exec(obstacles(narrow(base))[0].change)?.[1]);
  const at = (accumulatorBits: number): number => obstacles(precision({ accumulatorBits, accumulatorOverflow: "saturate" })(base)).length;
  expect([at(bits - 1), at(bits)]).toEqual([1, 0]);
  expect([safeBits(127), safeBits(128)]).toEqual([8, 9]);
});

test("the flit width that a refusal of destinations names is the smallest for them", () => {
  const narrow = (flitWidthBits: number) =>
    obstacles(noc({ flitWidthBits, multicast: "unicast" })(base)).filter(({ reason }) => /first flit/.test(reason));
  const bits = Number(/flit_width_bits: (\d+)/.exec(narrow(1)[0].change)?.[1]);
  expect(bits, "four cores").toBe(2);
  expect([narrow(bits - 1).length, narrow(bits).length]).toEqual([1, 0]);
});
