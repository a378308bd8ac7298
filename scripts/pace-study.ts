/**
 * `npx tsx scripts/pace-study.ts`: layered networks under a global tick, a barrier, and steps that wait for their
 * sources.
 *
 * One layer per core; the tick is the shortest one that no step overruns. Columns: cycles of an utterance alone; cycles
 * per utterance back to back, and their ratio to those with ticks; share of step packets among all packets.
 */
import { type Chip, type Precision, parseArch, readModel, resolveModelPath, type SpikeTrace } from "../arch/index.js";
import { InfeasibleError } from "../base/errors.js";
import { createRng } from "../base/rng.js";
import { runTiming } from "../sim/board/index.js";
import { prepareFunctional } from "../sim/index.js";
import { mapNetwork } from "../sim/mapping/index.js";
import { buildProgram } from "../sim/program/index.js";
import { chip as chipOf, dense, population, precision as small, traceOf } from "../test/sim/board/fixtures.js";
import { loadDataset } from "../training/index.js";

interface Layered {
  readonly name: string;
  readonly chip: Chip;
  readonly precision: Precision;
  readonly trace: SpikeTrace;
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** null: it does not fit. */
function fitting<Value>(make: () => Value): Value | null {
  try {
    return make();
  } catch (error) {
    if (error instanceof InfeasibleError) return null;
    throw error;
  }
}

function study({ name, chip, precision, trace }: Layered): void {
  const request = { strategy: "layer-per-core", manual: {}, maxNeuronsPerCore: null, seed: 1 } as const;
  const on = (paced: Chip) => {
    const placement = mapNetwork(trace.topology, paced, precision, request, null);
    const program = buildProgram(paced, placement, precision);
    return { program, run: runTiming(paced, placement, precision, trace, null, "replayed") };
  };
  const { program, run } = on(chip);
  const barrier = run.total.barrierCycles / run.waveCycles.length;
  let periodCycles = Math.max(...run.waveCycles) - barrier + program.leastBarrierCycles;
  const ticked = (): Chip => ({ ...chip, tick: { periodCycles, overrun: "refuse" } });
  // back to back, some steps take slightly longer
  while (fitting(() => on(ticked())) === null) periodCycles += 1 + Math.floor(periodCycles / 200);
  const rows: [string, Chip][] = [
    [`global tick of ${periodCycles} cycles`, ticked()],
    [`barrier of ${barrier} cycles`, chip],
    ...[0, 1, 2, 6].map((runAheadWaves): [string, Chip] => [
      `sources, run ahead ${runAheadWaves}`,
      { ...chip, sourcePace: { runAheadWaves } },
    ]),
  ];
  console.log(`${name}: ${program.usedCores.length} cores`);
  let least = 0;
  for (const [title, paced] of rows) {
    const one = fitting(() => on(paced));
    if (one === null) {
      console.log(`  ${title.padEnd(28)} does not fit: its accumulators take too much of the state memory`);
      continue;
    }
    const each = Number(one.run.cyclesPerUtterance); // known: no tick here is hard
    if (least === 0) least = each;
    const told = one.program.links.reduce((sum, { neighbours }) => sum + neighbours.length, 0) * run.waveCycles.length;
    const share = ((100 * told) / one.run.total.packets).toFixed(1);
    const cut = (100 * (1 - each / least)).toFixed(1);
    console.log(
      `  ${title.padEnd(28)} alone ${mean(one.run.latencyCycles).toFixed(0).padStart(7)}  back to back ${each.toFixed(0).padStart(7)}  ${cut.padStart(5)} % fewer than at ticks  told ${share} % of packets`,
    );
  }
}

/** A shipped model on the shipped 2 x 2 mesh. */
function shipped(model: string): Layered {
  const text = `version: 1\nextends: mesh-2x2\nnetwork: { model: ${model} }\nworkload: { samples: 20, timing_samples: 8 }\n`;
  const { experiment } = parseArch(text, "pace.yaml");
  const { network } = readModel(resolveModelPath(model, "pace.yaml"));
  const { trace } = prepareFunctional(experiment, network, "pace", loadDataset("mnist-rows", { path: null, split: "test" }));
  return { name: model, chip: experiment.chip, precision: experiment.precision, trace };
}

/**
 * A chain of dense layers. In one step of `every`, drawn by chance per layer, `busy` of a layer's neurons fire; in the
 * others `calm` of them fire.
 */
function chain(layers: number, neurons: number, calm: number, busy: number, every: number): Layered {
  const rng = createRng(7, "pace study");
  const populations = Array.from({ length: layers }, (_, depth) => population(`layer${depth}`, neurons, depth));
  const topology = { populations, projections: populations.slice(1).map((_, source) => dense(source, source + 1)) };
  const step = () =>
    populations.map(() => {
      const rate = rng.float() < 1 / every ? busy : calm;
      return Array.from({ length: neurons }, (_, n) => n).filter(() => rng.float() < rate);
    });
  const trace = traceOf(
    topology,
    [0, 1, 2, 3].map(() => Array.from({ length: 40 }, step)),
  );
  const chip = chipOf(
    populations.map(() => 1),
    { core: { lanes: 16 } },
  );
  const spikes = busy === calm ? `${calm}` : `${calm}, in a step of ${every} ${busy},`;
  return { name: `${layers} layers of ${neurons}; ${spikes} of the neurons fire`, chip, precision: small, trace };
}

study(shipped("mnist-rows-lif.safetensors"));
study(shipped("mnist-rows-rec-v2.safetensors"));
study(chain(8, 64, 0.1, 0.1, 1));
study(chain(8, 64, 0.05, 0.5, 4));
study(chain(8, 64, 0.02, 0.8, 10));
