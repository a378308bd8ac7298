/** Files and folders that a command writes. None of them may be a file that the command line names as an input. */
import { Argument, type Command, Option } from "commander";
import { inputError } from "../../base/errors.js";
import { refuseInput } from "../../base/refuse-input.js";

/** An option that names a file or folder to write. */
export class OutputOption extends Option {}

/** An output that is standard output if its name is `-`. */
export class StdoutOption extends OutputOption {}

/** An argument that names a file to write. */
export class OutputArgument extends Argument {}

/**
 * Checks every output that was typed against all other words of the command line, and that none is `-` where standard
 * output has other text. @throws InputError
 */
export function refuseInputs(asked: Command): void {
  const outputs: (readonly [place: string, path: string])[] = [];
  const inputs: string[] = [];
  const typed = (kind: "input" | "output" | "stdout", place: string, value: unknown): void => {
    // of name=file, the file is what stands behind the sign; a name may hold signs too
    const words = [value].flat(2).filter((word) => typeof word === "string");
    const paths = words.flatMap((word) => [word, word.slice(word.indexOf("=") + 1), word.slice(word.lastIndexOf("=") + 1)]);
    if (kind === "output" && paths.includes("-"))
      throw inputError(place, "- is no file: standard output has other text", "give a file's name");
    if (kind === "input") inputs.push(...paths);
    else outputs.push(...paths.map((path) => [place, path] as const));
  };
  for (const [i, argument] of asked.registeredArguments.entries())
    typed(argument instanceof OutputArgument ? "output" : "input", argument.name(), asked.processedArgs[i]);
  for (const option of asked.options) {
    const name = option.attributeName();
    if (asked.getOptionValueSource(name) !== "cli") continue;
    const kind = option instanceof StdoutOption ? "stdout" : option instanceof OutputOption ? "output" : "input";
    typed(kind, option.long ?? name, asked.getOptionValue(name));
  }
  for (const [place, path] of outputs) refuseInput(place, path, inputs);
}
