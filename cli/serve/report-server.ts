/**
 * Serves the report page of a running search to browsers of this machine: one page and one stream of messages,
 * read-only.
 *
 * Only a reader who knows the token in the address gets the page. Requests with another host name (which an attacker's
 * DNS could point here), from pages of other origins, or with other methods are refused. The server knows two addresses
 * and never turns an address into a path of the file system.
 * Effects: listens on the loopback interface, reads the database.
 */
import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { inputError } from "../../base/errors.js";
import { systemCode } from "../../base/file-errors.js";
import type { LiveStudy } from "./live-study.js";

const HOST = "127.0.0.1";
/** Port that clients leave out of an address. */
const DEFAULT_PORT = 80;
/** Most pages that follow at the same time. */
const MOST_STREAMS = 32;
const POLL_MS = 250;
/** Interval of the messages that reveal a lost connection. */
const PULSE_MS = 15_000;

const HEADERS = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": "frame-ancestors 'none'",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
} as const;

/** What the server shows. */
interface LivePages {
  /** The current page; null while there is no result to show. */
  readonly page: () => string | null;
  readonly study: LiveStudy;
}

/** Shown until there is a result. */
const WAITING =
  '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="refresh" content="2"><title>snn-dse</title></head><body><p>The search has no result yet. This page looks again every two seconds.</p></body></html>\n';

interface Stream {
  readonly response: ServerResponse;
  next: number;
}

export class ReportServer {
  private readonly server: Server;
  private readonly streams = new Set<Stream>();
  private readonly timers: NodeJS.Timeout[] = [];
  private port = 0;

  /** @param onError called once with the error that ends the serving, because the database can no longer be read */
  constructor(
    private readonly pages: LivePages,
    private readonly token: string,
    private readonly onError: (error: unknown) => void,
  ) {
    this.server = createServer({ requestTimeout: 10_000, maxHeaderSize: 16_384 }, (request, response) => this.answer(request, response));
  }

  /**
   * Listens, and returns the page's address. `port` 0: any free port. @throws InputError if the port is in use or not
   * allowed
   */
  async listen(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", (error) => reject(portError(error, port)));
      this.server.listen({ host: HOST, port, exclusive: true }, resolve);
    });
    const address = this.server.address();
    this.port = typeof address === "object" && address !== null ? address.port : port;
    this.timers.push(
      setInterval(() => this.tell(), POLL_MS),
      setInterval(() => this.pulse(), PULSE_MS),
    );
    return `http://${HOST}:${this.port}/${this.token}/`;
  }

  async close(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    for (const { response } of this.streams) response.end();
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const refusal = this.refusal(request);
    const { pathname, searchParams } = addressOf(request);
    const parts = pathname.split("/");
    const [, token, name] = parts;
    if (refusal !== null) refuse(response, ...refusal);
    else if (parts.length !== 3 || !isSame(token, this.token) || (name !== "" && name !== "events"))
      refuse(response, 404, "there is nothing here");
    else this.show(name, request, response, searchParams);
  }

  private show(name: "" | "events", request: IncomingMessage, response: ServerResponse, parameters: URLSearchParams): void {
    try {
      if (name === "") this.showPage(request, response);
      else this.follow(request, response, parameters);
    } catch (error) {
      if (!response.headersSent) refuse(response, 500, "the database cannot be read");
      this.onError(error);
    }
  }

  /** The reason to refuse a request, independent of its address; null: it is answered. */
  private refusal({ method, headers }: IncomingMessage): readonly [status: number, why: string] | null {
    const names = [HOST, "localhost"];
    const own = names.map((name) => `${name}:${this.port}`);
    if (this.port === DEFAULT_PORT) own.push(...names);
    if (method !== "GET" && method !== "HEAD") return [405, "the page is read-only"];
    if (!own.includes(headers.host ?? "")) return [403, `this server is ${own[0]}`];
    if (headers.origin !== undefined && !own.some((host) => headers.origin === `http://${host}`))
      return [403, "pages of other origins may not read it"];
    if (headers["sec-fetch-site"] === "cross-site") return [403, "pages of other sites may not read it"];
    return null;
  }

  private showPage({ method }: IncomingMessage, response: ServerResponse): void {
    const page = this.pages.page() ?? WAITING;
    response.writeHead(200, { ...HEADERS, "Content-Type": "text/html; charset=utf-8", "Content-Length": Buffer.byteLength(page) });
    response.end(method === "HEAD" ? undefined : page);
  }

  private follow({ method, headers }: IncomingMessage, response: ServerResponse, parameters: URLSearchParams): void {
    if (this.streams.size >= MOST_STREAMS) {
      refuse(response, 503, `${MOST_STREAMS} pages follow already`);
      return;
    }
    const last = headers["last-event-id"];
    const from = last === undefined ? numberOf(parameters.get("from")) : numberOf(String(last)) + 1;
    response.writeHead(200, { ...HEADERS, "Content-Type": "text/event-stream; charset=utf-8", Connection: "keep-alive" });
    if (method === "HEAD") {
      response.end();
      return;
    }
    const stream: Stream = { response, next: from };
    this.streams.add(stream);
    response.once("close", () => this.streams.delete(stream));
    response.write("retry: 2000\n\n");
    for (const { event, data } of this.pages.study.standing(from)) response.write(`event: ${event}\ndata: ${data}\n\n`);
    this.send(stream);
  }

  /** Reads the database as long as at least one page follows. */
  private tell(): void {
    if (this.streams.size === 0) return;
    try {
      this.pages.study.poll();
      for (const stream of this.streams) this.send(stream);
    } catch (error) {
      this.onError(error);
    }
  }

  private send(stream: Stream): void {
    // a slow reader gets no further data until its buffer has drained
    if (stream.response.writableNeedDrain) return;
    for (const [number, { event, data }] of this.pages.study.since(stream.next)) {
      stream.response.write(`id: ${number}\nevent: ${event}\ndata: ${data}\n\n`);
      stream.next = number + 1;
    }
  }

  private pulse(): void {
    for (const { response } of this.streams) if (!response.writableNeedDrain) response.write(": here\n\n");
  }
}

/** Path and parameters of a request; an invalid URL gets an unknown path. */
function addressOf({ url = "/" }: IncomingMessage): URL {
  try {
    return new URL(url, `http://${HOST}`);
  } catch {
    return new URL(`http://${HOST}/`);
  }
}

/** Number of a message; 0 if the text is not a number. */
const numberOf = (text: string | null): number => (text !== null && /^\d{1,12}$/.test(text) ? Number(text) : 0);

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, {
    ...HEADERS,
    "Content-Type": "text/plain; charset=utf-8",
    ...(status === 405 ? { Allow: "GET, HEAD" } : {}),
  });
  response.end(`${why}\n`);
}

function portError(error: unknown, port: number): unknown {
  const code = systemCode(error);
  if (code === "EADDRINUSE")
    return inputError("--port", `${port} is taken by another program`, "take another, or leave it out for any free one");
  if (code === "EACCES")
    return inputError("--port", `${port} is not allowed for programs of users`, "take one from 1024 on, or leave it out for any free one");
  return error;
}
