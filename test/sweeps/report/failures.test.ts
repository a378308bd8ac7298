/** The report's table of infeasible and failed points. */
import { expect, test } from "vitest";
import { reportData, Store, studyRecord } from "../../../sweeps/index.js";
import { failureReasons } from "../../../sweeps/report/failures.js";
import { setupOf, specOf } from "../fake-study.js";

test("failures are one row per state and code; trials of a screening search are not counted as points, and a report without results names them", () => {
  const store = Store.inMemory();
  store.begin(studyRecord(setupOf(specOf())), 1, {});
  const report = (): unknown => reportData(store, null, null);
  expect(report).toThrow(/holds no result yet/);
  const ended = [
    ["infeasible", "MAP", [1 / 16, 1 / 16, 1 / 4, 1]],
    ["failed", "MAP", [1, 1]],
    ["infeasible", "CLOCK", [1 / 4]],
  ] as const;
  let id = 0;
  for (const [state, code, fidelities] of ended)
    for (const fidelity of fidelities) {
      store.insert({ id: ++id, key: `${id}`, values: { lanes: id }, fidelity }, {});
      store.fail(id, { state, code, reason: `why ${id}`, violation: null, durationMs: 1 });
    }
  expect(failureReasons(store)).toEqual([
    { state: "failed", code: "MAP", points: 2, trials: 0, example: "why 5" },
    { state: "infeasible", code: "MAP", points: 1, trials: 3, example: "why 1" },
    { state: "infeasible", code: "CLOCK", points: 0, trials: 1, example: "why 7" },
  ]);
  expect(report).toThrow(/no point has a result: 2 failed \(MAP\), 1 infeasible \(MAP\)\n +why 5/);
  store.close();
});
