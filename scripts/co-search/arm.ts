/**
 * One search of the comparison between networks and chips searched together and chips alone. It ends once its threads
 * have used a given processor time, and then runs its front on the test set. An interrupted search continues with the
 * time that was left, a finished one if it gets more time; otherwise its result is read.
 * Effects: reads and writes files beside NAME and the result, runs worker threads.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { localEngine } from "../../app/engine.js";
import { openRunnable } from "../../app/open.js";
import { StudyFiles } from "../../app/study-files.js";
import { openSweep } from "../../app/sweep.js";
import { testFront } from "../../app/test-front.js";
import { patchExperiment } from "../../arch/index.js";
import { nonDominated } from "../../base/pareto.js";
import { buildDigest, type Metrics, ModelFolder, modelsBeside, Store, storedModels, testedPoints } from "../../sweeps/index.js";

/** So large that no search ends by its number of points. */
const MOST_POINTS = 10_000_000;
const WORKERS = 2;

/** What is compared. */
export interface Compared {
  readonly accuracyPercent: number;
  readonly energyUj: number;
  readonly areaMm2: number;
}

export interface Reached extends Compared {
  /** Processor time of the search when the point ended. */
  readonly cpuSeconds: number;
}

export interface Arm {
  readonly command: string;
  readonly search: string;
  readonly seed: number;
  readonly cpuSeconds: number;
  /** Number of points that ran, and of points that the chip could not hold. */
  readonly points: number;
  readonly refused: number;
  readonly networks: number;
  readonly reason: string;
  /** Digest of the program that ran it. */
  readonly program: string;
  /**
   * On the recordings that choose: every point that none that ended before it dominates, in the order of their ends.
   */
  readonly chosen: readonly Reached[];
  /** The front of these points on the test set, without points that another one dominates there. */
  readonly front: readonly Reached[];
}

const cpuNow = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** A result that has been written; null: there is none. */
export const writtenArm = (result: string): Arm | null => (existsSync(result) ? (JSON.parse(readFileSync(result, "utf8")) as Arm) : null);

/** It has had its time, or found nothing more to ask for. */
export const isOver = (arm: Arm, cpuSeconds: number): boolean => arm.reason !== "stopped" || arm.cpuSeconds >= cpuSeconds;

/** Where a search works, and where its result is kept. */
interface ArmPlace {
  /** Beginning of the names of its files. */
  readonly name: string;
  readonly result: string;
  /** The command that runs the study, kept with the result. */
  readonly command: string;
}

/**
 * @param text the description; the line of its sampler is replaced
 * @throws Error if its result is another program's
 */
export async function runArm(
  { name, result, command }: ArmPlace,
  text: string,
  search: string,
  seed: number,
  cpuSeconds: number,
): Promise<Arm> {
  const [file, database, clock, trail] = ["yaml", "db", "cpu", "trail"].map((end) => `${name}.${end}`);
  const program = buildDigest();
  const known = writtenArm(result);
  if (known !== null) {
    if (known.program !== program)
      throw new Error(`${result} is of program ${known.program}, this is ${program}: build that one, or delete it`);
    if (isOver(known, cpuSeconds)) return known;
  }
  const sampler = `sampler: { name: nsga2, budget: ${MOST_POINTS}, seed: ${seed}, population: 16 }`;
  writeFileSync(file, text.replace(/sampler: \{.*\}/, sampler));
  const before = existsSync(clock) ? Number(readFileSync(clock, "utf8")) : 0;
  const [start, description] = [cpuNow(), await openRunnable(file)];
  const used = (): number => before + cpuNow() - start;
  let reason = "stopped";
  if (before < cpuSeconds) {
    const opened = await openSweep(description, {
      ...{ db: database, workers: WORKERS },
      onEvent: (event) => {
        if (event.type === "point-done" && !event.stored) appendFileSync(trail, `${event.id} ${used()}\n`);
      },
    });
    const timer = setInterval(() => {
      writeFileSync(clock, String(used()));
      if (used() >= cpuSeconds) opened.study.stop(false);
    }, 250);
    ({ reason } = await opened.run());
    clearInterval(timer);
    writeFileSync(clock, String(Math.max(used(), reason === "stopped" ? cpuSeconds : 0)));
  }
  const spent = Number(readFileSync(clock, "utf8"));
  const { sweep, document } = description;
  if (sweep === null) throw new Error(`${file} has no sweep`);
  const files = new StudyFiles(file, () => undefined, new ModelFolder(modelsBeside(database)));
  const setup = {
    ...{ name: search, file, spec: sweep, document, engineVersion: "", build: program, inputs: [], provenance: {} },
    ...{ inputsOf: files.inputsOf, experimentOf: (values: Parameters<typeof patchExperiment>[1]) => patchExperiment(description, values) },
  };
  const times = new Map(
    readFileSync(trail, "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split(" ").map(Number) as [id: number, cpuSeconds: number]),
  );
  const read = Store.read(database);
  const points = [...read.points()];
  const networks = storedModels(read).size;
  read.close();
  const done = points.flatMap(({ id, metrics }) =>
    metrics === null ? [] : reached(metrics, times.get(id) ?? 0).map((at) => ({ id, at })),
  );
  const front = nonDominated(done.map(({ at }) => minimised(at))).map((i) => done[i].id);
  const openEngine = () => localEngine(files, description.experiment, WORKERS);
  const never = new AbortController().signal;
  await testFront(front, { setup, database, openEngine, retries: 2, tell: () => undefined, drain: never, drop: never });
  const tested = Store.read(database);
  const onTest = [...testedPoints(tested).values()].flatMap(({ id, metrics }) =>
    front.includes(id) ? reached(metrics, times.get(id) ?? 0) : [],
  );
  tested.close();
  const arm: Arm = {
    ...{ command, search, seed, cpuSeconds: spent, points: done.length, networks, reason, program },
    refused: points.filter(({ state }) => state === "infeasible").length,
    chosen: rising(done.map(({ at }) => at)),
    front: nonDominated(onTest.map(minimised)).map((i) => onTest[i]),
  };
  mkdirSync(dirname(result), { recursive: true });
  writeFileSync(result, `${JSON.stringify(arm, shortened)}\n`);
  return arm;
}

/** Numbers to six digits. */
const shortened = (_: string, value: unknown): unknown => (typeof value === "number" ? Number(value.toPrecision(6)) : value);

/** The points that none that ended before them dominates or equals. */
function rising(points: readonly Reached[]): Reached[] {
  let front: Reached[] = [];
  return points
    .toSorted((a, b) => a.cpuSeconds - b.cpuSeconds)
    .filter((point) => {
      const at = minimised(point);
      const covers = (a: readonly number[], b: readonly number[]): boolean => a.every((value, i) => value <= b[i]);
      if (front.some((other) => covers(minimised(other), at))) return false;
      front = [...front.filter((other) => !covers(at, minimised(other))), point];
      return true;
    });
}

/** All to be minimised. */
export const minimised = ({ accuracyPercent, energyUj, areaMm2 }: Compared): readonly [number, number, number] => [
  -accuracyPercent,
  energyUj,
  areaMm2,
];

/** Empty if one of the three is unknown. */
export function reached(metrics: Metrics, cpuSeconds: number): Reached[] {
  const { accuracy_percent: accuracyPercent, energy_uj_per_inference: energyUj, area_mm2: areaMm2 } = metrics;
  return typeof accuracyPercent === "number" && typeof energyUj === "number" && typeof areaMm2 === "number"
    ? [{ cpuSeconds, accuracyPercent, energyUj, areaMm2 }]
    : [];
}
