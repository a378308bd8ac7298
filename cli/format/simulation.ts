/** A simulated point as text. Pure. */

import { feedsBack, gridOf, isCoupled } from "../../app/nouns.js";
import type { Simulation } from "../../app/simulate.js";
import { coupledHeadLines, limitLines, pairLines } from "./coupled.js";
import { explanationOf, simulatedGains } from "./explanation.js";
import { duration } from "./number.js";
import { resultLines } from "./result.js";
import { type Look, paint } from "./style.js";

/** Sentences on where time and energy go; none where they were not asked for. */
export function explanationLines({ experiment, result, explanation }: Simulation): readonly string[] {
  if (explanation === null || isCoupled(experiment)) return [];
  return [...explanationOf(experiment, result), ...simulatedGains(explanation)];
}

export function simulationLines(look: Look, simulation: Simulation): readonly string[] {
  const { experiment, result, layers, counts, caseFiles } = simulation;
  if (isCoupled(experiment))
    return [
      ...coupledHeadLines(look, experiment, caseFiles),
      "",
      ...resultLines(look, result),
      ...limitLines(look, experiment, caseFiles, result.metrics.latency_cycles),
      ...(counts === null
        ? []
        : [
            "",
            ...pairLines(
              look,
              "count",
              Object.entries(counts).map(([name, value]) => [name, String(value)] as const),
            ),
          ]),
    ];
  const { chip, precision, workload } = experiment;
  const technology = `${chip.technology.nodeNm} nm, ${chip.technology.voltageV} V, ${chip.technology.clockMhz} MHz`;
  const widths = `${precision.weightBits}-bit weights, ${precision.stateBits}-bit state`;
  const explanation = explanationLines(simulation);
  return [
    `${paint(look, chip.name, "bold")}: ${chip.cores.length} cores, ${gridOf(chip)}, ${technology}; ${widths}`,
    `model ${simulation.model} on ${workload.dataset} ${workload.split}: ${result.provenance.utterances} utterances, ${result.provenance.timedUtterances.length} of them timed`,
    ...(feedsBack(chip) ? ["the chip's time feeds back into function: accuracy is of all utterances run on the chip"] : []),
    paint(look, `functional run ${duration(simulation.functionalSeconds)}, timing ${duration(simulation.timingSeconds)}`, "dim"),
    "",
    ...resultLines(look, result, layers),
    ...(explanation.length === 0 ? [] : ["", ...explanation]),
  ];
}
