/** Files and folders that a command writes. None of them may be a file that the command line names as an input. */
import { Argument, type Command, Option } from "commander";
import { refuseInput } from "../../base/refuse-input.js";

/** An option that names a file or folder to write. */
export class OutputOption extends Option {}

/** An argument that names a file to write. */
export class OutputArgument extends Argument {}

/** Checks every output that was typed against all other words of the command line. @throws InputError */
export function refuseInputs(asked: Command): void {
  const outputs: (readonly [place: string, path: string])[] = [];
  const inputs: string[] = [];
  const typed = (isOutput: boolean, place: string, value: unknown): void => {
    // of name=file, the part behind the sign is the file
    const words = [value].flat(2).filter((word) => typeof word === "string");
    const paths = words.flatMap((word) => [word, word.slice(word.indexOf("=") + 1)]);
    if (isOutput) outputs.push(...paths.map((path) => [place, path] as const));
    else inputs.push(...paths);
  };
  for (const [i, argument] of asked.registeredArguments.entries())
    typed(argument instanceof OutputArgument, argument.name(), asked.processedArgs[i]);
  for (const option of asked.options) {
    const name = option.attributeName();
    if (asked.getOptionValueSource(name) === "cli") typed(option instanceof OutputOption, option.long ?? name, asked.getOptionValue(name));
  }
  for (const [place, path] of outputs) refuseInput(place, path, inputs);
}
