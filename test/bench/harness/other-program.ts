/** Processor time of a program that is not ours, by the shell's own count of its children. */
import { spawnSync } from "node:child_process";

export interface Ran {
  /** User and system, of the program and its children. */
  readonly cpuSeconds: number;
  readonly output: string;
}

/** Throws: Error where it does not end with 0. `folder`: where it runs. */
export function runOther(file: string, parameters: readonly string[], folder: string): Ran {
  // `times` prints the shell's own time, then that of its children.
  const run = spawnSync("sh", ["-c", '"$@" || exit $?; times', "sh", file, ...parameters], {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (run.status !== 0) throw new Error(`${file} ${parameters.join(" ")} ended with ${run.status}: ${run.stderr.slice(-500)}`);
  const lines = run.stdout.trimEnd().split("\n");
  const spans = [...(lines.at(-1) ?? "").matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, seconds]) => 60 * Number(minutes) + Number(seconds),
  );
  if (spans.length !== 2) throw new Error(`the shell said ${JSON.stringify(lines.at(-1))} instead of two times`);
  return { cpuSeconds: spans[0] + spans[1], output: lines.slice(0, -2).join("\n") };
}
