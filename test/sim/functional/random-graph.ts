/**
 * Random integer graphs: one to three inputs, every cell, reset, leak and delay, weights that overflow and states that
 * saturate.
 */

import { actsInNextStep, type Precision, RESET_RULES } from "../../../arch/index.js";
import { signedMax } from "../../../base/math/rounding.js";
import { createRng } from "../../../base/rng.js";
import type { GraphCell, GraphPopulation, GraphProjection, IntegerGraph } from "../../../sim/functional/integer-graph.js";

type Rng = ReturnType<typeof createRng>;

export function randomGraph(seed: number, precision: Precision): IntegerGraph {
  const rng = createRng(seed, "random-graph");
  const entering = rng.float() < 0.5 ? 1 : rng.int(2, 3);
  const count = entering + rng.int(1, 4);
  const populations = Array.from({ length: count }, (_, p): GraphPopulation => {
    const base = { name: `p${p}`, neurons: rng.int(1, 21) };
    if (p < entering) return { ...base, kind: "input" };
    const requantiser = randomRequantiser(rng, base.neurons, precision);
    if (p === count - 1 && rng.float() < 0.3) return { ...base, kind: "readout", requantiser };
    return { ...base, kind: "neurons", cell: randomCell(rng, base.neurons, precision, requantiser) };
  });
  const sends = (p: number): boolean => {
    const population = populations[p];
    return population.kind === "input" || (population.kind === "neurons" && population.cell.threshold !== null);
  };
  const projections = populations.flatMap((_, target) =>
    target < entering
      ? []
      : populations.flatMap((__, source) => {
          if (!sends(source) || rng.float() < 0.3) return [];
          const steps = source < target && rng.float() < 0.6 ? 0 : rng.int(1, 4);
          return [randomProjection(rng, source, target, steps, populations, precision)];
        }),
  );
  // the order of their values in a step differs from that of the populations
  let first = 0;
  const inputs = rng.shuffle([...Array(entering).keys()]).map((population) => {
    const input = { population, first, limit: 127, scale: 1, offset: 0 };
    first += populations[population].neurons;
    return input;
  });
  return {
    name: `random ${seed}`,
    precision,
    precisions: populations.map(() => ({
      ...precision,
      ...(rng.float() < 0.7 ? {} : { stateBits: rng.int(8, 24) }),
      ...(rng.float() < 0.7 ? {} : { accumulatorBits: rng.int(12, 32) }),
    })),
    populations,
    projections,
    inputs,
    scored: count - 1,
    topology: { populations: [], projections: [] },
    counted: { weightPlaces: [], weights: 0, zeroWeights: 0 },
    stored: { parameters: 0, buffers: 0, packedBits: 0 },
    ...{ lostRows: [], leaks: [], raised: [] },
    key: String(seed),
  };
}

function randomRequantiser(rng: Rng, neurons: number, { stateBits }: Precision): GraphCell["requantiser"] {
  const shift = rng.int(0, 18);
  return {
    multiplier: Int32Array.from({ length: neurons }, () => rng.int(-(2 ** Math.min(20, shift + 2)) + 1, 2 ** Math.min(20, shift + 2))),
    bias: Float64Array.from({ length: neurons }, () => rng.int(-1000, 1000) * 2 ** Math.max(0, shift - 6 + Math.floor(stateBits / 4))),
    shift,
  };
}

function randomCell(rng: Rng, neurons: number, precision: Precision, requantiser: GraphCell["requantiser"]): GraphCell {
  const keep = (): Int32Array =>
    Int32Array.from({ length: neurons }, () =>
      precision.leak === "shift"
        ? [rng.int(0, 12), 31][rng.int(0, 1)]
        : rng.int(-(2 ** precision.gateBits) / 4, 2 ** precision.gateBits + 1),
    );
  const most = signedMax(precision.stateBits);
  const threshold = 2 ** precision.stateFractionBits;
  const reset = RESET_RULES[rng.int(0, RESET_RULES.length - 1)];
  const counts = reset === "subtract" && rng.float() < 0.4;
  const period = rng.int(1, 6);
  const cell = {
    requantiser,
    keepCurrent: rng.float() < 0.5 ? keep() : null,
    keepVoltage: rng.float() < 0.7 ? keep() : null,
    rest: Int32Array.from({ length: neurons }, () => (rng.float() < 0.3 ? rng.int(-most / 8, most / 8) : 0)),
    threshold: rng.float() < 0.85 ? threshold : null,
    reset,
    resetTo: Int32Array.from({ length: neurons }, () => (rng.float() < 0.3 ? rng.int(-most / 8, most / 8) : 0)),
    refractorySteps: !actsInNextStep(reset) && rng.float() < 0.4 ? rng.int(1, 5) : 0,
    loses: counts ? rng.int(1, threshold) : threshold,
    delta: null,
    mostSpikes: counts ? rng.int(1, 127) : 1,
    lowest: rng.float() < 0.25 ? -rng.int(0, Math.floor(most / 4)) : null,
    restart: rng.float() < 0.25 ? { period, phase: rng.int(0, period - 1) } : null,
    unit: new Float64Array(neurons).fill(1 / threshold),
  };
  if (rng.float() < 0.8 || cell.threshold === null) return cell;
  return {
    ...cell,
    ...{ keepCurrent: null, keepVoltage: null, refractorySteps: 0, mostSpikes: 1, lowest: null, restart: null },
    threshold: rng.int(0, 2 * threshold),
    delta: {
      ...{ integrates: rng.float() < 0.6, rectifies: rng.float() < 0.6, keepsRemainder: rng.float() < 0.5 },
      ...{ shift: rng.int(0, 8), most: signedMax(rng.int(2, 16)) },
    },
  };
}

function randomProjection(
  rng: Rng,
  source: number,
  target: number,
  steps: number,
  populations: readonly GraphPopulation[],
  { weightBits }: Precision,
): GraphProjection {
  const [from, to] = [populations[source].neurons, populations[target].neurons];
  const fill = [0.1, 0.5, 1][rng.int(0, 2)];
  const most = signedMax(weightBits);
  const rowStart = new Uint32Array(from + 1);
  const targets: number[] = [];
  const weights: number[] = [];
  for (let n = 0; n < from; n++) {
    for (let to_ = 0; to_ < to; to_++) {
      if (rng.float() >= fill) continue;
      targets.push(to_);
      weights.push(rng.float() < 0.2 ? most : rng.int(-most, most));
    }
    rowStart[n + 1] = targets.length;
  }
  const sparse = { rowStart, targets: Uint32Array.from(targets) };
  return { source, target, steps, projection: 0, sparse, weights: Int16Array.from(weights) };
}
