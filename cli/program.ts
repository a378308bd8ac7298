/**
 * The table of commands, and the only place where an error becomes an exit code. A command registers its options here;
 * its other imports are loaded when it runs, so that help is fast.
 */
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { InputError, inputError, quoted } from "../base/errors.js";
import { didYouMean } from "../base/nearest.js";
import { packageVersion } from "../base/package-root.js";
import { registerAttach } from "./commands/attach.js";
import { registerCheck } from "./commands/check.js";
import { registerCompare } from "./commands/compare.js";
import { registerCompletion } from "./commands/completion.js";
import { registerConform } from "./commands/conform.js";
import { registerCoupled } from "./commands/coupled.js";
import { registerDoctor } from "./commands/doctor.js";
import { registerEstimate } from "./commands/estimate.js";
import { registerEvaluate } from "./commands/evaluate.js";
import { registerExamples } from "./commands/examples.js";
import { registerExport } from "./commands/export.js";
import { registerImport } from "./commands/import.js";
import { registerInit } from "./commands/init.js";
import { registerMerge } from "./commands/merge.js";
import { registerNoc } from "./commands/noc.js";
import { registerPareto } from "./commands/pareto.js";
import { registerPrices } from "./commands/prices.js";
import { registerPublished } from "./commands/published.js";
import { registerPython } from "./commands/python.js";
import { registerQuantise } from "./commands/quantise.js";
import { registerReport } from "./commands/report.js";
import { registerReprice } from "./commands/reprice.js";
import { registerReproduce } from "./commands/reproduce.js";
import { registerRtl } from "./commands/rtl.js";
import { registerServe } from "./commands/serve.js";
import { registerShow } from "./commands/show.js";
import { registerSim } from "./commands/sim.js";
import { registerSweep } from "./commands/sweep.js";
import { registerTable } from "./commands/table.js";
import { registerTrain } from "./commands/train.js";
import { registerWorker } from "./commands/worker.js";
import { unclosedDatabases } from "./options/databases.js";
import { withNotes } from "./options/help.js";
import { refuseInputs } from "./options/output.js";
import { print, printJson, warn } from "./output/print.js";
import { environmentWarnings } from "./process/environment.js";
import { EXIT, endingOf } from "./process/exit.js";
import { hidePasswords } from "./process/process-list.js";
import { nodeTooOld } from "./process/runtime.js";
import { usageError } from "./process/usage.js";

/** Every command, in the order of the help. A new command is a file `commands/<name>.ts` and a line here. */
const COMMANDS: { readonly [name: string]: (program: Command) => void } = {
  init: registerInit,
  examples: registerExamples,
  check: registerCheck,
  estimate: registerEstimate,
  sim: registerSim,
  quantise: registerQuantise,
  sweep: registerSweep,
  worker: registerWorker,
  attach: registerAttach,
  pareto: registerPareto,
  report: registerReport,
  show: registerShow,
  compare: registerCompare,
  reprice: registerReprice,
  prices: registerPrices,
  reproduce: registerReproduce,
  merge: registerMerge,
  train: registerTrain,
  evaluate: registerEvaluate,
  table: registerTable,
  conform: registerConform,
  coupled: registerCoupled,
  published: registerPublished,
  import: registerImport,
  export: registerExport,
  noc: registerNoc,
  rtl: registerRtl,
  serve: registerServe,
  python: registerPython,
  doctor: registerDoctor,
  completion: registerCompletion,
};

export function registerAll(program: Command): void {
  for (const register of Object.values(COMMANDS)) register(program);
}

/** `merge <target.db> <source.db...>`: without `[options]`, so that beside it there is room on 80 columns. */
function termOf(command: Command): string {
  const words = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [command.name(), ...words].join(" ");
}

function buildProgram(argv: readonly string[]): Command {
  const program = new Command("snn-dse")
    .description("Cycle-level simulator and design-space exploration for neuromorphic hardware.")
    .exitOverride()
    .configureHelp({ showGlobalOptions: false, subcommandTerm: termOf })
    .configureOutput({
      writeOut: (text) => print(text.trimEnd().split("\n")),
      writeErr: (text) => warn(text.trimEnd().split("\n")),
      // told at the end, as every other problem
      outputError: () => undefined,
    })
    .showSuggestionAfterError(true)
    .helpCommand("help [command]", "help on a command")
    .hook("preAction", async (_, asked) => {
      refuseInputs(asked);
      warn(await unclosedDatabases(asked));
    });
  // package.json is read only for the version.
  if (argv.includes("-V") || argv.includes("--version")) program.version(packageVersion());
  else program.option("-V, --version", "output the version number");
  // If the command line names a command, only that one is registered; to complete lines takes all of them.
  const [, , name = ""] = argv;
  if (Object.hasOwn(COMMANDS, name) && name !== "completion") COMMANDS[name](program);
  else registerAll(program);
  withNotes(
    program,
    `Start here:
  $ snn-dse sweep edge   # search a design space on real data: a shipped example
  $ snn-dse examples     # what else ships
  $ snn-dse help sweep   # every command has examples

Exit codes: 0 ok, 1 something differs or failed (or an internal error, which says so), 2 bad input, 3 infeasible, 130 interrupted.
Codes such as MAP_NEURONS_FULL, with causes and remedies: docs/errors.md of the package.`,
  );
  return program;
}

/**
 * Commander prints the general help where help is asked on a command that does not exist, and that of a group on one of
 * its commands. `words`: names of a command; returns a line that prints its help. @throws InputError
 */
function helpLine(program: Command, words: readonly string[]): readonly string[] {
  let group = program;
  for (const word of words) {
    const names = [...group.commands.map((one) => one.name()), ...(group === program ? ["help"] : [])];
    if (group.commands.length === 0 || word.startsWith("-")) break;
    const below = group.commands.find((one) => one.name() === word);
    if (below === undefined && word !== "help") {
      const all = `all commands: snn-dse ${group === program ? "help" : `help ${group.name()}`}`;
      throw inputError("help", `no command is named ${quoted(word)}`, didYouMean(word, names) || all);
    }
    group = below ?? group;
  }
  return [...words, "--help"];
}

/** The words of a line that asks for help by the word or the option; null for any other. */
function askedHelp([name, ...rest]: readonly string[]): readonly string[] | null {
  if (name === "help") return rest.includes("-h") || rest.includes("--help") ? null : rest;
  return rest.includes("-h") || rest.includes("--help") ? [name, ...rest.filter((word) => word !== "-h" && word !== "--help")] : null;
}

/** Adds line numbers to problems of a description; values of `--set` have none. */
async function placed(error: unknown, argv: readonly string[]): Promise<unknown> {
  if (!(error instanceof InputError) || error.problems.every(({ line, path }) => line !== null || path === "")) return error;
  const { withPlaces } = await import("../app/problem-places.js");
  const set = argv.map((word, i) => (argv[i - 1] === "--set" ? word : word.startsWith("--set=") ? word.slice("--set=".length) : ""));
  return withPlaces(
    error,
    set.map((change) => change.split("=")[0].trim()),
  );
}

/** Runs a command line in the form of `process.argv`; returns the exit code. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  hidePasswords(argv.slice(2));
  const tooOld = nodeTooOld(process.versions.node);
  if (tooOld !== null) {
    warn(`error: ${tooOld}`);
    return EXIT.input;
  }
  const program = buildProgram(argv);
  if (argv.length <= 2) {
    print(program.helpInformation().trimEnd().split("\n"));
    return EXIT.ok;
  }
  try {
    warn(environmentWarnings(process.env));
    const words = askedHelp(argv.slice(2));
    const help = words === null ? [] : helpLine(program, words);
    await program.parseAsync(argv[2] === "help" && words !== null ? [...argv.slice(0, 2), ...help] : [...argv]);
    return typeof process.exitCode === "number" ? process.exitCode : EXIT.ok;
  } catch (error) {
    const isOfParser = error instanceof CommanderError && !(error instanceof InvalidArgumentError);
    // help and version have been printed
    if (isOfParser && /^commander\.(help|version)/.test(error.code)) return error.exitCode === 0 ? EXIT.ok : EXIT.input;
    const ending = endingOf(isOfParser ? usageError(error, program, argv.slice(2)) : await placed(error, argv));
    warn(ending.lines);
    if (argv.includes("--json")) printJson(ending.data);
    return ending.exitCode;
  }
}
