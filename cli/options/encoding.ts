/** Options of the encoding of features, for commands without a description. */

import { type Command, Option } from "commander";
import type { InputEncoding } from "../../app/nouns.js";
import { realNumber, wholeNumber } from "./help.js";
import { withRules } from "./together.js";

export interface EncodingOptions {
  readonly encoder: InputEncoding["kind"];
  readonly stepsPerFrame: number;
  readonly gain: number;
  readonly threshold: number;
  readonly seed: number;
}

export function withEncoding(command: Command): Command {
  const isOf =
    (...kinds: readonly InputEncoding["kind"][]) =>
    ({ encoder }: EncodingOptions): boolean =>
      kinds.includes(encoder);
  withRules<EncodingOptions>(command, [
    ["gain", "only with", "--encoder direct or rate", isOf("direct", "rate")],
    ["threshold", "only with", "--encoder delta, level-crossing or latency", isOf("delta", "level-crossing", "latency")],
    ["seed", "only with", "--encoder rate", isOf("rate")],
  ]);
  return command
    .addOption(
      new Option("--encoder <kind>", "encoder before the network's input")
        .choices(["direct", "rate", "latency", "delta", "level-crossing"])
        .default("direct"),
    )
    .option("--steps-per-frame <n>", "network steps that a frame lasts", wholeNumber(1), 1)
    .option("--gain <factor>", "factor of direct; for rate: spike probability per step at feature 1", realNumber, 1)
    .option(
      "--threshold <change>",
      "for delta and level-crossing: change that makes a spike; for latency: features above it spike",
      realNumber,
      0.1,
    )
    .option("--seed <n>", "seed of the rate encoder", wholeNumber(0), 1);
}

export function encodingOf({ encoder, stepsPerFrame, gain, threshold }: EncodingOptions): InputEncoding {
  return { kind: encoder, stepsPerFrame, gain, threshold };
}
