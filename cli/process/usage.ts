/** Command lines that the parser of options refuses, in the form of every other input problem. Pure. */
import type { Command, CommanderError } from "commander";
import { InputError, inputError, quoted } from "../../base/errors.js";

/** What the parser says, by its code; `command`: the one that was asked, `words`: the parser's message. */
const MEANINGS: { readonly [code: string]: (command: Command, words: string) => InputError | null } = {
  "commander.invalidArgument": (_, words) => {
    const [, flags = "", got = "", expected = ""] = /^option '([^']+)' argument '(.*)' is invalid\. (.*)$/s.exec(words) ?? [];
    if (flags !== "") return inputError(flagOf(flags), `got ${quoted(got)}, ${choicesOf(expected)}`);
    const [, typed = "", name = "", wanted = ""] =
      /^command-argument value '(.*)' is invalid for argument '([^']+)'\. (.*)$/s.exec(words) ?? [];
    return name === "" ? null : inputError(name, `got ${quoted(typed)}, ${choicesOf(wanted)}`);
  },
  "commander.optionMissingArgument": (_, words) => {
    const [, flags = ""] = /^option '([^']+)' argument missing$/.exec(words) ?? [];
    return flags === "" ? null : inputError(flagOf(flags), "has no value", `give ${flags}`);
  },
  // the parser names the first one only
  "commander.missingMandatoryOptionValue": (command) => {
    const missing = command.options.filter((option) => option.mandatory && command.getOptionValue(option.attributeName()) === undefined);
    const problems = missing.flatMap(
      ({ flags, description, argChoices }) =>
        inputError(
          flagOf(flags),
          "is missing",
          `give ${flags}: ${description}${argChoices === undefined ? "" : `; choices: ${argChoices.join(", ")}`}`,
        ).problems,
    );
    return problems.length === 0 ? null : new InputError(problems);
  },
  "commander.missingArgument": (command, words) => {
    const [, name = ""] = /^missing required argument '([^']+)'$/.exec(words) ?? [];
    return name === "" ? null : inputError(pathOf(command), `<${name}> is missing`, usageOf(command));
  },
  "commander.excessArguments": (command, words) => {
    const [, expected = "", got = ""] = /Expected (\d+) arguments? but got (\d+)/.exec(words) ?? [];
    return got === "" ? null : inputError(pathOf(command), `expected ${plural(Number(expected))}, got ${got}`, usageOf(command));
  },
  "commander.unknownOption": (command, words) => {
    const [, flag = "", suggestion = ""] = /^unknown option '(.*?)'(?:\n\((.*)\))?$/s.exec(words) ?? [];
    return flag === ""
      ? null
      : inputError(flag, `no such option of ${pathOf(command)}`, lowerCase(suggestion) || `all options: ${line(command)} --help`);
  },
  "commander.unknownCommand": (command, words) => {
    const [, name = "", suggestion = ""] = /^unknown command '(.*?)'(?:\n\((.*)\))?$/s.exec(words) ?? [];
    const all = command.parent === null ? "all commands: snn-dse help" : `all commands: ${line(command)} --help`;
    return name === "" ? null : inputError(pathOf(command), `no command is named ${quoted(name)}`, lowerCase(suggestion) || all);
  },
};

/** @param program with the command that `words`, the command line after the program's name, ask */
export function usageError(error: CommanderError, program: Command, words: readonly string[]): InputError {
  const command = askedBy(program, words);
  const said = error.message.replace(/^error: /, "");
  return MEANINGS[error.code]?.(command, said) ?? inputError(pathOf(command), said);
}

/** The innermost command that is named. */
function askedBy(program: Command, words: readonly string[]): Command {
  const [word, ...rest] = words;
  const found = program.commands.find((command) => command.name() === word);
  return found === undefined ? program : askedBy(found, rest);
}

/** `snn-dse import nir` */
function line(command: Command): string {
  return command.parent === null ? command.name() : `${line(command.parent)} ${command.name()}`;
}

/** `import nir`, as the place of a problem. */
const pathOf = (command: Command): string => (command.parent === null ? command.name() : line(command).replace(/^\S+ /, ""));

/** `--dt` of `-d, --dt <seconds>` */
const flagOf = (flags: string): string => /--[^\s,=]+/.exec(flags)?.[0] ?? flags;

const usageOf = (command: Command): string => `usage: ${line(command)} ${command.usage()}`;

const plural = (count: number): string => `${count} argument${count === 1 ? "" : "s"}`;

const lowerCase = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);

/** Of what the parser says to choices; texts of this program's own are as they are. */
function choicesOf(expected: string): string {
  const [, choices] = /^Allowed choices are (.*)\.$/s.exec(expected) ?? [];
  return choices === undefined ? expected : `expected ${choices.includes(", ") ? "one of " : ""}${choices}`;
}
