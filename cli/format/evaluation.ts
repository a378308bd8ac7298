/** A model's evaluation as text. Pure. */
import { effectiveProductsOf, type TableEntry } from "../../app/evaluate-models.js";
import { scoreInterval } from "./interval.js";
import { grouped, withUnit } from "./number.js";

export function evaluationLines(network: TableEntry["network"], evaluation: TableEntry["evaluation"]): readonly string[] {
  const what = network.task === "sequence" ? "utterances" : "frames";
  const { accuracy, correct, scored, density, multiplicationsPerFrame } = evaluation;
  const products = effectiveProductsOf(evaluation);
  const effective = products === null ? "" : `, ${grouped(Math.round(products))} of them with weights that are not 0`;
  return [
    `${network.name} (${network.system}) on ${evaluation.dataset}`,
    `accuracy                ${withUnit(accuracy * 100, "%")} (${grouped(correct)} of ${grouped(scored)} ${what}, ${scoreInterval(evaluation)})`,
    `spike density           ${density.map((d, l) => `${l === 0 ? "input" : `layer ${l}`} ${d.toFixed(3)}`).join(", ")}`,
    `multiplications per frame ${grouped(Math.round(multiplicationsPerFrame))}${effective}`,
  ];
}
