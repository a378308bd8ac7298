/**
 * Digest of the results of the program's arithmetic on this host. A separate file, so that only commands that need it
 * load it.
 */
export { selfCheck } from "../sim/index.js";
