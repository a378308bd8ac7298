/**
 * Random chips whose input enters by a port: trained and imported networks, on one core and on meshes; drawn to reach
 * full queues and slow links.
 */
import type { Chip, Port, SampleSet } from "../../arch/index.js";
import { InfeasibleError } from "../../base/errors.js";
import { createRng } from "../../base/rng.js";
import { prepareFunctional, replay } from "../../sim/index.js";
import { nocOf, randomChip, sized } from "./random-chips.js";
import { Draw, least, type RandomCore, randomCore } from "./random-cores.js";
import { randomRows, severalRows } from "./random-rows.js";
import { ticked } from "./ticks.js";

const BASES: readonly (readonly [name: string, drawn: (seed: number) => RandomCore | null])[] = [
  ["trained, one core", randomCore],
  ["imported, one core", randomRows],
  ["trained, several cores", randomChip],
  ["imported, several cores", severalRows],
];

function portOf(draw: Draw, tiles: number): Port {
  return {
    tile: draw.int(0, tiles - 1),
    bitsPerCycle: draw.of("link", 0.5, 2.5, 11.4, 30, 100),
    latencyCycles: draw.of("latency", 0, 0, 1, 40),
    packetBits: draw.of("packet bits", null, null, 64),
    queueDepth: draw.of("port queue", 1, 2, 8),
  };
}

/** Gives a single core a mesh in which every tile has a core like it. */
function meshed({ cores, ...chip }: Chip, draw: Draw): Chip {
  const noc = nocOf(draw);
  const tiles = noc.width * noc.height;
  return {
    ...chip,
    noc,
    coresPerTile: new Array<number>(tiles).fill(1),
    cores: Array.from({ length: tiles }, (_, tile) => ({ ...cores[0], id: tile, tile })),
  };
}

/** The same utterances, whose first steps have no input. */
function silentAtFirst({ features, ...rest }: SampleSet): SampleSet {
  if (!(features instanceof Float32Array)) return { ...rest, features };
  const silent = Float32Array.from(features);
  for (const frame of rest.frameStart.subarray(0, -1)) silent.fill(0, frame * rest.inputs, (frame + 1) * rest.inputs);
  return { ...rest, features: silent };
}

/** The point of a seed; null: its network does not fit the chip. */
export function randomPort(seed: number): RandomCore | null {
  const draw = new Draw(createRng(seed, "rtl port"));
  const base = draw.int(0, BASES.length - 1);
  const [kind, drawn] = BASES[base];
  const point = drawn(seed);
  if (point === null) return null;
  const { model, experiment } = point;
  const isAlone = experiment.chip.cores.length === 1;
  const network = isAlone ? meshed(experiment.chip, draw) : experiment.chip;
  const noc = { ...network.noc, headerBits: 40 };
  // neurons of the input are behind the port
  const placed = point.functional.trace.topology.populations.reduce(
    (sum, { accumulators, neurons }) => sum + (accumulators === 0 ? 0 : neurons),
    0,
  );
  const cores = sized(seed, { ...network, noc }, placed, experiment.mapping.strategy);
  const chip: Chip = { ...cores, port: portOf(draw, network.coresPerTile.length) };
  // sums that overflow depend on the order of arrival
  const wide = kind.startsWith("trained") ? { ...experiment.precision, accumulatorBits: 32 } : experiment.precision;
  const ported = { ...experiment, chip, precision: wide };
  // such a core may scan in an utterance's first cycle
  const scansAtOnce = isAlone && chip.cores[0].scan.policy === "dense" && createRng(seed, "rtl port silence").int(0, 1) === 0;
  const samples = scansAtOnce ? silentAtFirst(point.samples) : point.samples;
  try {
    const functional = prepareFunctional(ported, model, `port-${seed}`, samples);
    const baseCycles = least(ported, functional) + draw.of("barrier slack", 0, 0, 1, 9) + (kind.startsWith("imported") ? 12 : 0);
    const paced = { ...ported, chip: { ...chip, barrier: { baseCycles, perCoreCycles: 0 } } };
    const choices = [...point.choices.filter((choice) => !choice.startsWith("barrier")), ...draw.choices, kind];
    const made = { ...point, samples, experiment: paced, functional, run: replay(paced, functional.trace), choices };
    return draw.int(0, 5) === 0 ? ticked(made) : made;
  } catch (error) {
    if (error instanceof InfeasibleError) return null;
    throw error;
  }
}
