/**
 * `report --live`: serves the report page until a signal comes. Effects: listens on the loopback interface, reads the
 * database.
 */
import { randomBytes } from "node:crypto";
import { liveReport, type RecordedPoint, type ReportData, reportData } from "../../app/report.js";
import { Store } from "../../app/stored.js";
import type { DrawOptions } from "../../app/uncertainty.js";
import { print } from "../output/print.js";
import { onLeaveSignals } from "../process/leave-signals.js";
import { LiveStudy } from "../serve/live-study.js";
import { ReportServer } from "../serve/report-server.js";

/** Bytes of the token: 128 bits, as hard to guess as a key. */
const TOKEN_BYTES = 16;

/**
 * Serves until a signal, or until the database cannot be read. @throws InputError if the port is taken or the database
 * holds no study
 */
export async function serveReport(
  database: string,
  {
    port,
    draws,
    recorded,
  }: { readonly port: number; readonly draws: DrawOptions | null | "usual"; readonly recorded: RecordedPoint | null },
): Promise<void> {
  const store = Store.read(database);
  try {
    const study = new LiveStudy(store);
    const page = (): string | null => {
      study.poll();
      const { next } = study;
      if (store.query("SELECT 1 FROM point WHERE state = 'done' AND edition = (SELECT edition FROM study) LIMIT 1").length === 0)
        return null;
      const data: ReportData = reportData(database, draws, recorded);
      return liveReport(data, next);
    };
    await new Promise<void>((resolve, reject) => {
      const server = new ReportServer({ page, study }, randomBytes(TOKEN_BYTES).toString("hex"), (error) => leave(() => reject(error)));
      const deaf = onLeaveSignals(() => leave(resolve));
      const leave = (then: () => void): void => {
        deaf();
        server.close().then(then, reject);
      };
      server.listen(port).then(
        (address) =>
          print([`the report of ${database}, live: ${address}`, "anyone on this machine who has the address can read it; Ctrl-C ends it"]),
        (error) => leave(() => reject(error)),
      );
    });
  } finally {
    store.close();
  }
}
