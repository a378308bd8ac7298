/** The benchmark's SANA-FE pair as files. */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { SANAFE_CHIP, type SanafeCase, sanafeNetwork } from "./sanafe-pair.js";

/** Returns the file. */
export function writeSanafeChip(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "chip.yaml");
  writeFileSync(file, SANAFE_CHIP);
  return file;
}

/** Returns the file. */
export function writeSanafeNetwork(folder: string, one: SanafeCase, form: "netlist" | "yaml"): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${one.name}.${form === "yaml" ? "yaml" : "net"}`);
  const descriptor = openSync(file, "w");
  for (const piece of sanafeNetwork(one, form)) writeSync(descriptor, piece);
  closeSync(descriptor);
  return file;
}
