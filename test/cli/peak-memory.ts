/**
 * Source of a function for a process that is measured, with `existsSync` and `readFileSync` at hand: its peak resident
 * set, KiB. On Linux `maxRSS` also counts what the process that started it held then, which may be more; the peak of a
 * program's own memory lies in /proc.
 */
export const PEAK_KIB = `() => {
  const own = "/proc/self/status";
  return existsSync(own) ? Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync(own, "utf8"))[1]) : process.resourceUsage().maxRSS;
}`;
