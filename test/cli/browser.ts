/** Drives a headless Chromium over its debugging pipe. It needs the browser, but no package. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
export const chromium: string | null = NAMES.find((name) => spawnSync(name, ["--version"]).status === 0) ?? null;

const KEY_CODES: { readonly [key: string]: number } = { Enter: 13, Escape: 27, ArrowLeft: 37, ArrowRight: 39 };

type Message = {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
};

export class Page {
  /** Errors and warnings on the console, including exceptions. */
  readonly complaints: string[] = [];
  /** Requested addresses, except the page's own and inline data. */
  readonly requests: string[] = [];
  private readonly waiting = new Map<number, (message: Message) => void>();
  private last = 0;
  private session = "";

  private constructor(
    private readonly child: ChildProcess,
    private readonly profile: string,
  ) {
    let rest = "";
    (child.stdio[4] as Readable).on("data", (chunk: Buffer) => {
      const parts = (rest + chunk.toString()).split("\0");
      rest = parts.pop() ?? "";
      for (const part of parts) this.receive(JSON.parse(part) as Message);
    });
  }

  /** `place`: a file, or an address of this machine. */
  static async open(place: string, width: number, height: number): Promise<Page> {
    const profile = mkdtempSync(join(tmpdir(), "snn-dse-chromium-"));
    const flags = [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--hide-scrollbars",
      "--remote-debugging-pipe",
      `--user-data-dir=${profile}`,
      `--window-size=${width},${height}`,
    ];
    const child = spawn(chromium as string, [...flags, "about:blank"], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    const page = new Page(child, profile);
    const { targetInfos } = (await page.send("Target.getTargets")) as { targetInfos: { targetId: string; type: string }[] };
    const target = targetInfos.find((info) => info.type === "page") as { targetId: string };
    const { sessionId } = (await page.send("Target.attachToTarget", { targetId: target.targetId, flatten: true })) as { sessionId: string };
    page.session = sessionId;
    for (const domain of ["Page", "Runtime", "Network", "Log"]) await page.send(`${domain}.enable`);
    await page.send("Page.navigate", { url: place.startsWith("http://") ? place : `file://${place}` });
    return page;
  }

  private receive(message: Message): void {
    if (message.id !== undefined) {
      this.waiting.get(message.id)?.(message);
      this.waiting.delete(message.id);
      return;
    }
    const params = (message.params ?? {}) as { readonly [name: string]: unknown };
    if (message.method === "Network.requestWillBeSent") {
      const { url } = params.request as { url: string };
      if (!/^(data|blob|about):/.test(url)) this.requests.push(url);
    }
    if (message.method === "Runtime.exceptionThrown") this.complaints.push(JSON.stringify(params.exceptionDetails));
    if (message.method === "Runtime.consoleAPICalled" && (params.type === "error" || params.type === "warning"))
      this.complaints.push(JSON.stringify(params.args));
    if (message.method === "Log.entryAdded") {
      const { level, text } = params.entry as { level: string; text: string };
      if (level === "error" || level === "warning") this.complaints.push(text);
    }
  }

  private send(method: string, params: object = {}): Promise<unknown> {
    this.last += 1;
    const id = this.last;
    const session = this.session === "" ? {} : { sessionId: this.session };
    (this.child.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, ...session })}\0`);
    return new Promise((resolve, reject) => {
      this.waiting.set(id, (message) =>
        message.error === undefined ? resolve(message.result) : reject(new Error(`${method}: ${message.error.message}`)),
      );
    });
  }

  /** Value of an expression in the page; a promise is awaited. */
  async value<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = (await this.send("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true })) as {
      result: { value: T };
      exceptionDetails?: { text: string; exception?: { description?: string } };
    };
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  async until(condition: string, seconds = 40): Promise<void> {
    const endMs = Date.now() + seconds * 1000;
    while (!(await this.value<boolean>(`Boolean(${condition})`))) {
      if (Date.now() > endMs) throw new Error(`${condition} did not hold within ${seconds} s; complaints: ${this.complaints.join("\n")}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Mouse drag, page coordinates. */
  async drag(fromX: number, fromY: number, toX: number, toY: number): Promise<void> {
    const mouse = (type: string, x: number, y: number): Promise<unknown> =>
      this.send("Input.dispatchMouseEvent", { type, x, y, button: "left", buttons: type === "mouseReleased" ? 0 : 1, clickCount: 1 });
    await mouse("mouseMoved", fromX, fromY);
    await mouse("mousePressed", fromX, fromY);
    for (let i = 1; i <= 8; i++) await mouse("mouseMoved", fromX + ((toX - fromX) * i) / 8, fromY + ((toY - fromY) * i) / 8);
    await mouse("mouseReleased", toX, toY);
  }

  /** Sets the size of the screen; below 500 pixels it is a phone. */
  async resize(width: number, height: number): Promise<void> {
    await this.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: width < 500 });
  }

  async key(key: string): Promise<void> {
    for (const type of ["keyDown", "keyUp"])
      await this.send("Input.dispatchKeyEvent", {
        type,
        key,
        code: key,
        windowsVirtualKeyCode: KEY_CODES[key],
        ...(key === "Enter" && type === "keyDown" ? { text: "\r" } : {}),
      });
  }

  async screenshot(): Promise<Buffer> {
    const { data } = (await this.send("Page.captureScreenshot", { format: "png" })) as { data: string };
    return Buffer.from(data, "base64");
  }

  close(): void {
    this.child.kill("SIGKILL");
    try {
      rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
    } catch {
      // the browser's helpers may still hold a file; the system clears its temporary folder
    }
  }
}
