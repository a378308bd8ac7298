/** Serves one client on standard input and output. Effects: reads and writes both, and effects of a study. */

import type { Plugin } from "../../app/plugins.js";
import { nameProgram } from "../../app/study-parts.js";
import { printJson } from "../output/print.js";
import { EXIT } from "../process/exit.js";
import { onLeaveSignals } from "../process/leave-signals.js";
import { linesOf } from "./json-lines.js";
import { MOST_BYTES, Server } from "./server.js";

/** Returns the exit code after the input has ended and all requests are answered, or after a signal. */
export async function runServe(input: AsyncIterable<Buffer> & { destroy(): void }, plugins: readonly Plugin[]): Promise<number> {
  nameProgram();
  const server = new Server((message) => printJson(message), plugins);
  let isLeaving = false;
  const deaf = onLeaveSignals(() => {
    if (isLeaving) process.exit(EXIT.interrupted);
    isLeaving = true;
    input.destroy();
    void server.close();
  });
  const answers = new Set<Promise<void>>();
  try {
    for await (const line of linesOf(input, MOST_BYTES)) {
      const answer: Promise<void> = server
        .receive(line)
        .then((message) => {
          if (message !== null) printJson(message);
        })
        .finally(() => answers.delete(answer));
      answers.add(answer);
    }
  } catch (error) {
    if (!isLeaving) throw error; // a read that the signal interrupted
  } finally {
    await Promise.allSettled(answers);
    await server.close();
    deaf();
  }
  return isLeaving ? EXIT.interrupted : EXIT.ok;
}
