/** What a run refuses after placing is refused by `check`. */
import { expect, test } from "vitest";
import { check, open } from "../../app/index.js";

test("copied packets longer than a buffer are refused by the check, with a change that fits", async () => {
  const code = async (flits: number): Promise<string | null> => {
    const noc = { width: 4, multicast: "tree", flit_width_bits: 8, vc_buffer_flits: flits };
    const found = await check(
      open({ version: 1, extends: "mesh-2x2", network: { model: "mnist-rows-lif" }, noc, mapping: { strategy: "balanced" } }),
    );
    if (found.kind !== "board" || found.infeasible === null) return null;
    const { code, fix } = found.infeasible;
    const least = Number(/vc_buffer_flits: (\d+)/.exec(fix)?.[1]);
    return `${code} ${least}`;
  };
  const [name, least] = ((await code(1)) ?? "").split(" ");
  expect(name).toBe("NOC_MULTICAST_BUFFER");
  expect(await code(Number(least) - 1)).toBe(`NOC_MULTICAST_BUFFER ${least}`);
  expect(await code(Number(least))).toBeNull();
});
