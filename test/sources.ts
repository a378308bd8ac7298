/**
 * The program's files are loaded by Node itself, with their types taken out, and once per process: not by the test
 * runner, which transforms every file anew for each of its projects. Threads and child programs run what is built.
 *
 * Temporary files lie in memory where Linux has room for them, unless TMPDIR is set: databases wait for no disk.
 */
import { readFileSync, statfsSync } from "node:fs";
import { register as registerHook } from "node:module";
import { register } from "tsx/esm/api";

const MEMORY = "/dev/shm";
const ROOM_BYTES = 2 ** 31;

/** Whether files in memory have room, and programs among them can be started. */
function hasMemoryFolder(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    const mounts = readFileSync("/proc/mounts", "latin1").split("\n");
    const [, , , options] = mounts.map((line) => line.split(" ")).find(([, place]) => place === MEMORY) ?? [];
    return bavail * bsize >= ROOM_BYTES && options?.split(",").includes("noexec") === false;
  } catch {
    return false;
  }
}

const once = globalThis as { sourcesLoad?: true };
if (once.sourcesLoad === undefined) {
  register(); // keeps what it has transformed in the usual folder
  registerHook("./unnamed.mjs", import.meta.url);
  if (process.env.TMPDIR === undefined && hasMemoryFolder()) process.env.TMPDIR = MEMORY;
}
once.sourcesLoad = true;
