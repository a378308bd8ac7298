/** Dies that a network lies on, and the links between them: key names, bounds, defaults, one sentence each. */
import * as z from "zod";
import { int, real } from "./schema-fields.js";

export const diesSchema = z.strictObject({
  columns: int(1, 64, "dies in x, of which each has as many columns of tiles", 1),
  rows: int(1, 64, "dies in y, of which each has as many rows of tiles", 1),
  bandwidth_gbit_s: real(
    0.001,
    100_000,
    "of each direction of each link between dies, whatever the chip's clock; the measured link that prices it",
    1.14,
  ),
  latency_ns: real(0, 100_000, "from the first bit of a flit to its arrival on the other die", 20),
});
