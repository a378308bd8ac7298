/** What shows a running study: the dashboard, plain lines, or NDJSON. */
import type { StudyEvent, StudySummary } from "../../app/nouns.js";

export interface SweepViewer {
  readonly tell: (event: StudyEvent) => void;
  /** Restores the terminal; resolves when the user leaves the view. `summary` is null if the sweep failed. */
  readonly end: (summary: StudySummary | null) => Promise<void>;
}
