/** A simulated point as text. Pure. */

import { type CoupledExperiment, type Experiment, feedsBack, floorPlanOf, ofKind, type Result } from "../../app/nouns.js";
import type { Description } from "../../app/open.js";
import type { Simulation } from "../../app/simulate.js";
import { chipHead } from "./chip-head.js";
import { coupledHeadLines, limitLines, pairLines } from "./coupled-lines.js";
import { explanationOf, simulatedGains } from "./explanation.js";
import { duration, percent } from "./number.js";
import { resultLines } from "./result.js";
import { type Look, paint } from "./style.js";

/** Says that a description which is searched was run at the first value of each parameter that the user did not set. */
export function asWrittenLines(look: Look, { sweep }: Pick<Description, "sweep">, set: Simulation["values"]): readonly string[] {
  const left = (sweep?.parameters ?? []).filter(({ path, domain }) => domain.kind !== "derived" && !Object.hasOwn(set, path)).length;
  if (left === 0) return [];
  const which = left === 1 ? "the searched parameter has" : `each of the ${left} searched parameters has`;
  return [paint(look, `one point of a search, as written: ${which} its first value; sweep runs the others`, "dim")];
}

/** Sentences about where time and energy go; empty if the user did not ask for them. */
export function explanationLines({ experiment, result, explanation, counts }: Simulation): readonly string[] {
  return ofKind<readonly string[]>(experiment, {
    board: (board) => (explanation === null ? [] : [...explanationOf(board, result, explanation), ...simulatedGains(explanation)]),
    coupled: () => (counts === null ? [] : coupledExplanation(result)),
  });
}

/** Shares of the cores' time, and of the energy if it is known. No changed chip is tried. */
function coupledExplanation({ utilisation: { cores }, breakdown, metrics }: Result): readonly string[] {
  const mean = (of: (core: (typeof cores)[number]) => number): number => cores.reduce((sum, core) => sum + of(core), 0) / cores.length;
  const [synapses, neurons] = [mean((core) => core.synapseBusy), mean((core) => core.somaBusy)];
  const totalPj = breakdown.reduce((sum, { energyPj }) => sum + (energyPj ?? 0), 0);
  const spent = [...breakdown].sort((a, b) => (b.energyPj ?? 0) - (a.energyPj ?? 0));
  return [
    ...(cores.length === 0
      ? []
      : [
          `time: ${cores.length === 1 ? "the core works" : "a core works, in the mean,"} on synapses in ${percent(synapses)} of the cycles and on neurons in ${percent(neurons)}; ${percent(Math.max(0, 1 - synapses - neurons))} are left`,
        ]),
    ...(metrics.energy_uj_per_inference === null || totalPj === 0
      ? []
      : [`energy: ${spent.map(({ component, energyPj }) => `${component} ${percent((energyPj ?? 0) / totalPj)}`).join(", ")}`]),
    "what a change would gain is not tried on coupled chips: search it with sweep",
  ];
}

export const simulationLines = (look: Look, simulation: Simulation): readonly string[] =>
  ofKind<readonly string[]>(simulation.experiment, {
    board: (experiment) => boardLines(look, experiment, simulation),
    coupled: (experiment) => coupledLines(look, experiment, simulation),
  });

function coupledLines(look: Look, experiment: CoupledExperiment, simulation: Simulation): readonly string[] {
  const { result, counts, caseFiles } = simulation;
  const explanation = explanationLines(simulation);
  const counted = Object.entries(counts ?? {}).map(([name, value]) => [name, String(value)] as const);
  return [
    ...coupledHeadLines(look, experiment, caseFiles),
    "",
    ...resultLines(look, result, floorPlanOf(experiment)),
    ...limitLines(look, experiment, caseFiles, result.metrics.latency_cycles),
    ...(explanation.length === 0 ? [] : ["", ...explanation]),
    ...(counts === null ? [] : ["", ...pairLines(look, "count", counted)]),
  ];
}

/** Why the energy of a priced run is not known by layer. */
const unlayered = ({ metrics }: Result): string =>
  (metrics.events_dropped ?? 0) > 0
    ? "because messages are lost; who sent them does not tell which were taken"
    : "because ticks are overrun; which neurons are touched in a step depends on when its messages arrive";

function boardLines(look: Look, experiment: Experiment, simulation: Simulation): readonly string[] {
  const { chip, workload } = experiment;
  const { result, layers } = simulation;
  const explanation = explanationLines(simulation);
  return [
    chipHead(look, experiment),
    `model ${simulation.model} on ${workload.dataset} ${workload.split}: ${result.provenance.utterances} utterances, ${result.provenance.timedUtterances.length} of them timed`,
    ...(feedsBack(chip) ? ["the chip's time feeds back into function: accuracy is measured on the chip, with all utterances"] : []),
    paint(look, `functional run ${duration(simulation.functionalSeconds)}, timing ${duration(simulation.timingSeconds)}`, "dim"),
    "",
    ...resultLines(look, result, floorPlanOf(experiment), layers, 16, simulation.intervals),
    ...(layers.length > 0 || result.metrics.energy_uj_per_inference === null
      ? []
      : ["", `energy by layer: unknown, ${unlayered(result)}.`]),
    ...(explanation.length === 0 ? [] : ["", ...explanation]),
  ];
}
