/**
 * Readers of case folders of coupled chips: one file of a recorded case is damaged, or gone, and what the case then
 * tells is run for a short while. Inputs are the folder's files as one JSON text.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseCoupledChip } from "../../arch/index.js";
import { packageRoot } from "../../base/package-root.js";
import { designOf } from "../../sim/recorded/conform.js";
import type { CaseFiles } from "../../sim/recorded/index.js";
import { odinCase, runOdin } from "../../sim/recorded/odin.js";
import { runRanc } from "../../sim/recorded/ranc.js";
import { rancCase } from "../../sim/recorded/ranc-case.js";
import { runSnnDse, snnDseCase } from "../../sim/recorded/snn-dse.js";
import { runTinyOdin, tinyOdinCase } from "../../sim/recorded/tinyodin.js";
import { damagedText } from "./mutate.js";
import { jsonOf, type Reader, type Rng } from "./reader.js";
import { damagedTree, type Tree } from "./trees.js";

/** How long a case runs is the user's wish, not the reader's trouble. */
const SHORT_CYCLES = 500;
const FEW_INPUTS = 4_000;
const shipped = (path: string): string => readFileSync(join(packageRoot(), path), "utf8");

function chipOf<Model extends string>(model: Model) {
  const chip = parseCoupledChip(shipped(`arch/chips/${model}.yaml`), "x.yaml");
  if (chip.model !== model) throw new Error(`arch/chips/${model}.yaml is of ${chip.model}`);
  return chip as Extract<typeof chip, { model: Model }>;
}

const short = <Stimulus extends { readonly limitCycles: number }>(stimulus: Stimulus): Stimulus => ({
  ...stimulus,
  limitCycles: Math.min(stimulus.limitCycles, SHORT_CYCLES),
});

function caseReader(name: string, folder: string, run: (files: CaseFiles) => void): Reader {
  const path = join(packageRoot(), "test/conformance", folder);
  const sound = Object.fromEntries(readdirSync(path).map((file) => [file, readFileSync(join(path, file), "utf8")]));
  const inputs = Object.keys(sound).filter((file) => !/^(trace|summary|ops|spikes_out|.*final)/.test(file));
  const damagedFile = (file: string, rng: Rng): string => {
    const text = sound[file];
    if (file.endsWith(".json") && rng.float() < 0.6) return jsonOf(damagedTree(JSON.parse(text) as Tree, rng));
    return damagedText(text, rng);
  };
  return {
    name,
    share: 100,
    sound: [JSON.stringify(sound)],
    damages: [
      (rng) => {
        const files: { [name: string]: string } = { ...sound };
        const file = inputs[rng.int(0, inputs.length - 1)];
        if (rng.float() < 0.03) delete files[file];
        else files[file] = damagedFile(file, rng);
        return JSON.stringify(files);
      },
    ],
    read: (text: string) => {
      const files = new Map(Object.entries(JSON.parse(text) as { [name: string]: string }));
      designOf(files, folder.split("/"));
      run(files);
    },
  };
}

const tinyodin = chipOf("tinyodin");
const odin = chipOf("odin");
const ranc = chipOf("ranc");
const snnDse = chipOf("snn-dse");

export const CASE_READERS: readonly Reader[] = [
  caseReader("case of tinyODIN", "tinyodin/cases/virt_saturation", (files) => {
    const { chip, stimulus, perCycle } = tinyOdinCase(tinyodin, files);
    runTinyOdin(chip, short(stimulus), perCycle);
  }),
  caseReader("case of ODIN", "odin/cases/allbist", (files) => {
    const { chip, stimulus } = odinCase(odin, files);
    runOdin(chip, short(stimulus));
  }),
  caseReader("case of RANC", "ranc/cases/tiny2x2", (files) => {
    const { chip, stimulus } = rancCase(ranc, files);
    runRanc(chip, short(stimulus));
  }),
  caseReader("case of SNN-DSE", "snndse_fc/cases/fc_small", (files) => {
    const { chip, stimulus } = snnDseCase(snnDse, files);
    if (stimulus.inputs * stimulus.spikes.length <= FEW_INPUTS && chip.layer_neurons <= FEW_INPUTS) runSnnDse(chip, stimulus);
  }),
];
