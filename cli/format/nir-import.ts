/** An imported NIR network as text. Pure. */
import { formatImportReport, type NirImport, type NodeComparison, type NodeFile, type Ran } from "../../app/import-nir.js";
import type { Problem } from "../../base/errors.js";
import { neurobenchLines } from "./neurobench.js";
import { grouped, significant } from "./number.js";
import { resultLines } from "./result.js";
import type { Look } from "./style.js";

export function nirImportLines(look: Look, { report, obstacles, ran, compared, chip }: NirImport, written: readonly NodeFile[]): string[] {
  return [
    ...formatImportReport(report),
    ...obstacleLines(obstacles),
    ...(ran === null ? [] : ["", ...runLines(look, ran, chip === null), ...compared.map(comparisonText)]),
    ...written.map(({ file }) => `wrote ${file}`),
    ...(chip === null ? [] : ["", ...chip.warnings.map((text) => `warning: ${text}`), ...resultLines(look, chip.result, null)]),
  ];
}

/** The import as data. */
export function nirImportJson({ report, options, obstacles, ran, compared, chip }: NirImport): object {
  const warnings = ran === null ? {} : { warnings: [...ran.warnings, ...(ran.integer?.warnings ?? [])] };
  const counts = ran === null ? {} : { steps: ran.steps, neurobench: ran.metrics, output_spikes: ran.outputs, compared };
  const onChip = chip === null ? {} : { chip };
  return { report, options, integer_obstacles: obstacles.map(reasonOf), ...counts, ...(ran?.integer ?? {}), ...warnings, ...onChip };
}

function comparisonText({ node, file, values, differ, first }: NodeComparison): string {
  const where = first === null ? "" : `; first at step ${first.step}, neuron ${first.neuron}: ${first.got}, the file has ${first.expected}`;
  return `${node} against ${file}: ${differ} of ${values} values differ${where}`;
}

function reasonOf({ path, message, fix }: Problem): string {
  return `${path === "" ? "" : `${path}: `}${message}${fix === "" ? "" : ` (${fix})`}`;
}

function obstacleLines(obstacles: readonly Problem[]): string[] {
  if (obstacles.length === 0) return ["in integers, on a chip: the whole network can run"];
  return ["the network cannot run in integers on a chip:", ...obstacles.map((problem) => `  ${reasonOf(problem)}`)];
}

/** `counts`: also prints NeuroBench's metrics; a chip's result has its own. */
function runLines(look: Look, { steps, warnings, metrics, integer, outputs }: Ran, counts: boolean): string[] {
  return [
    ...warnings.map((text) => `warning: ${text}`),
    `${grouped(steps)} steps`,
    ...(integer === null ? [] : integerLines(integer)),
    ...(counts ? neurobenchLines(look, metrics) : []),
    ...Object.entries(outputs).map(([name, sums]) => `${name}: ${sums.map((sum) => significant(sum)).join(" ")}`),
  ];
}

function integerLines({ arithmetic, overflows, saturations, leaks, warnings }: NonNullable<Ran["integer"]>): string[] {
  return [
    ...warnings.map((text) => `warning: ${text}`),
    `integer arithmetic (precision.integers: ${arithmetic}): ${overflows} accumulator overflows, ${saturations} state saturations`,
    ...leaks.map(leakLine),
  ];
}

/** The leak's word, and what it does to a state at the threshold, which is rounded, too; of readouts at the value 1. */
function leakLine({ leak, share, computedShare, errorPercent, ...at }: NonNullable<Ran["integer"]>["leaks"][number]): string {
  const word = `${significant(computedShare)} per step for ${significant(share)}, the word is ${significant(errorPercent, 3)} % off at most`;
  const loss = `a state of ${at.threshold}, the ${at.reference}, loses ${at.loss} for ${significant(at.exactLoss)}, ${significant(at.lossErrorPercent, 3)} % off`;
  return `leak ${leak}: ${word}; ${loss}${at.idleUpTo === 0 ? "" : `; where ${significant(at.idleShare)} leaks, states up to ${at.idleUpTo} lose nothing`}`;
}
