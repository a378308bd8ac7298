/** What shows a running study: the dashboard, plain lines, or NDJSON. */
import type { StudyEvent, StudySummary } from "../../app/nouns.js";

export interface SweepViewer {
  readonly tell: (event: StudyEvent) => void;
  /** Gives the terminal back; resolves when the user is done looking. `summary` is null when the sweep broke. */
  readonly end: (summary: StudySummary | null) => Promise<void>;
}
