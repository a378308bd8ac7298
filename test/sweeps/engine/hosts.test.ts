/** The workers of a study as their heartbeats show them to the coordinator. */
import { expect, test } from "vitest";
import { Hosts } from "../../../sweeps/engine/hosts.js";
import { about, type Beat } from "../../../sweeps/engine/protocol.js";
import { Signer, type StudyEvent } from "../../../sweeps/index.js";

const ours = new Signer("a key of the test, at least 32 characters");
const strangers = [new Signer(null), new Signer("another key of the test, 32 characters")];

function beatOf(beat: number): Beat {
  return {
    ...{ host: "h", name: "W", pid: 1, threads: 8, busy: 8, done: 1, failed: 0 },
    ...{ version: "0", refused: null, draining: false, beat },
  };
}
const entry = (signer: Signer, beat: number) => ({ w: signer.sign(about.beat("s", "w"), JSON.stringify(beatOf(beat))) });

test("a heartbeat without our signature takes no worker away, whatever it says and whenever it comes", () => {
  for (const stranger of strangers)
    for (const forged of [0, 1, 5, Number.MAX_SAFE_INTEGER])
      for (const moment of [1, 2, 10]) {
        const events: StudyEvent[] = [];
        const hosts = new Hosts((event) => events.push(event), ours, "s");
        for (let n = 1; n < 30; n++) {
          if (n === moment) expect(hosts.update(entry(stranger, forged), n * 2000 - 1000)).toEqual([]);
          expect(hosts.update(entry(ours, n), n * 2000)).toEqual([]);
          expect(hosts.threads, `${stranger.name} ${forged} at ${moment}`).toBe(8);
        }
        expect(hosts.areThere(60_000)).toBe(true);
        const codes = events.flatMap((event) => (event.type === "fault" ? [event.code] : []));
        expect(codes).toEqual(moment === 1 ? ["WORKER_REFUSED"] : []);
      }
});

test("an older heartbeat that is repeated changes nothing, and a worker that says nothing new is lost", () => {
  const hosts = new Hosts(() => {}, ours, "s");
  hosts.update(entry(ours, 5), 0);
  expect(hosts.update(entry(ours, 4), 19_000)).toEqual([]);
  expect(hosts.threads).toBe(8);
  expect(hosts.update(entry(ours, 5), 21_000)).toEqual(["w"]);
  expect(hosts.threads).toBe(0);
});

test("the refusal of a worker whose protocol says more is shown, too", () => {
  const events: StudyEvent[] = [];
  const hosts = new Hosts((event) => events.push(event), ours, "s");
  const said = JSON.stringify({ ...beatOf(1), refused: "another protocol", more: { news: 1 } });
  expect(hosts.update({ w: ours.sign(about.beat("s", "w"), said) }, 0)).toEqual([]);
  expect(events[0]).toMatchObject({ code: "WORKER_REFUSED", message: "worker W on h: another protocol" });
});
