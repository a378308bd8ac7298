/** What a command prints to stdout while it works; what it writes to stderr is not shown. */
import { vi } from "vitest";

export async function printedBy(work: () => Promise<unknown>): Promise<string> {
  const out = vi.spyOn(process.stdout, "write").mockImplementation(() => true);
  const err = vi.spyOn(process.stderr, "write").mockImplementation(() => true);
  try {
    await work();
    return out.mock.calls.map(([text]) => String(text)).join("");
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}
