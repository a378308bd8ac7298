/**
 * JSON-RPC 2.0 over lines: one message per line in and out. Requests run at the same time; requests of one study run in
 * the order in which they arrived.
 * Source: https://www.jsonrpc.org/specification; errors of the program have the codes -32000 minus its exit code.
 */

import {
  createJSONRPCErrorResponse,
  isJSONRPCID,
  JSONRPCErrorCode,
  type JSONRPCRequest,
  type JSONRPCResponse,
  JSONRPCServer,
} from "json-rpc-2.0";
import type { Plugin } from "../../app/plugins.js";
import { boundedJson } from "../../base/bounded-json.js";
import { InterruptedError } from "../../base/errors.js";
import { EXIT, endingOf } from "../process/exit.js";
import { type MethodName, Methods, type Notify, ParamsError } from "./methods.js";

/** Enough for a description of any chip, or for 10,000 points. */
export const MOST_BYTES = 16 * 1024 * 1024;
const MOST_IN_BATCH = 1000;
const MOST_UNANSWERED = 10_000;

const { InvalidRequest, InvalidParams, InternalError, ParseError } = JSONRPCErrorCode;
/** Error code: too many requests at the same time. */
const BUSY = -32099;
const CODES: { readonly [exitCode: number]: number } = { [EXIT.input]: -32002, [EXIT.infeasible]: -32003 };
const GIVEN_UP = -32004;

type Answer = JSONRPCResponse | readonly JSONRPCResponse[] | null;

export class Server {
  private readonly rpc = new JSONRPCServer({ errorListener: () => {} }); // the client gets the error; there is nobody else to tell
  private readonly methods: Methods;
  private unanswered = 0;

  /** `say` is called with every notification. */
  constructor(say: (message: object) => void, plugins: readonly Plugin[] = []) {
    const notify: Notify = (method, params) => say({ jsonrpc: "2.0", method, params });
    this.methods = new Methods(notify, plugins);
    this.rpc.mapErrorToJSONRPCErrorResponse = (id, error) => {
      const { code, message, data } = errorOf(error);
      return createJSONRPCErrorResponse(id, code, message, data);
    };
    for (const name of this.methods.names) this.rpc.addMethod(name, (params: unknown) => this.methods.call(name as MethodName, params));
  }

  /** Answers one line; null if it needs no answer. `bytes` null: the line was too long. Never rejects. */
  async receive(bytes: Buffer | null): Promise<Answer> {
    if (bytes === null) return refusal(null, InvalidRequest, `a message has at most ${MOST_BYTES} bytes`);
    let message: unknown;
    try {
      const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      if (text.trim() === "") return null;
      message = boundedJson(text, MOST_BYTES);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return refusal(null, ParseError, `not valid JSON: ${why}`);
    }
    if (!Array.isArray(message)) return this.one(message);
    if (message.length === 0 || message.length > MOST_IN_BATCH)
      return refusal(null, InvalidRequest, `a batch has 1 to ${MOST_IN_BATCH} requests, got ${message.length}`);
    const answers = (await Promise.all(message.map((request) => this.one(request)))).filter((answer) => answer !== null);
    return answers.length === 0 ? null : answers;
  }

  close(): Promise<void> {
    return this.methods.closeAll();
  }

  private async one(request: unknown): Promise<JSONRPCResponse | null> {
    const problem = shapeProblem(request);
    const { id = null } = typeof request === "object" && request !== null ? (request as { readonly id?: unknown }) : {};
    if (problem !== null) return refusal(isId(id) ? id : null, InvalidRequest, problem);
    if (this.unanswered >= MOST_UNANSWERED) return refusal(isId(id) ? id : null, BUSY, `${MOST_UNANSWERED} requests wait for an answer`);
    this.unanswered++;
    try {
      return await this.rpc.receive(request as JSONRPCRequest);
    } finally {
      this.unanswered--;
    }
  }
}

/** Numbers that JSON's readers round are no ids: the answer would have another one. */
function isId(value: unknown): value is string | number | null {
  return isJSONRPCID(value) && (typeof value !== "number" || Number.isSafeInteger(value));
}

/** Why a value is not a request; null if it is one. */
function shapeProblem(request: unknown): string | null {
  if (typeof request !== "object" || request === null || Array.isArray(request)) return "a request is an object";
  const { jsonrpc, method, id, params } = request as { readonly [key: string]: unknown };
  if (jsonrpc !== "2.0") return 'jsonrpc must be "2.0"';
  if (typeof method !== "string") return "method must be a text";
  if (id !== undefined && !isId(id)) return "id must be a text, a whole number within 2^53, or null";
  if (params !== undefined && (typeof params !== "object" || params === null)) return "params must be an object";
  if ("result" in request || "error" in request) return "the server does not take answers";
  return null;
}

function errorOf(error: unknown): { readonly code: number; readonly message: string; readonly data: object } {
  const { exitCode, data, lines } = endingOf(error);
  const message = error instanceof Error ? error.message : (lines[0] ?? "");
  if (error instanceof ParamsError) return { code: InvalidParams, message, data };
  if (error instanceof InterruptedError) return { code: GIVEN_UP, message, data };
  return { code: CODES[exitCode] ?? InternalError, message, data };
}

function refusal(id: string | number | null, code: number, message: string): JSONRPCResponse {
  return createJSONRPCErrorResponse(id, code, message);
}
