/**
 * The schema of a database, in one text, and what each version added to it. Databases from the oldest version on are
 * read, and a writer adds what they lack; any other version is refused. The statements are compared with those in a
 * file, so even their comments must not change. `database-reference.ts` says what each column means. Column names end
 * in natural units; ids are the order in which the search asked, so they do not depend on workers.
 */
import type Database from "better-sqlite3";
import { FPGA_METRICS, METRICS, type MetricName } from "../../sim/index.js";

/** "SNND": marks a file as a database of this program. */
export const APPLICATION_ID = 0x534e4e44;

/** Oldest version that can still be read. */
export const OLDEST = 8;

/** First version whose log of events has a seal, which programs of earlier versions would not continue. */
export const SEALED_EVENTS = 13;

/** Metrics that version 11 added, after all earlier ones. */
const METRICS_SINCE_11: readonly MetricName[] = FPGA_METRICS;
/** Metrics that every database has. */
export const FIRST_METRICS: readonly MetricName[] = (Object.keys(METRICS) as MetricName[]).filter(
  (name) => !METRICS_SINCE_11.includes(name),
);

/** Condition on points: they belong to the study's edition. */
export const IN_EDITION = "p.edition = (SELECT edition FROM study)";

/** The oldest version: one statement per object, in the form in which SQLite stores it. */
const BASE: readonly string[] = [
  `CREATE TABLE writer (                -- there while a program has the database open for writing, or was killed
  id INTEGER PRIMARY KEY CHECK (id = 1),
  token TEXT NOT NULL,               -- of this writer alone
  process INTEGER NOT NULL,
  place TEXT NOT NULL,               -- host, its start, container: where the process number holds
  since TEXT NOT NULL
) STRICT`,
  `CREATE TABLE edition (               -- one row per set of inputs that the study was run with
  id INTEGER PRIMARY KEY,
  inputs_json TEXT NOT NULL,         -- kind, name and SHA-256 of each; what points read is added when the first has read it
  document_json TEXT NOT NULL,       -- the resolved arch.yaml
  engine_version TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT`,
  `CREATE TABLE study (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  name TEXT NOT NULL,
  identity TEXT NOT NULL,            -- SHA-256 of what is searched but for the budget: what may be resumed
  sweep_json TEXT NOT NULL,          -- parameters, objectives, constraints, sampler
  budget INTEGER NOT NULL,
  edition INTEGER NOT NULL REFERENCES edition (id), -- fronts, samplers and counts are of its points
  reference_json TEXT,               -- reference point, natural values in objective order
  state TEXT NOT NULL CHECK (state IN ('running', 'finished', 'stopped')),
  finish_reason TEXT
) STRICT`,
  `CREATE TABLE session (               -- one row per start of a sweep on this file
  id INTEGER PRIMARY KEY,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  process INTEGER NOT NULL,
  workers INTEGER NOT NULL,
  provenance_json TEXT NOT NULL      -- version, commit, hashes, Node, CPU
) STRICT`,
  `CREATE TABLE point (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,          -- SHA-256 of configuration, workload, model, data and program
  values_json TEXT NOT NULL,         -- parameter name -> value
  config_json TEXT NOT NULL,         -- document path -> value
  edition INTEGER NOT NULL REFERENCES edition (id), -- whose inputs it was computed with
  fidelity REAL NOT NULL DEFAULT 1 CHECK (fidelity > 0 AND fidelity <= 1), -- share of the timed utterances
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'infeasible', 'failed', 'timeout')),
  attempts INTEGER NOT NULL DEFAULT 0,
  violation REAL,                    -- of the constraints, 0 = none; null = unknown
  code TEXT,
  reason TEXT,
  created_at TEXT NOT NULL,
  ended_at TEXT,
  duration_ms REAL,
  seal TEXT,                         -- short SHA-256 of all that is stored of the point
  CHECK ((ended_at IS NULL) = (state IN ('queued', 'running')))
) STRICT`,
  `CREATE INDEX point_state ON point (state, edition, fidelity)`,
  `CREATE INDEX point_fidelity ON point (fidelity) WHERE fidelity < 1`,
  `CREATE TABLE result (
  point_id INTEGER PRIMARY KEY REFERENCES point (id) ON DELETE CASCADE,
  digest TEXT NOT NULL,              -- SHA-256 of the whole result: finds damage and differences
  feasible_in INTEGER,               -- the edition that the point is feasible in; null = it breaks a constraint, or is a trial
${FIRST_METRICS.map((name) => `  ${name} REAL`).join(",\n")}
) STRICT`,
  `CREATE TABLE detail (
  point_id INTEGER PRIMARY KEY REFERENCES point (id) ON DELETE CASCADE,
  result_deflate BLOB NOT NULL,      -- the whole result as JSON, raw deflate
  counters_deflate BLOB NOT NULL     -- counts of the timing run as JSON, raw deflate: what new prices are laid over
) STRICT`,
  `CREATE TABLE component (
  id INTEGER PRIMARY KEY,            -- from the SHA-256 of the other columns
  component TEXT NOT NULL,
  "group" TEXT NOT NULL,
  source TEXT NOT NULL
) STRICT`,
  `CREATE TABLE breakdown_row (
  point_id INTEGER NOT NULL REFERENCES point (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  component_id INTEGER NOT NULL REFERENCES component (id),
  count REAL,
  unit_energy_pj REAL,
  energy_pj REAL,
  area_mm2 REAL,
  PRIMARY KEY (point_id, position)
) STRICT, WITHOUT ROWID`,
  `CREATE TABLE front (point_id INTEGER PRIMARY KEY REFERENCES point (id) ON DELETE CASCADE) STRICT`,
  `CREATE TABLE warm_start (            -- observations of another sweep that the search began with
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,              -- identity of the study that it comes from
  values_json TEXT NOT NULL,         -- parameter name -> value
  objectives_json TEXT,              -- minimised, in objective order; null = failed or infeasible
  violation REAL                     -- of the constraints, 0 = none; null = failed
) STRICT`,
  `CREATE TABLE event (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  type TEXT NOT NULL,
  detail_json TEXT NOT NULL
) STRICT`,
  `CREATE TABLE seal (                  -- SHA-256 of all rows of a small table
  name TEXT PRIMARY KEY,
  sum TEXT NOT NULL
) STRICT`,
  `CREATE TABLE tally (                 -- of an edition's feasible points: sums of 32-bit marks of each value; null = to be made anew
  edition INTEGER PRIMARY KEY,
  points INTEGER DEFAULT 0,
  value_texts INTEGER NOT NULL DEFAULT 0, -- of the values, as their JSON
${FIRST_METRICS.map((name) => `  ${name} INTEGER NOT NULL DEFAULT 0`).join(",\n")}
) STRICT`,
  `CREATE TABLE state_count (           -- ended points by what became of them, trials left out: what the index of states must show too
  edition INTEGER NOT NULL,
  state TEXT NOT NULL,
  points INTEGER NOT NULL,
  PRIMARY KEY (edition, state)
) STRICT, WITHOUT ROWID`,
  `CREATE TRIGGER point_counted AFTER UPDATE OF state, edition ON point WHEN new.fidelity = 1 BEGIN
  UPDATE state_count SET points = points - 1 WHERE old.ended_at IS NOT NULL AND edition = old.edition AND state = old.state;
  INSERT INTO state_count SELECT new.edition, new.state, 1 WHERE new.ended_at IS NOT NULL ON CONFLICT DO UPDATE SET points = points + 1;
END`,
  `CREATE TRIGGER point_uncounted AFTER DELETE ON point WHEN old.fidelity = 1 AND old.ended_at IS NOT NULL BEGIN
  UPDATE state_count SET points = points - 1 WHERE edition = old.edition AND state = old.state;
END`,
  // A result exists exactly if its point is done, whatever a lost or changed row left over.
  `CREATE TRIGGER point_begun AFTER INSERT ON point BEGIN
  DELETE FROM result WHERE point_id = new.id;
  DELETE FROM detail WHERE point_id = new.id;
  DELETE FROM breakdown_row WHERE point_id = new.id;
END`,
  `CREATE TRIGGER point_ended AFTER UPDATE OF state ON point WHEN new.state = 'done' OR old.state = 'done' BEGIN
  DELETE FROM result WHERE point_id = new.id;
  DELETE FROM detail WHERE point_id = new.id;
  DELETE FROM breakdown_row WHERE point_id = new.id;
  UPDATE tally SET points = NULL WHERE old.state = 'done';
END`,
  `CREATE TRIGGER result_of_point BEFORE INSERT ON result WHEN (SELECT state FROM point WHERE id = new.point_id) IS NOT 'done' BEGIN
  SELECT raise(ABORT, 'a result belongs to a point that is done');
END`,
  `CREATE TRIGGER point_gone AFTER DELETE ON point WHEN old.state = 'done' BEGIN
  UPDATE tally SET points = NULL;
END`,
  `CREATE TRIGGER point_adopted AFTER UPDATE OF edition ON point WHEN old.state = 'done' BEGIN
  UPDATE result SET feasible_in = new.edition WHERE point_id = new.id AND feasible_in IS NOT NULL;
  UPDATE tally SET points = NULL;
END`,
  `CREATE VIEW breakdown AS
  SELECT b.point_id, b.position, c.component, c."group", b.count, b.unit_energy_pj, b.energy_pj, b.area_mm2, c.source
  FROM breakdown_row b JOIN component c ON c.id = b.component_id`,
  `CREATE VIEW failures AS
  SELECT state, code, fidelity, count(*) AS points, min(reason) AS example FROM point
  WHERE edition = (SELECT edition FROM study) AND state IN ('infeasible', 'failed', 'timeout') GROUP BY state, code, fidelity ORDER BY points DESC`,
];

/** Views over all metrics of a version. */
function metricViews(names: readonly MetricName[]): readonly string[] {
  const values = names.map((name) => `('${name}', '${METRICS[name].unit}', '${METRICS[name].direction}')`);
  return [
    `CREATE VIEW metric (name, unit, direction) AS VALUES\n  ${values.join(",\n  ")}`,
    `CREATE VIEW metric_value AS
  SELECT r.point_id, m.name AS metric, CASE m.name
${names.map((name) => `    WHEN '${name}' THEN r.${name}`).join("\n")}
  END AS value, m.unit, m.direction
  FROM point p JOIN result r ON r.point_id = p.id CROSS JOIN metric m WHERE p.fidelity = 1 AND ${IN_EDITION}`,
  ];
}

/** Columns that version 11 adds to a table; SQLite stores them after the others. */
const columnsSince11 = (table: string): readonly string[] =>
  METRICS_SINCE_11.map((name) => `${name} ${table === "tally" ? "INTEGER NOT NULL DEFAULT 0" : "REAL"}`);
const WIDENED: readonly string[] = ["result", "tally"];
const widened = (text: string): string => {
  const table = WIDENED.find((name) => text.startsWith(`CREATE TABLE ${name} (`));
  return table === undefined ? text : text.replace(/\n\) STRICT$/, `\n, ${columnsSince11(table).join(", ")}) STRICT`);
};

interface Step {
  readonly version: number;
  /** Statements that upgrade a database from the version before. */
  readonly run: readonly string[];
  /** All objects of this version, from those of the version before. */
  readonly objects: (before: readonly string[]) => readonly string[];
}

const adding = (version: number, statements: readonly string[]): Step => ({
  version,
  run: statements,
  objects: (before) => [...before, ...statements],
});

/** Tables that version 12 added. */
const SCORED_RUNS: readonly string[] = [
  `CREATE TABLE recordings (            -- what functional runs were scored on
  id INTEGER PRIMARY KEY,            -- from the SHA-256 of the other columns
  data_hash TEXT NOT NULL,           -- content address of the data set
  utterances INTEGER NOT NULL,
  scored_deflate BLOB NOT NULL       -- distance of each utterance's index from the one before, then scored frames of each; raw deflate
) STRICT`,
  `CREATE TABLE scored_run (            -- what a functional run got wrong
  key TEXT PRIMARY KEY,              -- SHA-256 of model, precision, workload and data
  recordings_id INTEGER NOT NULL REFERENCES recordings (id),
  wrong_deflate BLOB NOT NULL,       -- wrong frames of each utterance; raw deflate
  digest TEXT NOT NULL               -- short SHA-256 of the other columns
) STRICT, WITHOUT ROWID`,
];

/** Changes of each later version. */
const ADDED: readonly Step[] = [
  adding(9, [
    ...metricViews(FIRST_METRICS),
    `CREATE VIEW parameter_value AS
  SELECT p.id AS point_id, e.key AS parameter, e.value, e.type FROM point p, json_each(p.values_json) e WHERE p.fidelity = 1 AND ${IN_EDITION}`,
  ]),
  adding(10, [
    `CREATE TABLE synthesis (             -- what synthesis tools said of a point's hardware
  key TEXT PRIMARY KEY,              -- SHA-256 of sources, memory images, target, device and cell library
  point_id INTEGER NOT NULL REFERENCES point (id) ON DELETE CASCADE, -- that it was run for; others may share it
  target TEXT NOT NULL,
  report_json TEXT NOT NULL,         -- tools with their versions, sizes, gates, clock
  digest TEXT NOT NULL,              -- SHA-256 of the report
  made_at TEXT NOT NULL
) STRICT, WITHOUT ROWID`,
  ]),
  {
    version: 11,
    run: [
      ...WIDENED.flatMap((name) => columnsSince11(name).map((column) => `ALTER TABLE ${name} ADD COLUMN ${column}`)),
      ...["metric_value", "metric"].map((name) => `DROP VIEW ${name}`),
      ...metricViews(Object.keys(METRICS) as MetricName[]),
    ],
    objects: (before) => [
      ...before.filter((text) => !metricViews(FIRST_METRICS).includes(text)).map(widened),
      ...metricViews(Object.keys(METRICS) as MetricName[]),
    ],
  },
  adding(12, SCORED_RUNS),
  adding(SEALED_EVENTS, []),
];

/** Version of the databases that this program writes. */
export const SCHEMA_VERSION = ADDED.at(-1)?.version ?? OLDEST;

const objectsOf = (version: number): readonly string[] =>
  ADDED.filter((step) => step.version <= version).reduce<readonly string[]>((objects, step) => step.objects(objects), BASE);
const NEWEST = objectsOf(SCHEMA_VERSION);

/** Statements of a version; null if this program does not know the version. */
export function schemaOf(version: number): readonly string[] | null {
  if (version < OLDEST || version > SCHEMA_VERSION || !Number.isInteger(version)) return null;
  return version === SCHEMA_VERSION ? NEWEST : objectsOf(version);
}

/** Makes all objects in an empty database: as they are now, which takes a quarter of the time of all upgrades. */
export function createTables(db: Database.Database): void {
  for (const statement of NEWEST) db.exec(statement);
  db.pragma(`application_id = ${APPLICATION_ID}`);
  db.pragma(`user_version = ${SCHEMA_VERSION}`);
}

/** Upgrades a database of an older version, also one that was opened to be read as new. */
export function bringUp(db: Database.Database, version: number): void {
  for (const name of SEEN_AS_NEW) db.exec(`DROP VIEW IF EXISTS temp.${name}`);
  for (const step of ADDED) if (step.version > version) for (const statement of step.run) db.exec(statement);
  if (version === SCHEMA_VERSION) return;
  const view = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'design_point'").get();
  if (view !== undefined) db.exec(`DROP VIEW design_point; ${designView(parameterNames(db), SCHEMA_VERSION)}`);
  db.pragma(`user_version = ${SCHEMA_VERSION}`);
}

/** Tables that `readAsNew` may cover. */
const SEEN_AS_NEW: readonly string[] = [...WIDENED, "recordings", "scored_run"];

/** For readers of an older database: temporary views with the columns of this version. */
export function readAsNew(db: Database.Database, version: number): void {
  if (version < 12) {
    db.exec("CREATE TEMP VIEW recordings (id, data_hash, utterances, scored_deflate) AS SELECT NULL, NULL, NULL, NULL WHERE 0");
    db.exec("CREATE TEMP VIEW scored_run (key, recordings_id, wrong_deflate, digest) AS SELECT NULL, NULL, NULL, NULL WHERE 0");
  }
  if (version >= 11) return;
  for (const name of WIDENED) {
    const columns = METRICS_SINCE_11.map((metric) => `${name === "tally" ? "0" : "NULL"} AS ${metric}`);
    db.exec(`CREATE TEMP VIEW ${name} AS SELECT *, ${columns.join(", ")} FROM main.${name}`);
  }
}

/** Most characters of a stored parameter section. */
const SWEEP_CHARACTERS = 16_777_216;

/** Names of the stored study's parameters; empty if there is no study, or its text is damaged. */
export function parameterNames(db: Database.Database): readonly string[] {
  const study = db.prepare(`SELECT substr(sweep_json, 1, ${SWEEP_CHARACTERS}) AS text FROM study`).get() as
    | { readonly text: string }
    | undefined;
  try {
    const { parameters } = JSON.parse(study?.text ?? "") as { readonly parameters: readonly { readonly name: unknown }[] };
    return parameters.map(({ name }) => String(name));
  } catch {
    return [];
  }
}

const metricsOf = (version: number): readonly string[] => (version < 11 ? FIRST_METRICS : Object.keys(METRICS));

/**
 * Columns of parameters in a table that has the columns `taken`, too: the parameter's name, or `parameter_` before it,
 * as often as it takes until no other column has that name. As in SQL, names that differ in the case of letters are
 * equal.
 */
export function parameterColumns(names: readonly string[], taken: readonly string[]): readonly string[] {
  const own = new Set(names.map((name) => name.toLowerCase()));
  const used = new Set(taken.map((name) => name.toLowerCase()));
  return names.map((name) => {
    let column = name;
    while (used.has(column.toLowerCase()) || (column !== name && own.has(column.toLowerCase()))) column = `parameter_${column}`;
    used.add(column.toLowerCase());
    return column;
  });
}

/** The view `design_point` of a study's points: one column per parameter and metric, for people with `sqlite3`. */
export function designView(names: readonly string[], version: number): string {
  const metrics = metricsOf(version);
  // columns that are no parameters
  const others = ["id", "state", "violation", "on_front", ...metrics];
  const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
  const columnsOf = parameterColumns(names, others);
  const parameters = names.map((name, i) => {
    const path = `$.${JSON.stringify(name)}`.replaceAll("'", "''");
    return `json_extract(p.values_json, '${path}') AS ${quoted(columnsOf[i])}`;
  });
  const columns = [...parameters, "p.violation", ...metrics.map((metric) => `r.${metric}`)].join(", ");
  return `CREATE VIEW design_point AS SELECT p.id, p.state, p.id IN (SELECT point_id FROM front) AS on_front, ${columns}
  FROM point p LEFT JOIN result r ON r.point_id = p.id WHERE p.fidelity = 1 AND ${IN_EDITION}`;
}
