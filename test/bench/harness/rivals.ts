/**
 * Other simulators beside ours, on the same generated files, in turns: processor time of theirs divided by ours, above
 * 1 where ours takes less.
 *
 * Their programs are the user's: `sim` (SANA-FE's command line) and `booksim` (BookSim 2) in a folder. One that is not
 * there is left out.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createNoc } from "../../../sim/noc/create.js";
import { cpuSeconds, type Repeats, repeat } from "./measure.js";
import { runOther } from "./other-program.js";
import { type Row, row } from "./row.js";
import { writeSanafeChip, writeSanafeNetwork } from "./sanafe-files.js";
import type { SanafeCase } from "./sanafe-pair.js";
import { runOurs, stepMs } from "./sanafe-speed.js";
import { drive, mesh, type Uniform } from "./traffic.js";

export interface RivalWork {
  readonly folder: string;
  /** Where files are written. */
  readonly scratch: string;
  readonly repeats: Repeats;
}

/**
 * Time models of theirs, each beside what of ours serves the same purpose: their `cycle` is a mesh of its own clock, as
 * our `flit` is.
 */
export type TimeModels = readonly { readonly theirs: string; readonly ours: readonly string[]; readonly target: number }[];

/** Two numbers of each round: theirs and ours. */
async function pairs(once: () => readonly [number, number], repeats: Repeats): Promise<[number[], number[]]> {
  const [theirs, ours]: [number[], number[]] = [[], []];
  let round = -repeats.warmUps;
  await repeat(() => {
    const [their, our] = once();
    if (round++ >= 0) {
      theirs.push(their);
      ours.push(our);
    }
    return 0;
  }, repeats);
  return [theirs, ours];
}

function besideRows(name: string, unit: string, [theirs, ours]: readonly [number[], number[]], target: number): Row[] {
  return [
    row(`${name}: theirs`, unit, "less", theirs),
    row(`${name}: ours`, unit, "less", ours),
    row(
      `${name}: theirs / ours`,
      "times",
      "more",
      theirs.map((their, i) => their / ours[i]),
      target,
    ),
  ];
}

/** null: there is no `sim` in the folder. */
export async function sanafeRows(
  work: RivalWork,
  cases: readonly SanafeCase[],
  models: TimeModels,
  steps: (neurons: number) => number,
): Promise<Row[] | null> {
  const program = resolve(work.folder, "sim");
  if (!existsSync(program)) return null;
  const chip = writeSanafeChip(work.scratch);
  const out = join(work.scratch, "out");
  mkdirSync(out, { recursive: true });
  const rows: Row[] = [];
  for (const one of cases) {
    const network = writeSanafeNetwork(work.scratch, one, "netlist");
    const theirs = (model: string, count: number): number =>
      runOther(program, ["-n", "-o", out, "-t", model, chip, network, String(count)], work.scratch).cpuSeconds;
    const loads = await pairs(() => [theirs("simple", 1), runOurs(chip, network, 1).cpuSeconds], work.repeats);
    rows.push(...besideRows(`${one.name}, load and one step`, "CPU s", loads, 2));
    for (const model of models) {
      const long = steps(one.neurons);
      const perStep = await pairs(
        () => [
          stepMs(theirs(model.theirs, long), theirs(model.theirs, 1), long),
          stepMs(runOurs(chip, network, long, model.ours).cpuSeconds, runOurs(chip, network, 1, model.ours).cpuSeconds, long),
        ],
        work.repeats,
      );
      const name = `${one.name}, a step, ${model.theirs} beside ${model.ours.at(-1) ?? "all"}`;
      rows.push(...besideRows(name, "CPU ms", perStep, model.target));
    }
  }
  return rows;
}

/** BookSim's description of the same mesh, traffic and number of cycles. */
function bookSimConfig(size: number, { flits, rate, cycles }: Uniform): string {
  return `topology = mesh; k = ${size}; n = 2; routing_function = dor;
num_vcs = 2; vc_buf_size = 8; vc_allocator = separable_input_first; sw_allocator = separable_input_first;
routing_delay = 1; vc_alloc_delay = 1; sw_alloc_delay = 1; st_final_delay = 1; credit_delay = 1; wait_for_tail_credit = 0;
traffic = uniform; packet_size = ${flits}; injection_rate_uses_flits = 1; injection_rate = ${rate};
sim_type = throughput; warmup_periods = 1; max_samples = 1; sample_period = ${Math.ceil(cycles / 2)}; sim_count = 1; seed = 1;
`;
}

/** null: there is no `booksim` in the folder. */
export async function bookSimRows(work: RivalWork, cases: readonly (Uniform & { readonly size: number })[]): Promise<Row[] | null> {
  const program = resolve(work.folder, "booksim");
  if (!existsSync(program)) return null;
  const rows: Row[] = [];
  for (const one of cases) {
    const config = join(work.scratch, "booksim.cfg");
    writeFileSync(config, bookSimConfig(one.size, one));
    const spec = mesh(one.size);
    const both = await pairs(() => {
      const { cpuSeconds: took, output } = runOther(program, [config], work.scratch);
      const cycles = Number(/Time taken is (\d+) cycles/.exec(output)?.[1] ?? Number.NaN);
      if (!Number.isFinite(cycles)) throw new Error(`${program} did not say "Time taken is N cycles": ${output.slice(-500)}`);
      const noc = createNoc(spec);
      const start = cpuSeconds();
      drive(noc, spec.coresPerRouter.length, { ...one, cycles });
      return [(1e6 * took) / cycles, (1e6 * (cpuSeconds() - start)) / cycles];
    }, work.repeats);
    rows.push(...besideRows(`BookSim ${one.size} x ${one.size}, ${one.flits} flits, ${one.rate}`, "CPU µs a cycle", both, 10));
  }
  return rows;
}
