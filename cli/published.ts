/** `published`: reads the shipped descriptions of published chips and sets the models beside their numbers. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type CoupledChip, type CoupledModelName, parseArch, parseCoupledChip } from "../arch/index.js";
import { inputError } from "../base/errors.js";
import { packageRoot } from "../base/package-root.js";
import { isWithin, type PublishedChips, type PublishedRow } from "../sim/recorded/index.js";
import { type Look, paint } from "./format/style.js";
import { tableLines } from "./format/table.js";

function shipped(...path: readonly string[]): { file: string; text: string } {
  const file = join("arch", ...path);
  return { file, text: readFileSync(join(packageRoot(), file), "utf8") };
}

function coupled<Model extends CoupledModelName>(name: string, model: Model): Extract<CoupledChip, { model: Model }> {
  const { file, text } = shipped("chips", `${name}.yaml`);
  const chip = parseCoupledChip(text, file);
  if (chip.model !== model) throw inputError(file, `describes ${chip.model}, expected ${model}`);
  return chip as Extract<CoupledChip, { model: Model }>;
}

export function readPublishedChips(): PublishedChips {
  // The chip alone is wanted; a description also names a network and a workload.
  const seneca = parseArch("version: 1\nextends: seneca-like\nnetwork: {model: none}\nworkload: {dataset: none}\n", "seneca-like.yaml");
  return {
    odin: coupled("odin", "odin"),
    trueNorth: coupled("truenorth-like", "ranc"),
    loihiSlice: shipped("published", "loihi-slice.yaml"),
    seneca: seneca.experiment.chip,
    snnDse: coupled("snn-dse-pipeline", "snn-dse-pipeline"),
    snnDseSpikes: shipped("published", "snn-dse-spikes.yaml").text,
  };
}

/** `+0.24 %` or `+1`, by the kind of the row's tolerance. */
function differenceText(row: PublishedRow): string {
  const difference = row.model - row.published;
  const sign = difference < 0 ? "" : "+";
  if ("absolute" in row.tolerance) return `${sign}${difference}`;
  return `${sign}${((100 * difference) / row.published).toFixed(2)} %`;
}

export function publishedLines(rows: readonly PublishedRow[], look: Look): string[] {
  const columns = [
    { title: "chip", align: "left" },
    { title: "quantity", align: "left", maxWidth: 78 },
    { title: "unit", align: "left" },
    { title: "published", align: "right" },
    { title: "model", align: "right" },
    { title: "error", align: "right" },
    { title: "allowed", align: "right" },
    { title: "basis", align: "left" },
    { title: "", align: "left" },
  ] as const;
  const number = (value: number): string => (Number.isInteger(value) ? String(value) : value.toPrecision(4));
  const cells = rows.map((row) => {
    const allowed = "percent" in row.tolerance ? `${row.tolerance.percent} %` : String(row.tolerance.absolute);
    const verdict = isWithin(row) ? paint(look, "ok", "green") : paint(look, "OUTSIDE", "red", "bold");
    return [row.chip, row.quantity, row.unit, number(row.published), number(row.model), differenceText(row), allowed, row.basis, verdict];
  });
  const inside = rows.filter(isWithin).length;
  const predicted = rows.filter((row) => row.basis === "predicted");
  const summary = `${inside}/${rows.length} within tolerance; ${predicted.filter(isWithin).length}/${predicted.length} of the predicted ones`;
  return [...tableLines(look, columns, cells), "", summary];
}
