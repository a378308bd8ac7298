/** The shipped files, as text. Pure. */
import type { Example, ShippedKind } from "../../app/examples.js";
import { type Look, paint } from "./style.js";

/** The name of each kind, and the commands that take its files. */
const KINDS: { readonly [kind in ShippedKind]: readonly [string, string] } = {
  example: ["Examples", "snn-dse sweep NAME, check NAME, sim NAME; init --example NAME copies one"],
  chip: ["Chips", "extends: NAME in a description; for chips with their own core model: snn-dse coupled NAME"],
  model: ["Models", "network.model: NAME in a description; snn-dse evaluate NAME, table NAME..."],
  config: ["Training configurations", "snn-dse train NAME"],
  case: ["Recorded cases", "snn-dse conform NAME; coupled CHIP --case NAME"],
  sanafe: ["SANA-FE files", "snn-dse import sanafe NAME NAME"],
  nir: ["NIR networks", "snn-dse import nir NAME"],
  spikes: ["Spike files", "snn-dse import nir NETWORK --input NAME"],
};

export function exampleLines(look: Look, examples: readonly Example[]): readonly string[] {
  const kinds = [...new Set(examples.map(({ kind }) => kind))];
  const groups = kinds.map((kind) => {
    const some = examples.filter((example) => example.kind === kind);
    const width = Math.max(...some.map(({ name }) => name.length));
    const [title, use] = KINDS[kind];
    return [`${paint(look, title, "bold")}   ${use}`, ...some.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`)];
  });
  return groups.flatMap((lines, i) => (i === 0 ? lines : ["", ...lines]));
}
