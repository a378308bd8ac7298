/** Numbers of lanes that a search tells apart and that build the same lanes. Pure. */
import { idleLanes, laneCounts, type SweepSpec, type Topology, unlikeCores, valuesOf } from "../arch/index.js";
import { InfeasibleError, InputError } from "../base/errors.js";
import { needsOn } from "../sim/index.js";
import { type ChipDescription, experimentWith, type Values } from "./open.js";

/** More values of one parameter are not compared: each takes 2 ms, and 10 us more per core of its chip. */
const MOST_VALUES = 256;
/** Most cores of the chips that are compared, at 4,096 per chip those of 64 values. */
const MOST_CORES = 262_144;

/** Values in a row that are told by the first and the last. */
const RANGE = 4;

type Value = ReturnType<typeof valuesOf>[number];

/** Searched keys by which a core feeds the more lanes, the larger or the smaller they are. */
const LARGER = /_memory\.(word_bits|banks)$/;
const SMALLER = /^precision\..*(weight|accumulator)_bits$/;

/** One sentence per parameter of lanes. Other searched keys are at the end at which most lanes work. */
export function searchedLanes(description: ChipDescription, sweep: SweepSpec, topology: Topology): readonly string[] {
  const { parameters } = sweep;
  // another network has other rows
  if (parameters.some(({ path }) => path === "network.model")) return [];
  const atEnds: Values = Object.fromEntries(
    parameters.flatMap(({ path, domain }) => {
      const numbers = ("low" in domain ? [domain.low, domain.high] : valuesOf(domain)).filter((value) => typeof value === "number");
      if (numbers.length === 0 || !(LARGER.test(path) || SMALLER.test(path))) return [];
      return [[path, LARGER.test(path) ? Math.max(...numbers) : Math.min(...numbers)]];
    }),
  );
  return parameters.flatMap(({ path, domain }) => {
    const values = path.endsWith(".lanes") ? valuesOf(domain) : [];
    if (values.length > Math.min(MOST_VALUES, MOST_CORES / description.experiment.chip.cores.length)) return [];
    const alike = new Map<string, { readonly values: Value[]; readonly why: readonly string[] }>();
    for (const value of values) {
      const built = builtAt(description, { ...atEnds, [path]: value }, topology);
      if (built === null) continue;
      const others = alike.get(built.lanes)?.values ?? [];
      alike.set(built.lanes, { values: [...others, value], why: built.why });
    }
    return [...alike.values()].flatMap((same) =>
      same.values.length < 2
        ? []
        : [`${path}: ${rangesText(same.values, values)} are one chip as the rest is written: ${same.why.join("; ")}`],
    );
  });
}

/** `2, 8 to 60`: of at least `RANGE` values that follow each other in the search, the first and the last. */
function rangesText(values: readonly Value[], searched: readonly Value[]): string {
  const order = [...searched].sort((a, b) => Number(a) - Number(b));
  const runs: Value[][] = [];
  for (const value of order.filter((one) => values.includes(one))) {
    const run = runs.at(-1);
    if (run !== undefined && order[order.indexOf(value) - 1] === run.at(-1)) run.push(value);
    else runs.push([value]);
  }
  return runs.map((run) => (run.length < RANGE ? run.join(", ") : `${run[0]} to ${run.at(-1)}`)).join(", ");
}

/** Lanes that each kind of core builds, and why not all that are asked for; null: the search refuses the point. */
function builtAt(description: ChipDescription, values: Values, topology: Topology) {
  try {
    const { chip, precision } = experimentWith(description, values);
    const cores = unlikeCores(chip);
    const needs = needsOn({ ...chip, cores }, precision, topology);
    return { lanes: JSON.stringify(laneCounts(cores, precision, needs)), why: idleLanes(cores, precision, needs) };
  } catch (error) {
    if (error instanceof InputError || error instanceof InfeasibleError) return null;
    throw error;
  }
}
