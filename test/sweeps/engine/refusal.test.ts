/** Which studies a worker serves: only those whose results it would compute to the bit. */
import { expect, test } from "vitest";
import { type Announcement, announcementSchema, PROTOCOL } from "../../../sweeps/engine/protocol.js";
import { refusalOf } from "../../../sweeps/engine/refusal.js";

const [here, other] = ["a".repeat(64), "b".repeat(64)];
const worker = { version: "1.0.0", build: here, plugins: [other], node: "v20.20.2", selfCheck: here, sharesFolder: false };
const study: Announcement = announcementSchema.parse({
  protocol: PROTOCOL,
  name: "study",
  version: "1.0.0",
  build: here,
  plugins: [],
  node: "v24.21.0",
  selfCheck: here,
  document: here,
  transfer: "server",
  leaseMs: 1000,
  timeoutMs: 1000,
});

test("H1: a worker whose self-check differs refuses the study and names both versions of Node; another Node with the same bits serves", () => {
  expect(refusalOf(study, worker)).toBe(null);
  const refused = refusalOf({ ...study, selfCheck: other }, worker);
  for (const part of ["v20.20.2", "v24.21.0", "aaaaaaaa", "bbbbbbbb", "gives other bits"]) expect(refused).toContain(part);
});

test("a worker refuses another version, another build, and a folder that it does not see", () => {
  expect(refusalOf({ ...study, version: "1.0.1" }, worker)).toContain("install the same version");
  expect(refusalOf({ ...study, build: other }, worker)).toContain("build both from the same source");
  expect(refusalOf({ ...study, transfer: "folder" }, worker)).toContain("--shared-dir");
  expect(refusalOf({ ...study, transfer: "folder" }, { ...worker, sharesFolder: true })).toBe(null);
});

test("a worker serves a study with plug-ins only if its own command line names files of the same content", () => {
  expect(refusalOf({ ...study, plugins: [{ name: "mine.mjs", sha256: other }] }, worker)).toBe(null);
  const refused = refusalOf({ ...study, plugins: [{ name: "mine.mjs", sha256: here }] }, worker);
  for (const part of ["aaaaaaaa", "mine.mjs", "--plugin"]) expect(refused).toContain(part);
});

test("an announcement without a self-check is not valid", () => {
  const { selfCheck: _, ...rest } = study;
  expect(announcementSchema.safeParse(rest).success).toBe(false);
});
