/**
 * Gives each test the processor time that it took, its ended child programs' included, whatever else the machine does
 * (closing-line.ts reads it).
 */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach } from "vitest";

declare module "vitest" {
  interface TaskMeta {
    cpuMs?: number;
  }
}

/** Milliseconds of this process, and on Linux of its children that have ended. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000 + childrenMs();
}

function childrenMs(): number {
  try {
    // Behind the program's name in brackets: fields 3 and on; 16 and 17 are of children, in hundredths of a second.
    const fields = readFileSync("/proc/self/stat", "latin1").split(") ").at(-1)?.split(" ") ?? [];
    return 10 * (Number(fields[13]) + Number(fields[14]));
  } catch {
    return 0;
  }
}

let before = 0;
beforeEach(() => {
  before = cpuMs();
});
afterEach(({ task }) => {
  task.meta.cpuMs = cpuMs() - before;
});
