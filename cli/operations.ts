/** Work on whole databases: two side by side, new prices, a point once more, several into one. Effects: reads and writes databases, prints. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  byKind,
  type Experiment,
  isCoupled,
  jsonFromYaml,
  patchDocument,
  patchExperiment,
  type Samples,
  type Topology,
} from "../arch/index.js";
import { inputError } from "../base/errors.js";
import type { Json } from "../base/hash.js";
import { METRICS, modelTopology, selfCheck } from "../sim/index.js";
import {
  buildDigest,
  buildInputs,
  CoupledEngine,
  changedInputs,
  changeText,
  compareFronts,
  frontReport,
  type Input,
  inputsLine,
  LocalEngine,
  type MergeSummary,
  type MetricPair,
  mergeInto,
  metricPairs,
  type PointValues,
  type Repriced,
  reprice,
  reproduce,
  type Side,
  Space,
  Store,
} from "../sweeps/index.js";
import { EXIT } from "./exit.js";
import { inUnit, measured, percent, significant } from "./format/number.js";
import { type Look, lookOf, paint } from "./format/style.js";
import { tableLines } from "./format/table.js";
import { loadModel, loadSamples, readYamlText } from "./load.js";
import { print, printJson } from "./print.js";
import { type Provenance, provenanceNow } from "./provenance.js";
import { runtimeDifferences } from "./runtime.js";
import { pointOf, withStore } from "./stored.js";
import { StudyFiles } from "./study-files.js";

const lookNow = (): Look => lookOf(process.stdout, process.env);

function studyOf(store: Store): NonNullable<ReturnType<Store["study"]>> {
  const study = store.study();
  if (study === null) throw inputError(store.file, "holds no study yet", "run a sweep first: snn-dse sweep arch.yaml --db FILE");
  return study;
}

function pairLines(look: Look, pairs: readonly MetricPair[], left: string, right: string): readonly string[] {
  return tableLines(
    look,
    [
      { title: "metric", align: "left" },
      { title: "unit", align: "left" },
      { title: left, align: "right" },
      { title: right, align: "right" },
      { title: "change", align: "right" },
    ],
    pairs.map((pair) => [
      pair.metric,
      METRICS[pair.metric].unit,
      inUnit(pair.left, METRICS[pair.metric].unit, 5),
      inUnit(pair.right, METRICS[pair.metric].unit, 5),
      pair.ratio === null ? "-" : `${pair.ratio >= 1 ? "+" : ""}${((pair.ratio - 1) * 100).toFixed(1)} %`,
    ]),
  );
}

/** Two points of one database, values and metrics. */
export function comparePoints(database: string, first: number, second: number, json: boolean): void {
  withStore(database, (store) => {
    const [a, b] = [pointOf(store, database, first), pointOf(store, database, second)];
    const pairs = metricPairs(a.metrics, b.metrics);
    const names = [...new Set([...Object.keys(a.values), ...Object.keys(b.values)])].filter((name) => a.values[name] !== b.values[name]);
    const changes = changedInputs(store.edition(a.edition).inputs, store.edition(b.edition).inputs);
    if (json) {
      printJson({ left: a, right: b, differ: names, inputsDiffer: changes, metrics: pairs }, 2);
      return;
    }
    const look = lookNow();
    const columns = [
      { title: "parameter", align: "left" as const },
      { title: `#${first}`, align: "right" as const },
      { title: `#${second}`, align: "right" as const },
    ];
    const values = names.map((name) => [name, String(a.values[name] ?? "-"), String(b.values[name] ?? "-")]);
    const head = names.length === 0 ? ["the points have the same parameters"] : tableLines(look, columns, values);
    const others = changes.map((change) => `other ${changeText(change, [`#${first}`, `#${second}`])}`);
    print([...head, ...others, "", ...pairLines(look, pairs, `#${first}`, `#${second}`)]);
  });
}

/** Two sweeps against one reference point. */
export function compareSweeps(left: string, right: string, objectives: readonly string[], where: string | null, json: boolean): void {
  const report = (database: string): ReturnType<typeof frontReport> =>
    withStore(database, (store) => frontReport(store, { objectives, where }));
  const [a, b] = [report(left), report(right)];
  const compared = compareFronts(a, b);
  if (json) {
    printJson(
      {
        left: { file: left, inputs: a.inputs, ...compared.left },
        right: { file: right, inputs: b.inputs, ...compared.right },
        reference: compared.reference,
        unionHypervolume: compared.unionHypervolume,
      },
      2,
    );
    return;
  }
  const rows: readonly (readonly [string, (side: Side) => string])[] = [
    ["points on its front", (side) => String(side.front)],
    ["of them on the common front", (side) => String(side.onUnion)],
    ["share of the other's front it covers", (side) => percent(side.covers)],
    ["hypervolume", (side) => significant(side.hypervolume, 6)],
    ["share of the common hypervolume", (side) => percent(side.hypervolume / compared.unionHypervolume)],
    ["additive epsilon (0 is best)", (side) => significant(side.epsilon, 3)],
    ["IGD+ (0 is best)", (side) => significant(side.igdPlus, 3)],
  ];
  const reference = compared.reference.map((value, k) => `${significant(value, 4)} ${METRICS[a.objectives[k]?.metric].unit}`).join(", ");
  const columns = [
    { title: "", align: "left" as const },
    { title: left, align: "right" as const },
    { title: right, align: "right" as const },
  ];
  print([
    ...tableLines(
      lookNow(),
      columns,
      rows.map(([name, of]) => [name, of(compared.left), of(compared.right)]),
    ),
    "",
    `objectives ${a.objectives.map(({ metric, direction }) => `${direction} ${metric}`).join(", ")}; common reference point ${reference}`,
    ...[a, b].map((side, i) => `${i === 0 ? left : right}: computed by snn-dse ${side.engineVersion} from ${inputsLine(side.inputs)}`),
  ]);
}

/** Energies under other prices, without simulation. `library` holds prices by name as a description's `prices:` does. */
export async function repriceSweep(database: string, library: string, base: string | null, json: boolean): Promise<void> {
  const parsed = jsonFromYaml(readYamlText(library), library) as { readonly [key: string]: Json };
  const prices = "prices" in parsed ? parsed.prices : parsed;
  if (typeof prices !== "object" || prices === null || Array.isArray(prices))
    throw inputError(library, "expected prices by name", "e.g. synapse_memory_read_pj: { value: 3.1, source: my macro }");
  const study = withStore(database, studyOf);
  const space = new Space(study.sweep.parameters);
  const document = { ...(study.document as { readonly [key: string]: Json }), prices };
  if (isCoupled(patchExperiment({ document: study.document, file: database }, {})))
    throw inputError(database, "is of a coupled chip, whose prices are parameters of its own", "sweep power.* of its description");
  // A wrong price is a problem of the library file, found once, before the points.
  patchDocument({ document, file: library }, {});
  const experimentOf = (values: PointValues): Experiment => patchDocument({ document, file: library }, space.byPath(values));
  const priced = withStore(database, (store) => [...store.points("p.state = 'done'")].map(({ values }) => experimentOf(values)));
  const topologies = await topologiesOf(priced, base ?? join(dirname(database), "description"), study.inputs, database);
  withStore(database, (store) => {
    const points = [...reprice(store, experimentOf, (experiment) => topologies.get(shapeKey(experiment)) as Topology)];
    if (json) printJson(points);
    else print(repriceLines(lookNow(), points, new Set(frontReport(store).rows.map((row) => row.id))));
  });
}

/** Everything that decides a network's shape. */
function shapeKey({ network, precision, workload }: Experiment): string {
  return JSON.stringify([network, precision, workload]);
}

/** Every shape once; data are only read for NIR files. @throws InputError where a model is not the one that the counts were made with. */
async function topologiesOf(
  experiments: readonly Experiment[],
  file: string,
  inputs: readonly Input[],
  database: string,
): Promise<ReadonlyMap<string, Topology>> {
  const topologies = new Map<string, Topology>();
  const data = new Map<string, Samples>();
  for (const experiment of experiments) {
    const key = shapeKey(experiment);
    if (topologies.has(key)) continue;
    const { network, hash } = await loadModel(experiment, file);
    const { model } = experiment.network;
    const [change] = changedInputs(inputs, [{ kind: "model", name: model, sha256: hash }]);
    if (change !== undefined)
      throw inputError(
        model,
        `is not the model whose counts are in ${database}: ${change.before} then, ${change.now} now`,
        "name the description beside which that model lies: --base arch.yaml",
      );
    const dataKey = JSON.stringify([experiment.network, experiment.workload]);
    const samples = data.get(dataKey) ?? (await byKind(network, { own: () => null, nir: () => loadSamples(experiment, file) }));
    if (samples !== null) data.set(dataKey, samples);
    topologies.set(key, modelTopology(experiment, network, samples));
  }
  return topologies;
}

function repriceLines(look: Look, points: readonly Repriced[], front: ReadonlySet<number>): readonly string[] {
  const energy = (metrics: Repriced["before"]): number => metrics.energy_uj_per_inference ?? Number.NaN;
  const shown = points.filter((point) => front.has(point.id)).sort((a, b) => energy(a.after) - energy(b.after));
  const ratios = points
    .map((point) => energy(point.after) / energy(point.before))
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const columns = [
    { title: "point", align: "right" as const },
    { title: "energy before [uJ]", align: "right" as const },
    { title: "after [uJ]", align: "right" as const },
    { title: "change", align: "right" as const },
    { title: "power after [mW]", align: "right" as const },
  ];
  const rows = shown.map((point) => [
    `#${point.id}`,
    measured(energy(point.before), 4),
    measured(energy(point.after), 4),
    `${((energy(point.after) / energy(point.before) - 1) * 100).toFixed(1)} %`,
    measured(point.after.power_mw ?? null, 4),
  ]);
  const range =
    ratios.length === 0 ? "" : `; energy changes by a factor of ${significant(ratios[0], 3)} to ${significant(ratios.at(-1), 3)}`;
  return [paint(look, `${points.length} points priced anew, the front below${range}`, "bold"), "", ...tableLines(look, columns, rows)];
}

/** Runs a stored point once more; returns the exit code: 0 when every bit is the same. */
export async function reproducePoint(database: string, id: number, base: string | null, json: boolean): Promise<number> {
  const store = Store.read(database);
  const files = new StudyFiles(base ?? join(dirname(database), "description"));
  const { document } = store.edition(pointOf(store, database, id).edition);
  const engine = isCoupled(patchExperiment({ document, file: database }, {}))
    ? new CoupledEngine({ loadCase: files.loadCase, maxWorkers: 1 })
    : new LocalEngine({ loadModel: files.loadModel, loadSamples: files.loadSamples, maxWorkers: 1 });
  try {
    const source = {
      document,
      build: buildDigest(),
      inputs: buildInputs(),
      inputsOf: files.inputsOf,
      experimentOf: (byPath: { readonly [path: string]: Json }) => patchExperiment({ document, file: database }, byPath),
    };
    const found = await reproduce(store, id, source, engine);
    const same = found.differences.length === 0;
    const runtimes = same ? [] : runtimeDifferences(store.sessions() as readonly Partial<Provenance>[], provenanceNow(selfCheck()));
    if (json) printJson({ ...found, runtimes }, 2);
    else {
      const inputs = found.sameInputs
        ? "model, data, description and program are those of the stored point"
        : "the inputs are not those of the stored point:";
      print([inputs, ...found.changes.map((change) => `  ${changeText(change)}`)]);
      print(
        same
          ? `point ${id} is reproduced: every value is the same to the last bit`
          : `point ${id} differs in ${found.differences.length} values:`,
      );
      for (const line of runtimes) print(line);
      for (const difference of found.differences.slice(0, 20))
        print(`  ${difference.path}: stored ${difference.left}, now ${difference.right}`);
    }
    return same ? EXIT.ok : EXIT.internal;
  } finally {
    await engine.close(true);
    store.close();
  }
}

/** Brings every source into `target`; returns the exit code: 1 when a result was found twice with different bits. */
export function mergeSweeps(target: string, sources: readonly string[], json: boolean): number {
  if (!existsSync(target)) {
    const example = sources.length === 1 ? "" : ` && snn-dse merge ${target} ${sources.slice(1).join(" ")}`;
    throw inputError(target, "no such database; merge adds to one that a sweep has written", `cp ${sources[0]} ${target}${example}`);
  }
  // A source that cannot be read stops the merge before the target is touched.
  for (const file of sources) withStore(file, studyOf);
  const into = Store.open(target);
  let conflicts = 0;
  try {
    for (const file of sources) {
      const summary = mergeWhole(into, file);
      conflicts += summary.conflicts.length;
      if (json) printJson({ source: file, ...summary });
      else {
        print(
          `${file}: ${summary.added} added, ${summary.same} known, ${summary.improved} taken over, ${summary.conflicts.length} conflicts`,
        );
        for (const conflict of summary.conflicts)
          print(
            `  point ${conflict.id} has other results there: ${conflict.differences[0]?.path ?? "unknown"} and ${conflict.differences.length - 1} more; the one here is kept`,
          );
      }
    }
  } finally {
    into.close();
  }
  return conflicts === 0 ? EXIT.ok : EXIT.internal;
}

/** All of a source, or nothing of it. */
function mergeWhole(into: Store, file: string): MergeSummary {
  return withStore(file, (source) => {
    const summaries: MergeSummary[] = [];
    into.transaction(() => {
      summaries.push(mergeInto(into, source));
    });
    return summaries[0];
  });
}
