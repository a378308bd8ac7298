/** Two databases never share jobs on a server, whatever their hosts and paths are called; one finds its own again. */
import { expect, test } from "vitest";
import { queueIdentity, queueNameOf } from "../../app/engine.js";
import { Store, studyRecord } from "../../sweeps/index.js";
import { setupOf, specOf } from "../sweeps/fake-study.js";

const setup = setupOf(specOf());

test("two databases with equal study, host and path are two on a server, and each is the same when its sweep starts again", () => {
  const identities = [Store.inMemory(), Store.inMemory()].map((store) => {
    const queueName = queueNameOf(store);
    store.begin(studyRecord(setup), 1, { version: "1", queueName });
    expect(queueNameOf(store)).toBe(queueName);
    store.close();
    return queueIdentity(setup, "study.db", queueName);
  });
  expect(new Set(identities).size).toBe(2);
});

test.each(["", "x".repeat(100), "\n", 7, null])("a stored name that is none (%j) gets a new one", (queueName) => {
  const store = Store.inMemory();
  store.begin(studyRecord(setup), 1, { queueName });
  expect(queueNameOf(store)).toMatch(/^[0-9a-f]{32}$/);
  store.close();
});
