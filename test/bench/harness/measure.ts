/**
 * Repeats a piece of work: warm-ups first, then the runs that count, garbage collected before each where Node was
 * started with `--expose-gc`. CPU time of this process, all its threads together: other work on the machine slows it by
 * shared caches only.
 */

export interface Repeats {
  readonly warmUps: number;
  readonly runs: number;
}
export const USUAL: Repeats = { warmUps: 2, runs: 5 };

export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

export function collectGarbage(): void {
  (globalThis as { readonly gc?: () => void }).gc?.();
}

/** What `once` returns, of each run that counts. */
export async function repeat(once: () => number | Promise<number>, { warmUps, runs }: Repeats = USUAL): Promise<number[]> {
  const values: number[] = [];
  for (let run = -warmUps; run < runs; run++) {
    collectGarbage();
    const value = await once();
    if (run >= 0) values.push(value);
  }
  return values;
}

/** Units a CPU second, of each run; `work` returns how many units it did. */
export function rates(work: () => number | Promise<number>, repeats: Repeats = USUAL): Promise<number[]> {
  return repeat(async () => {
    const start = cpuSeconds();
    const done = await work();
    return done / (cpuSeconds() - start);
  }, repeats);
}

/** CPU seconds, of each run. */
export function times(work: () => unknown, repeats: Repeats = USUAL): Promise<number[]> {
  return repeat(async () => {
    const start = cpuSeconds();
    await work();
    return cpuSeconds() - start;
  }, repeats);
}
