/** Starts a tool that starts other processes: all of them end together, and with this program. Effects: processes. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { atEnd } from "../base/at-end.js";

interface ToolProcess {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** Kills the tool and what it has started. */
  readonly stop: () => void;
}

/** The tool has a process group of its own, which also a signal of the terminal does not reach. */
export function startTool(command: string, args: readonly string[], folder: string): ToolProcess {
  const child = spawn(command, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let hasEnded = false;
  const stop = (): void => {
    if (child.pid === undefined || hasEnded) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // all have ended, and the end of their output was not read yet
    }
  };
  const release = atEnd(stop);
  const ends = (): void => {
    hasEnded = true;
    release();
  };
  child.once("error", ends).once("close", ends);
  return { child, stop };
}
