/** `--reset`: what a spike does to the voltage of a NIR file's neurons. */
import { Option } from "commander";
import type { ResetRule } from "../../app/nouns.js";

/** All rules. Listed here so that the program does not load the registry at its start. */
const RESETS: { readonly [rule in ResetRule]: true } = {
  zero: true,
  subtract: true,
  "snntorch-subtract": true,
  "snntorch-delayed-subtract": true,
  "snntorch-delayed-zero": true,
};

export const resetOption = (about: string): Option => new Option("--reset <rule>", about).choices(Object.keys(RESETS));
