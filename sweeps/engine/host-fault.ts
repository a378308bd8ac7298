/** Faults of a host as how attempts end, and what becomes of them. */
import { HostFault, hostFault, InputError } from "../../base/errors.js";

const HOST = "HOST";
const TRANSFER = "TRANSFER";

/** A fault of this host, as how an attempt at a point ended. */
export function hostFailure(reason: string, durationMs = 0) {
  return { kind: "failed", code: HOST, reason, retryable: true, durationMs } as const;
}

/** A transfer that failed, as how an attempt at a point ended. */
export function transferFailure(reason: string, durationMs = 0) {
  return { kind: "failed", code: TRANSFER, reason, retryable: true, durationMs } as const;
}

interface Ended {
  readonly kind: string;
  readonly code?: string;
  readonly reason?: string;
}

/** Whether an attempt ended by a fault of the host that made it. */
export const isHostFailure = ({ kind, code }: Ended): boolean => kind === "failed" && code === HOST;

/** The outcome of a point's last attempt. @throws HostFault if it says nothing about the point: it is not stored */
export function ofPoint<T extends Ended>(id: number, outcome: T): T {
  const { code, reason = "" } = outcome;
  if (code !== TRANSFER && !isHostFailure(outcome)) return outcome;
  const fix = "nothing of it is stored; once that is mended, the same command continues, or says what it needs";
  throw hostFault(`point ${id}`, reason, fix);
}

/** Does what depends on this host alone: what is refused there is no fault of a point's inputs. */
export function onThisHost<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw asHostFault(error);
  }
}

/** An input that is refused as a fault of the host; any other error unchanged. */
export const asHostFault = (error: unknown): unknown => (error instanceof InputError ? new HostFault(error.problems) : error);
