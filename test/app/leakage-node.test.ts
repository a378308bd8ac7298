/** The warning of leakage at nodes where no chip was measured, for a search over nodes. */
import { expect, test } from "vitest";
import { check } from "../../app/check.js";
import { open } from "../../app/open.js";

test("check warns of the largest node that a search has, also if its first point is at a small one", async () => {
  const warned = async (nodes: readonly number[]): Promise<string | undefined> => {
    const { warnings } = await check(
      open({
        ...{ version: 1, extends: "mesh-2x2", workload: { samples: 5, timing_samples: 1 } },
        chip: { technology_nm: { sweep: nodes } },
        sweep: { objectives: { latency_us: "min" }, sampler: { name: "grid" } },
      }),
    );
    return warnings.find((text) => text.startsWith("leakage at"));
  };
  expect(await warned([28, 130, 65])).toMatch(/^leakage at 130 nm was measured on no chip/);
  expect(await warned([22, 28])).toBeUndefined();
});
