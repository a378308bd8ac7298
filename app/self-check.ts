/** What the arithmetic gives here, as a digest: a part that is loaded where it is asked for only. */
export { selfCheck } from "../sim/index.js";
