/** Environment variables of the program: which there are, and a word for those that are misspelt or not understood. */
import { inputError, quoted } from "../../base/errors.js";
import { nearest } from "../../base/nearest.js";

const PREFIX = "SNN_DSE_";

/** Variables that the program reads. docs/quick-start.md says what each does. */
export const PROGRAM_VARIABLES = ["SNN_DSE_ASCII", "SNN_DSE_CLUSTER_KEY", "SNN_DSE_REDIS"] as const;

/** Variables that only the shipped Slurm script reads: it passes them on as options. */
export const SCRIPT_VARIABLES = ["SNN_DSE_GRACE_SECONDS", "SNN_DSE_IDLE_SECONDS", "SNN_DSE_KEY_FILE", "SNN_DSE_SHARED_DIR"] as const;

/** Variables that only the tests of this repository read; they start the program. */
export const TEST_VARIABLES = [
  ...["SNN_DSE_BENCH_ROWS", "SNN_DSE_CASES", "SNN_DSE_KILLS", "SNN_DSE_LONG", "SNN_DSE_NMNIST", "SNN_DSE_PAIRS"],
  ...["SNN_DSE_POINTS", "SNN_DSE_RUNS"],
] as const;

const isKnown = (name: string): boolean =>
  [PROGRAM_VARIABLES, SCRIPT_VARIABLES, TEST_VARIABLES].some((names) => names.some((one) => one === name));

/** A value may be a secret: only the name is said. */
function unknownWarning(name: string): string {
  const endings = [...PROGRAM_VARIABLES, ...SCRIPT_VARIABLES].map((known) => known.slice(PREFIX.length));
  const hit = nearest(name.slice(PREFIX.length), endings);
  const advice = hit === null ? `known are ${PROGRAM_VARIABLES.join(", ")}` : `did you mean ${PREFIX}${hit}?`;
  return `warning: ${quoted(name)} of the environment has no effect: ${advice}`;
}

/**
 * One warning per variable that begins with `SNN_DSE_` and is none. The address and the key of a cluster are checked
 * where they are used.
 *
 * @throws InputError if the value of `SNN_DSE_ASCII` is not understood
 */
export function environmentWarnings(env: NodeJS.ProcessEnv): readonly string[] {
  const { SNN_DSE_ASCII: ascii = "" } = env;
  if (!["", "0", "1"].includes(ascii))
    throw inputError(
      "SNN_DSE_ASCII",
      `expected 1 (print only ASCII characters) or 0, got ${quoted(ascii)}`,
      "type: export SNN_DSE_ASCII=1",
    );
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !isKnown(name))
    .sort()
    .map(unknownWarning);
}
