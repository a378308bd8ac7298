/** Schema of the dies of a network and the links between them: key names, bounds, defaults, one sentence each. */
import * as z from "zod";
import { int, real } from "./schema-fields.js";

export const diesSchema = z.strictObject({
  columns: int(1, 64, "dies in x; all have the same number of tile columns", 1),
  rows: int(1, 64, "dies in y; all have the same number of tile rows", 1),
  bandwidth_gbit_s: real(
    0.001,
    100_000,
    "bandwidth of each direction of each link between dies, independent of the chip's clock; the default is that of the measured link that prices it",
    1.14,
  ),
  latency_ns: real(0, 100_000, "from the first bit of a flit to its arrival on the other die", 20),
});
