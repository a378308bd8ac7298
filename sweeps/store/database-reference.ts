/**
 * Description of the result database for people who read it with SQL. This is the only text about its tables, views and
 * columns; docs/database.md is written from it. Pure.
 */
import { foldedMarkdown } from "../../base/folded-markdown.js";
import { METRICS } from "../../sim/index.js";
import { OLDEST } from "./schema.js";

interface ColumnText {
  /** Empty if it has none. */
  readonly unit: string;
  readonly about: string;
}

interface ObjectText {
  readonly kind: "view" | "table";
  readonly about: string;
  readonly columns: { readonly [column: string]: ColumnText };
}

const says = (about: string, unit = ""): ColumnText => ({ unit, about });

const METRIC_COLUMNS: ObjectText["columns"] = Object.fromEntries(
  Object.entries(METRICS).map(([name, { unit, about }]) => [name, says(about, unit === "1" ? "" : unit)]),
);

const BREAKDOWN = {
  count: says("actions per inference, mean; null for leakage and area"),
  unit_energy_pj: says("energy of one action; null without an action or a price, and if the energy is power times time", "pJ"),
  energy_pj: says("energy per inference; null if unknown", "pJ"),
  area_mm2: says("area; null if the row has none", "mm2"),
};
const COMPONENT = {
  component: says("what uses energy or area, e.g. `synapse memory reads`"),
  group: says("memory, datapath, queue, noc, clock, leakage or area"),
  source: says("where the price comes from"),
};
const VIOLATION = says(
  "0 if all constraints hold, null if unknown; else the sum over those that fail, of `l <= r` the excess of l over r divided by |r|, or by 1 if |r| is less, and 1 of `==` and `!=`",
);
const ON_POINT = says("`id` of the point");

/** Views are for users' queries. Their columns stay the same from version to version. */
export const VIEWS: { readonly [name: string]: ObjectText } = {
  design_point: {
    kind: "view",
    about:
      "The points of the study, one row per point: one column per parameter, and every metric. Parameters lie between `on_front` and `violation`, under their names (`parameter_NAME` if another column has that name, in any case of letters); a Boolean is 0 or 1. The view exists once a sweep has begun.",
    columns: {
      id: says("place in the order asked"),
      state: says("queued, running, done, infeasible, failed or timeout"),
      on_front: says("1 if the point is on the front of the study's objectives, or else 0"),
      violation: VIOLATION,
      ...METRIC_COLUMNS,
    },
  },
  parameter_value: {
    kind: "view",
    about: "The parameters of the study's points, one row per point and parameter. A parameter that a point does not have has no row.",
    columns: {
      point_id: ON_POINT,
      parameter: says("its name"),
      value: says("a number or a text; a Boolean is 0 or 1"),
      type: says("integer, real, text, true or false"),
    },
  },
  metric: {
    kind: "view",
    about: "The metrics of results.",
    columns: {
      name: says("name of its column in `design_point` and `result`"),
      unit: says("1 if it has none"),
      direction: says("min if less is better, or else max"),
    },
  },
  metric_value: {
    kind: "view",
    about: "The metrics of the study's finished points, one row per point and metric.",
    columns: {
      point_id: ON_POINT,
      metric: says("its name"),
      value: says("in the unit of its row; null if unknown"),
      unit: says("as in `metric`"),
      direction: says("as in `metric`"),
    },
  },
  breakdown: {
    kind: "view",
    about: "Energy and area of finished points, line by line.",
    columns: { point_id: ON_POINT, position: says("line within the point"), ...COMPONENT, ...BREAKDOWN },
  },
  failures: {
    kind: "view",
    about: "Why points of the study have no result, most frequent reason first.",
    columns: {
      state: says("infeasible, failed or timeout"),
      code: says("the reason in one word"),
      fidelity: says("1 for points, less for trials"),
      points: says("number of points"),
      example: says("the full reason of one of them"),
    },
  },
};

/** Tables are internal. They may change with the version of the schema. */
export const TABLES: { readonly [name: string]: ObjectText } = {
  study: {
    kind: "table",
    about: "The one study of the file.",
    columns: {
      id: says("1"),
      name: says("name of the description"),
      identity: says("SHA-256 of the search without its budget, and of its plug-ins"),
      sweep_json: says("parameters, objectives, constraints, sampler"),
      budget: says("most points"),
      edition: says("`id` of the present edition; fronts, samplers and counts use its points only"),
      reference_json: says("reference point of the hypervolume, natural values in the order of the objectives"),
      state: says("running, finished or stopped"),
      finish_reason: says("why it ended; null while it runs"),
    },
  },
  edition: {
    kind: "table",
    about: "One row per set of inputs with which the study was run: program, tables, description, model, data.",
    columns: {
      id: says("its number"),
      inputs_json: says("kind, name and SHA-256 of each input"),
      document_json: says(
        "the description with its defaults written out, but for sections that may be left out (`noc.tree`, `noc.dies`, `inputs`)",
      ),
      engine_version: says("version of the program, or name and version of another evaluator that told the results"),
      created_at: says("time, ISO 8601"),
    },
  },
  session: {
    kind: "table",
    about: "One row per start of a sweep on this file.",
    columns: {
      id: says("its number"),
      started_at: says("time, ISO 8601"),
      ended_at: says("time, ISO 8601; null while it runs; one that was killed gets its last point's time from the next writer"),
      process: says("number of the process"),
      workers: says("most points at a time"),
      provenance_json: says("version, commit, Node, machine; on a server, the random name of its jobs"),
    },
  },
  point: {
    kind: "table",
    about: "One row per point that was asked, of every edition, trials included.",
    columns: {
      id: says("place in the order asked"),
      key: says("SHA-256 of everything that the result depends on"),
      values_json: says("value by parameter"),
      config_json: says("value by path of the description"),
      edition: says("`id` of the edition with which it was computed"),
      fidelity: says("share of the timed utterances: 1 for points, less for trials of a screening search"),
      state: says("queued, running, done, infeasible, failed or timeout"),
      attempts: says("number of attempts"),
      violation: VIOLATION,
      code: says("reason why there is no result, in one word"),
      reason: says("the reason in full"),
      created_at: says("time, ISO 8601"),
      ended_at: says("time, ISO 8601; null while it has not ended"),
      duration_ms: says("time that the last attempt took", "ms"),
      seal: says("short SHA-256 of all that is stored about the point"),
    },
  },
  result: {
    kind: "table",
    about: "Metrics, one row per finished point.",
    columns: {
      point_id: ON_POINT,
      digest: says("SHA-256 of the whole result"),
      feasible_in: says("edition in which the point is feasible; null if it breaks a constraint or is a trial"),
      ...METRIC_COLUMNS,
    },
  },
  detail: {
    kind: "table",
    about:
      "The whole result and the counts of the timing run, one row per finished point: raw deflate (`zlib.decompress(blob, -15)` in Python).",
    columns: {
      point_id: ON_POINT,
      result_deflate: says("the result as JSON"),
      counters_deflate: says("the counts as JSON"),
    },
  },
  component: {
    kind: "table",
    about: "Texts that lines of breakdowns share.",
    columns: { id: says("made from the SHA-256 of the other columns"), ...COMPONENT },
  },
  breakdown_row: {
    kind: "table",
    about: "Lines of breakdowns; the view `breakdown` joins them with `component`.",
    columns: { point_id: ON_POINT, position: says("line within the point"), component_id: says("`id` of its component"), ...BREAKDOWN },
  },
  front: { kind: "table", about: "Points on the front of the study's objectives.", columns: { point_id: ON_POINT } },
  warm_start: {
    kind: "table",
    about: "Points of another sweep with which this one began.",
    columns: {
      id: says("its number"),
      source: says("identity of the other study"),
      values_json: says("value by parameter"),
      objectives_json: says("minimised, in the order of the objectives; null if it failed"),
      violation: VIOLATION,
    },
  },
  recordings: {
    kind: "table",
    about: "What functional runs were scored on: utterances of a data set. Runs on the same utterances share the row.",
    columns: {
      id: says("from the SHA-256 of the content"),
      data_hash: says("content address of the data set"),
      utterances: says("number of utterances"),
      scored_deflate: says(
        "distance of each utterance's index from the one before, then how many of its frames are scored (0 or 1 if an utterance is classified as a whole); counts of seven bits per byte, lowest first; raw deflate",
      ),
    },
  },
  scored_run: {
    kind: "table",
    about:
      "What a functional run got wrong, once for all points that share the run. `confidence` and `compare` draw accuracies together by it.",
    columns: {
      key: says("SHA-256 of model, precision, workload and data"),
      recordings_id: says("`id` of its recordings"),
      wrong_deflate: says("wrong frames of each utterance, in the form of `scored_deflate`"),
      digest: says(
        "short SHA-256 of the other columns' content; a row that does not match is refused, and computed again by the next sweep",
      ),
    },
  },
  synthesis: {
    kind: "table",
    about: "Results of synthesis tools for points' hardware, one row per chip and target.",
    columns: {
      key: says("SHA-256 of sources, memory images, target, device and cell library"),
      point_id: says("`id` of the point for which it was run; points with the same hardware share the row"),
      target: says("ecp5, generic or liberty"),
      report_json: says("tools with their versions, sizes, gates, clock"),
      digest: says("SHA-256 of the report, to find damage"),
      made_at: says("time, ISO 8601"),
    },
  },
  event: {
    kind: "table",
    about: "What happened during the sweep, oldest first.",
    columns: { id: says("its number"), at: says("time, ISO 8601"), type: says("kind of event"), detail_json: says("content of the event") },
  },
  writer: {
    kind: "table",
    about: "Holds a row while a program has the file open for writing, and after that program was killed.",
    columns: {
      id: says("1"),
      token: says("random number of this writer"),
      process: says("number of the process"),
      place: says("host, boot and container in which the process number is valid"),
      since: says("time, ISO 8601"),
    },
  },
  seal: {
    kind: "table",
    about: "SHA-256 of all rows of a small table, and the last one of a chain over the rows of `event`.",
    columns: { name: says("the table"), sum: says("the SHA-256") },
  },
  tally: {
    kind: "table",
    about: "Sums over the feasible points of an edition; one pass over the points compares them and notices a changed value.",
    columns: {
      edition: says("its number"),
      points: says("number of points; null: must be computed again"),
      value_texts: says("sum of 32-bit marks of `values_json`"),
      ...Object.fromEntries(Object.keys(METRICS).map((name) => [name, says("sum of 32-bit marks of the metric")])),
    },
  },
  state_count: {
    kind: "table",
    about: "Number of ended points by state.",
    columns: { edition: says("its number"), state: says("state in which they ended"), points: says("number of points") },
  },
};

/** Queries on the page. */
export const EXAMPLES: readonly { readonly asks: string; readonly sql: string }[] = [
  {
    asks: "the front, cheapest energy first",
    sql: `SELECT id, accuracy_percent, energy_uj_per_inference, latency_us
FROM design_point WHERE on_front ORDER BY energy_uj_per_inference;`,
  },
  {
    asks: "share of each group in the energy of the front's points, percent",
    sql: `SELECT b.point_id, b."group", round(100 * sum(b.energy_pj) / t.total, 1) AS percent
FROM breakdown b
JOIN (SELECT point_id, sum(energy_pj) AS total FROM breakdown GROUP BY point_id) t USING (point_id)
WHERE b.point_id IN (SELECT id FROM design_point WHERE on_front AND energy_uj_per_inference IS NOT NULL) AND b.energy_pj > 0
GROUP BY b.point_id, b."group" ORDER BY b.point_id, percent DESC;`,
  },
  {
    asks: "mean of each metric by the value of each parameter",
    sql: `SELECT p.parameter, p.value, m.metric, count(*) AS points, avg(m.value) AS mean, m.unit
FROM parameter_value p JOIN metric_value m USING (point_id)
WHERE m.value IS NOT NULL
GROUP BY p.parameter, p.value, m.metric ORDER BY p.parameter, p.value, m.metric;`,
  },
];

const tableText = ([name, { about, columns }]: readonly [string, ObjectText]): string =>
  `### \`${name}\`\n\n${about}\n\n| column | unit | is |\n|---|---|---|\n${Object.entries(columns)
    .map(([column, { unit, about: text }]) => `| \`${column}\` | ${unit} | ${text.replaceAll("|", "\\|")} |\n`)
    .join("")}`;

/** Text of docs/database.md. */
export function databaseReference(schemaVersion: number): string {
  const section = (objects: { readonly [name: string]: ObjectText }): string => Object.entries(objects).map(tableText).join("\n");
  const examples = EXAMPLES.map(({ asks, sql }) => `${asks[0]?.toUpperCase()}${asks.slice(1)}:\n\n\`\`\`sql\n${sql}\n\`\`\`\n`).join("\n");
  return foldedMarkdown(`# The result database

\`snn-dse sweep\` leaves one SQLite file. Any program that reads SQLite reads it, also while the sweep runs: \`sqlite3 edge.db\`, Python's \`sqlite3\`,
DuckDB, pandas. This page is written from the program's own text about its schema (version ${schemaVersion}); \`npx tsx scripts/write-schema.ts\` writes it anew.

- Read the views. Their columns stay; tables may change with the version of the schema (\`PRAGMA user_version\`).
- Change nothing. Every row is sealed: the program computes a changed point anew, and refuses a file that has a table or view of another's. Views of
  your own belong into a database of your own: \`ATTACH 'edge.db' AS edge\`, or \`CREATE TEMP VIEW\`.
- Databases of schemas ${OLDEST} to ${schemaVersion - 1} are read. Those of schema 8 have no views \`metric\`, \`metric_value\` and \`parameter_value\` until a sweep or merge writes to them.
- Without SQL: \`snn-dse export points edge.db --format csv|json|parquet\` writes every point with all of this.

## Queries

${examples}
From Python:

\`\`\`python
import sqlite3
db = sqlite3.connect("file:edge.db?mode=ro", uri=True)
for row in db.execute("SELECT * FROM design_point WHERE on_front"):
    print(row)
\`\`\`

## Views

${section(VIEWS)}
## Tables

${section(TABLES)}`);
}
