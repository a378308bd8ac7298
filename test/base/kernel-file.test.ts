/** What a kernel cannot get from its host is a fault of the host, with what to do. */
import { expect, test, vi } from "vitest";
import { HostFault } from "../../base/errors.js";
import { createWasmMemory, instantiateKernel } from "../../base/kernel-file.js";
import { wasm } from "../../base/wasm.js";

/** What `work` throws. */
function thrown(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

test("a kernel whose file is missing, and a memory without addresses", () => {
  const missing = thrown(() => instantiateKernel("nowhere", createWasmMemory()));
  expect(missing).toBeInstanceOf(HostFault);
  expect(String(missing)).toMatch(/nowhere\.wasm: this kernel of the program cannot be read\s+run: npm run build/);
  const refused = vi.spyOn(wasm, "Memory").mockImplementation(function none() {
    throw new RangeError("could not allocate memory");
  });
  const full = thrown(() => createWasmMemory());
  refused.mockRestore();
  expect(full).toBeInstanceOf(HostFault);
  expect(String(full)).toContain("no more addresses");
});
