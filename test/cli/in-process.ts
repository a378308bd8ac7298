/**
 * A command line in this process: what the program as a process would print, and the exit code that it would end with
 * (`binary.test.ts` holds that they agree).
 */
import { vi } from "vitest";
import { runProgram } from "../../cli/program.js";

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** `folder`: the current one meanwhile. */
export async function runHere(folder: string, ...words: readonly string[]): Promise<Ended> {
  const [before, codeBefore] = [process.cwd(), process.exitCode];
  const streams = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, "write").mockImplementation(() => true));
  process.chdir(folder);
  process.exitCode = undefined;
  try {
    const code = await runProgram([process.execPath, "snn-dse", ...words]);
    const [out, err] = streams.map(({ mock }) => mock.calls.map(([text]) => String(text)).join(""));
    return { code, out, err };
  } finally {
    process.exitCode = codeBefore;
    process.chdir(before);
    for (const stream of streams) stream.mockRestore();
  }
}
