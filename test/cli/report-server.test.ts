/** The server of a live report answers at its own address, whatever its port. */
import { get } from "node:http";
import { type AddressInfo, Server } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import type { LiveStudy } from "../../cli/serve/live-study.js";
import { ReportServer } from "../../cli/serve/report-server.js";

afterEach(() => void vi.restoreAllMocks());

const pages = { page: () => "the page", study: {} as LiveStudy };

/**
 * Answers of a server that listens on `port`, or believes so, to requests with these headers; on port 80 only an
 * administrator may listen.
 */
async function answersAt(port: number, asked: readonly { readonly [header: string]: string }[]): Promise<readonly number[]> {
  const server = new ReportServer(pages, "token", () => {});
  const address = vi.spyOn(Server.prototype, "address").mockReturnValue({ address: "127.0.0.1", family: "IPv4", port });
  expect(await server.listen(0)).toBe(`http://127.0.0.1:${port}/token/`);
  const listening = address.mock.contexts[0] as Server;
  address.mockRestore();
  const real = (listening.address() as AddressInfo).port;
  const answers: number[] = [];
  for (const headers of asked)
    answers.push(
      await new Promise((resolve, reject) => {
        const request = get({ host: "127.0.0.1", port: real, path: "/token/", headers, agent: false }, (response) => {
          response.resume().on("end", () => resolve(response.statusCode ?? 0));
        });
        request.on("error", reject);
      }),
    );
  await server.close();
  return answers;
}

test("a client that leaves the default port out of the address reads the page on port 80, and nowhere else", async () => {
  const bare = ["127.0.0.1", "localhost"].flatMap((host) => [{ host }, { host, origin: `http://${host}` }]);
  const full = (port: number) =>
    ["127.0.0.1", "localhost"].flatMap((name) => {
      const host = `${name}:${port}`;
      return [{ host }, { host, origin: `http://${host}` }];
    });
  const strange = [{ host: "evil.example" }, { host: "evil.example:80" }, { host: "localhost", origin: "https://localhost" }];
  expect(await answersAt(80, [...bare, ...full(80), ...strange])).toEqual([...new Array(8).fill(200), 403, 403, 403]);
  expect(await answersAt(8080, [...full(8080), ...bare, ...full(80)])).toEqual([...new Array(4).fill(200), ...new Array(8).fill(403)]);
});
