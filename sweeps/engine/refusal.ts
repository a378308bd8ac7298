/**
 * Why a worker does not serve a study: its results could differ from the coordinator's in a bit, or it cannot fetch
 * what points need.
 */
import { type Announcement, PROTOCOL, type Stranger } from "./protocol.js";

/** Properties of a worker. */
interface WorkerTraits {
  readonly version: string;
  readonly build: string;
  readonly node: string;
  readonly selfCheck: string;
  /** Content hashes of the plug-ins that its command line names. */
  readonly plugins: readonly string[];
  /** True if it sees the folder through which files may pass. */
  readonly sharesFolder: boolean;
}

/** Reason for the refusal of a study whose messages this worker cannot read. */
export function strangerRefusal({ version, protocol }: Stranger, own: string): string {
  return `this worker is version ${own} with protocol ${PROTOCOL}, the sweep is ${version} with protocol ${protocol}; install the same version`;
}

/** Reason for the refusal of a study whose files are not in this worker's folder. */
export const elsewhereRefusal = (folder: string): string =>
  `the sweep passes files through another folder than ${folder}: its description is not there; start the worker with the same --shared-dir`;

/** Reason for a refusal; null: it serves the study. */
export function refusalOf(study: Announcement, worker: WorkerTraits): string | null {
  const { version, build, node, selfCheck } = worker;
  const short = (digest: string): string => digest.slice(0, 8);
  if (study.version !== version) return `this worker is version ${version}, the sweep is ${study.version}; install the same version`;
  if (study.build !== build)
    return `this worker is build ${short(build)}, the sweep is ${short(study.build)} (both ${version}); build both from the same source`;
  const lacking = study.plugins.find(({ sha256 }) => !worker.plugins.includes(sha256));
  if (lacking !== undefined)
    return `this worker has no plug-in of content ${short(lacking.sha256)}, the sweep's ${lacking.name}; start it with --plugin and the same file`;
  if (study.selfCheck !== selfCheck)
    return `the arithmetic of this worker's Node ${node} (self-check ${short(selfCheck)}) gives other bits than that of the sweep's Node ${study.node} (${short(study.selfCheck)}); run both on the same version of Node`;
  if (study.transfer === "folder" && !worker.sharesFolder)
    return "the sweep passes files through a folder; start the worker with --shared-dir";
  return null;
}
