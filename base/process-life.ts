/** Whether another process still lives, by its number and the place where that number holds. Effects: reads /proc. */
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { once } from "./once.js";

/** Text that the system tells of a process; empty where it tells none. */
export function systemText(read: () => string): string {
  try {
    return read().trim();
  } catch {
    return "";
  }
}

/** Where the number of this process is unique: this boot of this host, and this container. */
export const processPlace = once((): string => {
  const start = systemText(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8"));
  const numbers = systemText(() => readlinkSync("/proc/self/ns/pid"));
  return [hostname(), start, numbers].join(" ");
});

/** What is known of a process. `unknown`: it is of another host or container, or of an earlier boot. */
export type ProcessLife = "alive" | "ended" | "unknown";

/** Whether a process has ended and nobody has asked how, as in a container whose first process asks nobody. */
const isZombie = (id: number): boolean => /^ [ZX] /.test(systemText(() => readFileSync(`/proc/${id}/stat`, "utf8")).replace(/^.*\)/s, ""));

/** Also `alive` for a process of another user. `isHere`: its number holds in this process's place. */
export function lifeOfProcess(id: number, isHere: boolean): ProcessLife {
  if (!isHere) return "unknown";
  try {
    process.kill(id, 0);
    return isZombie(id) ? "ended" : "alive";
  } catch (error) {
    return (error as { readonly code?: unknown }).code === "EPERM" ? "alive" : "ended";
  }
}
