/** Rules for imported networks: their cells, their rows, and the memories that hold them. */
import type { GraphPopulation, IntegerGraph } from "../sim/functional/index.js";
import { partsOfProjection } from "./graph.js";
import { signedBits } from "./numbers.js";
import { rowTables } from "./rows.js";
import type { Obstacle, Placed, Rule } from "./rule.js";
import { safeBits } from "./several-rules.js";
import { waveEnd } from "./wave-end.js";
import { sumWordBits, weightWordBits } from "./word-widths.js";

/** Obstacle of an imported network whose samples are not given. */
export const NO_INPUT: Obstacle = {
  key: "workload",
  reason: "an imported network's numbers depend on its input",
  change: "name the workload",
};

const cellObstacle = (population: GraphPopulation, stateBits: number): Obstacle | null => {
  if (population.kind !== "neurons") return null;
  const { restart, lowest, mostSpikes, refractorySteps, rest, resetTo, delta } = population.cell;
  const { name } = population;
  if (restart !== null)
    return {
      key: "network.lava.restart_steps",
      reason: `the states of ${name} start again, which the library's do not`,
      change: "set it to 0",
    };
  if (delta !== null)
    return { key: "network.model", reason: `${name} sends changes, which the library's neurons do not`, change: "name another model" };
  if (refractorySteps > 0)
    return { key: "network.nir.refractory_seconds", reason: `neurons of ${name} pause, which the library's do not`, change: "set it to 0" };
  if (lowest !== null || mostSpikes > 1)
    return {
      key: "precision.integers",
      reason: `neurons of ${name} have a least voltage, or spike several times in a step, which the library's do not`,
      change: "set precision.integers: quantised",
    };
  if (signedBits(resetTo) > stateBits || signedBits(rest) > stateBits)
    return {
      key: "network.model",
      reason: `${name} rests at, or is reset to, more than a state's word holds`,
      change: "set precision.state_bits higher",
    };
  return null;
};

/** The first property of a network that the library does not have. */
export function graphObstacle(graph: IntegerGraph): Obstacle | null {
  const { populations, projections, precision, scored, topology } = graph;
  if (precision.integers !== "quantised")
    return {
      key: "precision.integers",
      reason: "the library's neurons are those of scaled numbers",
      change: "set precision.integers: quantised",
    };
  if (graph.inputs.length > 1)
    return {
      key: "network.model",
      reason: "a frame of the library is one input's, and the network has several",
      change: "leave one Input",
    };
  if (scored === null) return { key: "network.model", reason: "a network of several outputs has no scores", change: "leave one output" };
  for (const population of populations) {
    const found = cellObstacle(population, precision.stateBits);
    if (found !== null) return found;
  }
  for (const [index, { source, target, recurrent }] of topology.projections.entries()) {
    const parts = partsOfProjection(graph, index);
    if (parts.length !== 1 || parts[0].steps !== (recurrent ? 1 : 0))
      return {
        key: "network.model",
        reason: "some spikes are delayed, and wait where the library has no place",
        change: "leave out the delays",
      };
    if (topology.projections.findIndex((one) => one.source === source && one.target === target) < index)
      return {
        key: "network.model",
        reason: "a spike reads two rows of weights for the same neurons, and the library has one per population",
        change: "add the weights of both",
      };
  }
  return projections.length > 0 ? null : { key: "network.model", reason: "nothing is connected", change: "name another model" };
}

/** Rules for networks whose rows name their targets, or are computed from kernels. */
export const rowRules: readonly Rule<Placed>[] = [
  ({ placement }) =>
    placement.topology.projections.every(({ kernel }) => kernel === undefined || kernel.windowTaps === null)
      ? null
      : {
          key: "network.model",
          reason: "windows of a kernel have taps of their own at the border, and the address generator uses the same steps for all windows",
          change: "set chip.convolution: unrolled, or put neurons between the pool and the convolution",
        },
  ({ core }) =>
    core.scan.policy === "event"
      ? null
      : { key: "tile.core.scan.policy", reason: "the library scans dense rows only", change: "set tile.core.scan.policy: event" },
  ({ program }) =>
    program.blocks.every(({ delayWaves }) => delayWaves === 1)
      ? null
      : {
          key: "network.model",
          reason: "a connection skips layers, and its spikes wait where the library has no place",
          change: "connect layers that follow each other",
        },
  (candidate) =>
    candidate.program.blocks.every(({ synapse }) => synapse.wordsPerItem === 1)
      ? null
      : {
          key: "tile.core.synapse_memory.word_bits",
          reason: "a weight, with its target's number, is wider than a word",
          change: `set tile.core.synapse_memory.word_bits to at least ${weightWordBits(candidate, 1)}`,
        },
  (candidate) =>
    candidate.program.blocks.every(({ target }) => target.accumulators.wordsPerItem === 1)
      ? null
      : {
          key: "tile.core.state_memory.word_bits",
          reason: "an accumulator of a network of rows is wider than a word",
          change: `set tile.core.state_memory.word_bits to at least ${sumWordBits(candidate, 1)}`,
        },
  ({ experiment: { precision }, network }) => {
    if (precision.accumulatorOverflow === "wrap") return null;
    const bits = safeBits(network.largestSum());
    return bits <= precision.accumulatorBits
      ? null
      : {
          key: "precision.accumulator_bits",
          reason: "sums could saturate, and then depend on the order in which layers are connected",
          change: `set precision.accumulator_bits: ${bits}, or precision.accumulator_overflow: wrap`,
        };
  },
  ({ experiment: { chip, precision }, placement, program, network, core }) => {
    const { bankWords } = rowTables({ placement, program, network, precision }, core);
    const { delayCycles: cycles } = waveEnd(chip, placement.usedCores.length, program.leastBarrierCycles);
    return cycles > bankWords
      ? null
      : {
          key: "barrier.base_cycles",
          reason: `${bankWords} sums of a group lie in one bank, and are written after the wave's end`,
          change: `set barrier.base_cycles: ${chip.barrier.baseCycles + bankWords + 1 - cycles}`,
        };
  },
];
