/** Options that say nothing without another one, or beside it, are refused: none is ignored. */
import type { Command } from "commander";
import { inputError } from "../../base/errors.js";

/**
 * An option, by the name of its value, and the other one. `applies`: whether the command has the other one, by its
 * options and arguments.
 */
export type Rule<Options> = readonly [
  option: string & keyof Options,
  kind: "only with" | "not with",
  other: string,
  applies: (options: Options, words: readonly unknown[]) => boolean,
];

/** Checks the rules before the command runs; only options that were typed count. The command throws InputError. */
export function withRules<Options extends object>(command: Command, rules: readonly Rule<Options>[]): Command {
  return command.hook("preAction", (asked) => {
    for (const [option, kind, other, applies] of rules) {
      if (
        asked.getOptionValueSource(option) !== "cli" ||
        applies(asked.opts<Options & Record<string, unknown>>(), asked.processedArgs) === (kind === "only with")
      )
        continue;
      const flag = asked.options.find((one) => one.attributeName() === option)?.long ?? option;
      if (kind === "only with") throw inputError(flag, `works only with ${other}`, `add ${other}, or leave ${flag} out`);
      throw inputError(flag, `has no effect with ${other}`, `leave one of them out`);
    }
  });
}
