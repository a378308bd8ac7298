/** A model's evaluation as text. Pure. */
import type { TableEntry } from "../../app/evaluate-models.js";
import { scoreInterval } from "./interval.js";
import { grouped, withUnit } from "./number.js";

export function evaluationLines(network: TableEntry["network"], evaluation: TableEntry["evaluation"]): readonly string[] {
  const what = network.task === "sequence" ? "utterances" : "frames";
  const { accuracy, correct, scored, density, multiplicationsPerFrame } = evaluation;
  return [
    `${network.name} (${network.system}) on ${evaluation.dataset}`,
    `accuracy                ${withUnit(accuracy * 100, "%")} (${grouped(correct)} of ${grouped(scored)} ${what}, ${scoreInterval(evaluation)})`,
    `spike density           ${density.map((d, l) => `${l === 0 ? "input" : `layer ${l}`} ${d.toFixed(3)}`).join(", ")}`,
    `multiplications per frame ${grouped(Math.round(multiplicationsPerFrame))}`,
  ];
}
