/** Processor time of another process, from /proc. */
import { readFileSync } from "node:fs";

/** Clock ticks a second in /proc. */
const TICKS = 100;

/** CPU seconds that the process has taken so far, all its threads together. */
export function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}
