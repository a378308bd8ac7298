/**
 * The database's shape, step by step: entry i takes `user_version` i to i + 1. Entries are never edited once released, only added; what they
 * need of the program's present (metrics, checksums) is written down in them as it was.
 * Natural units are in the column names; ids are the order in which the search asked, so they do not depend on workers.
 */
import type Database from "better-sqlite3";
import { canonicalJson, sha256 } from "../../base/hash.js";

/** "SNND": marks a file as ours. */
export const APPLICATION_ID = 0x534e4e44;

const FIRST_METRICS = [
  "accuracy_percent",
  "energy_uj_per_inference",
  "latency_us",
  "latency_cycles",
  "step_latency_us",
  "throughput_per_s",
  "area_mm2",
  "power_mw",
  "edp_nj_s",
  "energy_std_uj",
  "latency_std_us",
  "synaptic_operations_per_inference",
  "multiplications_per_frame",
  "energy_pj_per_synaptic_operation",
  "core_utilisation_percent",
  "peak_link_utilisation_percent",
] as const;
const metricColumns = FIRST_METRICS.map((name) => `  ${name} REAL`).join(",\n");

const first = `
CREATE TABLE study (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  name TEXT NOT NULL,
  identity TEXT NOT NULL,            -- SHA-256 of everything but the budget: what may be resumed
  sweep_json TEXT NOT NULL,          -- parameters, objectives, constraints, sampler
  document_json TEXT NOT NULL,       -- the resolved arch.yaml
  budget INTEGER NOT NULL,
  engine_version TEXT NOT NULL,
  reference_json TEXT,               -- reference point, natural values in objective order
  state TEXT NOT NULL CHECK (state IN ('running', 'finished', 'stopped')),
  finish_reason TEXT
) STRICT;
CREATE TABLE session (               -- one row a start of the program on this file
  id INTEGER PRIMARY KEY,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  process INTEGER NOT NULL,
  workers INTEGER NOT NULL,
  provenance_json TEXT NOT NULL      -- version, commit, hashes, Node, CPU
) STRICT;
CREATE TABLE point (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,          -- SHA-256 of configuration, workload, model, data and engine version
  values_json TEXT NOT NULL,         -- parameter name -> value
  config_json TEXT NOT NULL,         -- document path -> value
  state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'infeasible', 'failed', 'timeout')),
  attempts INTEGER NOT NULL DEFAULT 0,
  violation REAL,                    -- of the constraints, 0 = none; null = unknown
  code TEXT,
  reason TEXT,
  created_at TEXT NOT NULL,
  ended_at TEXT,
  duration_ms REAL
) STRICT;
CREATE INDEX point_state ON point (state);
CREATE TABLE result (
  point_id INTEGER PRIMARY KEY REFERENCES point (id) ON DELETE CASCADE,
  digest TEXT NOT NULL,              -- SHA-256 of the whole result: finds damage and differences
  seal TEXT NOT NULL,                -- short SHA-256 of key, violation and metrics
${metricColumns}
) STRICT;
CREATE TABLE detail (
  point_id INTEGER PRIMARY KEY REFERENCES point (id) ON DELETE CASCADE,
  result_deflate BLOB NOT NULL,      -- the whole result as JSON, raw deflate
  counters_deflate BLOB NOT NULL     -- counts of the timing run as JSON, raw deflate: what new prices are laid over
) STRICT;
CREATE TABLE component (
  id INTEGER PRIMARY KEY,            -- from the SHA-256 of the other columns
  component TEXT NOT NULL,
  "group" TEXT NOT NULL,
  source TEXT NOT NULL
) STRICT;
CREATE TABLE breakdown_row (
  point_id INTEGER NOT NULL REFERENCES point (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  component_id INTEGER NOT NULL REFERENCES component (id),
  count REAL,
  unit_energy_pj REAL,
  energy_pj REAL,
  area_mm2 REAL,
  PRIMARY KEY (point_id, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE front (point_id INTEGER PRIMARY KEY REFERENCES point (id) ON DELETE CASCADE) STRICT;
CREATE TABLE event (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  type TEXT NOT NULL,
  detail_json TEXT NOT NULL
) STRICT;
CREATE VIEW breakdown AS
  SELECT b.point_id, b.position, c.component, c."group", b.count, b.unit_energy_pj, b.energy_pj, b.area_mm2, c.source
  FROM breakdown_row b JOIN component c ON c.id = b.component_id;
CREATE VIEW failures AS
  SELECT state, code, count(*) AS points, min(reason) AS example FROM point
  WHERE state IN ('infeasible', 'failed', 'timeout') GROUP BY state, code ORDER BY points DESC;
`;

/**
 * Schema 2: points on part of their utterances (`fidelity` below 1) beside whole ones, so checksums cover the fidelity, and metrics by name, so that
 * a metric added later leaves old rows sound; observations of another sweep that a search started from.
 */
const second = `
ALTER TABLE point ADD COLUMN fidelity REAL NOT NULL DEFAULT 1 CHECK (fidelity > 0 AND fidelity <= 1); -- share of the timed utterances
CREATE INDEX point_fidelity ON point (fidelity) WHERE fidelity < 1;
CREATE TABLE warm_start (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL,              -- identity of the study that it comes from
  values_json TEXT NOT NULL,         -- parameter name -> value
  objectives_json TEXT,              -- minimised, in objective order; null = failed or infeasible
  violation REAL                     -- of the constraints, 0 = none; null = failed
) STRICT;
UPDATE result SET seal = (
  SELECT resealed(p.key, p.violation, result.seal, ${FIRST_METRICS.map((name) => `result.${name}`).join(", ")}) FROM point p WHERE p.id = result.point_id);
DROP VIEW failures;
CREATE VIEW failures AS
  SELECT state, code, fidelity, count(*) AS points, min(reason) AS example FROM point
  WHERE state IN ('infeasible', 'failed', 'timeout') GROUP BY state, code, fidelity ORDER BY points DESC;
`;

/** Schema 3: metrics of event-driven chips. Older rows have none: null. */
const third = ["events_processed", "events_dropped", "spikes_fired"]
  .map((name) => `ALTER TABLE result ADD COLUMN ${name} REAL;`)
  .join("\n");

type Cell = number | string | null;

/** A row's new checksum; what the old one called damaged stays damaged. */
function resealed(key: Cell, violation: Cell, seal: Cell, ...metrics: Cell[]): string {
  if (seal !== sha256(JSON.stringify([key, violation, ...metrics])).slice(0, 16)) return "damaged";
  const known = FIRST_METRICS.map((name, i) => [name, metrics[i]]).filter(([, value]) => value !== null);
  return sha256(canonicalJson([key, violation, 1, Object.fromEntries(known)])).slice(0, 16);
}

/** Steps in order; the newest version is their number. */
export const MIGRATIONS: readonly ((db: Database.Database) => void)[] = [
  (db) => void db.exec(first),
  (db) => {
    db.function("resealed", { varargs: true, deterministic: true }, resealed as (...cells: unknown[]) => unknown);
    db.exec(second);
  },
  (db) => void db.exec(third),
];
