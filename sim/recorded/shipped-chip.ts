/** Shipped descriptions of recorded and published chips. Effects: reads files of the package. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type CoupledChip, type CoupledModelName, parseArch, parseCoupledChip, pathOf, readYamlText } from "../../arch/index.js";
import { inputError } from "../../base/errors.js";
import { packageRoot } from "../../base/package-root.js";
import { BOARDS, type Board, type Boards } from "./published/boards.js";
import type { PublishedChips } from "./published/published.js";

function shipped(...path: readonly string[]): { readonly file: string; readonly text: string } {
  const file = join("arch", ...path);
  return { file, text: readFileSync(join(packageRoot(), file), "utf8") };
}

/** @throws InputError if the file describes another model */
function shippedChip<Model extends CoupledModelName>(name: string, model: Model): Extract<CoupledChip, { model: Model }> {
  const { file, text } = shipped("chips", `${name}.yaml`);
  const chip = parseCoupledChip(text, file);
  if (chip.model !== model) throw inputError(file, `describes ${chip.model}, expected ${model}`);
  return chip as Extract<CoupledChip, { model: Model }>;
}

/** A description file, or a shipped chip or example by name. @throws InputError if it cannot be read. */
export function readCoupledChip(name: string): CoupledChip {
  const file = pathOf(name, "chip", "example");
  return parseCoupledChip(readYamlText(file), file);
}

/** The shipped description of a design with recorded runs. */
export function recordedChip<Model extends CoupledModelName>(model: Model): Extract<CoupledChip, { model: Model }> {
  return shippedChip(model, model);
}

/** A shipped board: only chip and precision; a complete description also has a network and a workload. */
export function shippedBoard(name: string): Board {
  const text = `version: 1\nextends: ${name}\nnetwork: {model: none}\nworkload: {dataset: none}\n`;
  const { chip, precision } = parseArch(text, `${name}.yaml`).experiment;
  return { chip, precision };
}

export function readPublishedChips(): PublishedChips {
  return {
    odin: shippedChip("odin", "odin"),
    trueNorth: shippedChip("truenorth-like", "ranc"),
    loihiSlice: shipped("published", "loihi-slice.yaml"),
    boards: Object.fromEntries(BOARDS.map((name) => [name, shippedBoard(name)])) as Boards,
    snnDse: shippedChip("snn-dse-pipeline", "snn-dse-pipeline"),
    snnDseSpikes: shipped("published", "snn-dse-spikes.yaml").text,
  };
}
