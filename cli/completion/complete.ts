/** What may follow on a command line that is being typed: commands, options, shipped names, paths of `--set`. */
import type { Argument, Command, Option } from "commander";

interface Candidate {
  readonly word: string;
  /** One sentence; may be empty. */
  readonly about: string;
}

interface Completion {
  /** Those that begin with what was typed, in the order of the help. */
  readonly candidates: readonly Candidate[];
  /** True if a file may stand here, too. */
  readonly files: boolean;
}

/** Formats of fronts, formats of points, metrics, or words for a point of a front. */
type NameKind = "fronts" | "points" | "metrics" | "of the front";

/** Where values come from that are not in the commands themselves. */
interface Values {
  /** Shipped files of some kinds; `coupled`: chips whose time decides their function. */
  shipped(...kinds: readonly string[]): Promise<readonly Candidate[]>;
  /** Names that an option or argument takes. */
  names(kind: NameKind): Promise<readonly Candidate[]>;
  /** What `--set` changes; with the words that the value may be. */
  settable(): Promise<readonly (Candidate & { readonly words: readonly string[] })[]>;
}

/** Kinds of shipped files that arguments and options take by name: by command and name, or by the name alone. */
const SHIPPED: { readonly [name: string]: readonly string[] } = {
  "arch.yaml": ["example", "chip"],
  "import sanafe arch.yaml": ["sanafe"],
  "import sanafe net": [],
  "model.safetensors": ["model"],
  "config.yaml": ["config"],
  "file.nir": ["nir"],
  network: ["nir", "model"],
  "conform dir": ["case"],
  "coupled chip": ["coupled"],
  "--example": ["example", "chip", "config"],
  "--chip": ["chip"],
  "--case": ["case"],
  "--events": ["spikes"],
};

/** Kinds of names that options and arguments take, of options also several with commas between. */
const NAMES: { readonly [name: string]: NameKind } = {
  "pareto --format": "fronts",
  "export points --format": "points",
  "pareto --objectives": "metrics",
  "pareto --by": "metrics",
  "pareto --x": "metrics",
  "pareto --y": "metrics",
  "show id": "of the front",
  "reproduce id": "of the front",
  "rtl point": "of the front",
  "report --run": "of the front",
  "compare id": "of the front",
};

/** `--set` of these commands changes parameters of a kind of chip, not the description. */
const OTHER_PATHS: ReadonlySet<string> = new Set(["coupled"]);

interface Place {
  readonly command: Command;
  /** Names of the command and those above it, without the program's. */
  readonly path: readonly string[];
  /** Number of arguments before the word. */
  readonly position: number;
  /** The option whose value the word is; null: an argument, an option or a command. */
  readonly option: Option | null;
}

/** True if the word is the value of the option before it; a value that may be left out does not begin with a hyphen. */
const isValueOf = (option: Option | null, word: string): option is Option => option !== null && (option.required || !word.startsWith("-"));
const takesValue = (option: Option): boolean => option.required || option.optional;
const named = (command: Command, word: string): Option | undefined =>
  command.options.find(({ long, short }) => word === long || word === short);

/** Follows the words before the one that is typed. */
function placeOf(program: Command, words: readonly string[]): Place {
  let place: Place = { command: program, path: [], position: 0, option: null };
  for (const word of words) {
    const { command, path, position, option } = place;
    const below = position === 0 ? command.commands.find((one) => one.name() === word) : undefined;
    const opened = word.startsWith("-") && !word.includes("=") ? named(command, word) : undefined;
    if (isValueOf(option, word)) place = { ...place, option: null };
    else if (below !== undefined) place = { command: below, path: [...path, word], position: 0, option: null };
    else if (word.startsWith("-")) place = { ...place, option: opened !== undefined && takesValue(opened) ? opened : null };
    else place = { ...place, position: position + 1 };
  }
  return place;
}

const plain = (words: readonly string[]): readonly Candidate[] => words.map((word) => ({ word, about: "" }));

/** `path=`, or after the sign the words that its value may be. */
async function changes(typed: string, values: Values): Promise<readonly Candidate[]> {
  const paths = await values.settable();
  const [path] = typed.split("=");
  if (!typed.includes("=")) return paths.map(({ word, about }) => ({ word: `${word}=`, about }));
  const found = paths.find(({ word }) => word === path);
  return plain((found?.words ?? []).map((word) => `${path}=${word}`));
}

async function valuesOf(of: Argument | Option, name: string, path: readonly string[], typed: string, values: Values): Promise<Completion> {
  if (of.argChoices !== undefined) return { candidates: plain(of.argChoices), files: false };
  if (name === "--set") return { candidates: OTHER_PATHS.has(path.join(" ")) ? [] : await changes(typed, values), files: false };
  const names = NAMES[[...path, name].join(" ")];
  if (names !== undefined) {
    const before = typed.slice(0, typed.lastIndexOf(",") + 1);
    return { candidates: (await values.names(names)).map(({ word, about }) => ({ word: before + word, about })), files: false };
  }
  const kinds = SHIPPED[[...path, name].join(" ")] ?? SHIPPED[name] ?? [];
  return { candidates: kinds.length === 0 ? [] : await values.shipped(...kinds), files: true };
}

/** A word as it is typed in a shell, in which blanks may be quoted; its last quote may be open yet. */
const WORD = /(?:\\(?:.|$)|"(?:\\.|[^"\\])*(?:"|\\?$)|'[^']*(?:'|$)|[^\s\\"'])+/gs;
const QUOTED = /\\(.|$)|"((?:\\.|[^"\\])*)(?:"|\\?$)|'([^']*)(?:'|$)/gs;

/** Words of a line without their quotes; the last is empty after a blank. */
function wordsOf(line: string): string[] {
  const found = [...line.matchAll(WORD)];
  const last = found.at(-1);
  const words = found.map(([word]) =>
    word.replace(
      QUOTED,
      (_all, bare?: string, double?: string, single?: string) => bare ?? double?.replace(/\\(.)/gs, "$1") ?? single ?? "",
    ),
  );
  return last === undefined || last.index + last[0].length < line.length ? [...words, ""] : words;
}

/** What may stand for the last word of `line`, up to the cursor; its first word is the program. */
export async function completionOf(program: Command, line: string, values: Values): Promise<Completion> {
  const [, ...words] = wordsOf(line);
  const typed = words.pop() ?? "";
  const beginning = ({ candidates, files }: Completion, prefix = ""): Completion => ({
    candidates: candidates.map(({ word, about }) => ({ word: prefix + word, about })).filter(({ word }) => word.startsWith(typed)),
    files,
  });
  const help = words[0] === "help";
  const { command, path, position, option } = placeOf(program, help ? words.slice(1) : words);
  if (isValueOf(option, typed)) return beginning(await valuesOf(option, option.long ?? "", path, typed, values));
  const [flag] = typed.split("=");
  const given = typed.startsWith("-") && typed.includes("=") ? named(command, flag) : undefined;
  if (given !== undefined) return beginning(await valuesOf(given, flag, path, typed.slice(flag.length + 1), values), `${flag}=`);
  const visible = command.createHelp();
  if (typed.startsWith("-")) {
    const options = visible.visibleOptions(command);
    return beginning({
      candidates: options.map(({ long, short, description }) => ({ word: long ?? short ?? "", about: description })),
      files: false,
    });
  }
  const commands = position === 0 ? visible.visibleCommands(command).map((one) => ({ word: one.name(), about: one.description() })) : [];
  const last = command.registeredArguments.at(-1);
  const argument = command.registeredArguments[position] ?? (last?.variadic === true ? last : undefined);
  if (help || argument === undefined) return beginning({ candidates: commands, files: false });
  const { candidates, files } = await valuesOf(argument, argument.name(), path, typed, values);
  return beginning({ candidates: [...commands, ...candidates], files });
}
