/** The door of the network: builds the fastest kernel that can do what the description asks. All kernels agree cycle by cycle. */
import { canCompile, createCompiledNoc } from "./compiled.js";
import { createFlatNoc } from "./kernel.js";
import type { NocKernel, NocSpec } from "./noc.js";

export function createNoc(spec: NocSpec): NocKernel {
  return canCompile(spec) ? createCompiledNoc(spec) : createFlatNoc(spec);
}
