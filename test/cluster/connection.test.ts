/**
 * Connections to servers: an address that could be read in two ways is refused, no error shows a part of a password,
 * and a server's words about itself never reach the terminal as they are.
 */
import { type AddressInfo, createServer } from "node:net";
import { expect, test, vi } from "vitest";
import { checkedPrefix } from "../../sweeps/engine/protocol.js";
import { connect, loadBullMq } from "../../sweeps/engine/queue-connection.js";

test.each([
  "redis://:12/secret@127.0.0.1:1",
  "redis://user:12/secret@127.0.0.1:1",
  "redis://user:12?secret@127.0.0.1:1",
  "redis://user:12#secret@127.0.0.1:1",
  "redis://user:%secret@127.0.0.1:1",
  "redis://:secret@127.0.0.1:99999",
  "rediss://:secret@",
  "http://user:secret@127.0.0.1:1",
  "secret",
])("%s is refused without a word of it", async (url) => {
  const error = await connect(url, () => {}).catch((thrown: unknown) => thrown as Error);
  expect(error).toBeInstanceOf(Error);
  const { message } = error as Error;
  expect(message).toMatch(/^--redis, --redis-file or SNN_DSE_REDIS: .*redis:\/\/host:port/s);
  expect(message).not.toContain("secret");
});

test.each(["*", "a[b]", "a b", "", "x".repeat(101), "é"])("the prefix '%s', which is a pattern or no name, is refused", (prefix) => {
  expect(() => checkedPrefix(prefix)).toThrow(/--redis-prefix/);
});

/** A server that answers INFO with `info`, has 16 databases and knows nothing else; its address. */
async function serverThatSays(info: string) {
  const answer = ([, command, , argument]: readonly string[]): string => {
    if (/^select$/i.test(command) && Number(argument) > 15) return "-ERR DB index is out of range\r\n";
    return /^info$/i.test(command) ? `$${Buffer.byteLength(info)}\r\n${info}\r\n` : "+PONG\r\n";
  };
  const server = createServer((socket) => {
    socket.on("data", (data) => {
      for (const command of data.toString().split(/^\*\d+\r\n/m)) if (command !== "") socket.write(answer(command.split("\r\n")));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

await loadBullMq();
/** Put in place of what an earlier connection left there, as another package may do. */
const printed = vi.spyOn(console, "warn").mockImplementation(() => {});
const ESCAPE = "\u001b]0;OWNED\u0007";

test.each([
  ["redis_version:7.2.4\r\nmaxmemory_policy:noeviction\r\n", []],
  ["redis_version:7.2.4\r\nmaxmemory_policy:volatile-lru\r\n", [/eviction policy is volatile-lru: .*set maxmemory-policy to noeviction$/]],
  [`redis_version:7.2.4\r\nmaxmemory_policy:${ESCAPE}\r\n`, [/eviction policy is unknown/]],
  [`redis_version:6.0.1${ESCAPE}\r\nmaxmemory_policy:noeviction\r\n`, [/it is Redis 6\.0; at least 6\.2 is needed$/]],
])("a server that says %j of itself is judged once, in words of this program", async (info, expected) => {
  printed.mockClear();
  const told: string[] = [];
  const { server, url } = await serverThatSays(info);
  const bull = await loadBullMq();
  const client = await connect(url, (message) => told.push(message));
  const queue = new bull.Queue("points", { connection: client });
  await queue.waitUntilReady();
  client.disconnect();
  server.close();
  const words = printed.mock.calls.map(([text]) => String(text));
  expect(words).toEqual([]);
  console.warn("another package's words");
  expect(printed).toHaveBeenCalledWith("another package's words");
  expect(told.length).toBe(expected.length);
  for (const [i, pattern] of expected.entries()) expect(told[i]).toMatch(pattern);
});

test("a database that the server does not have is refused: in another one, sweep and workers of others would be met", async () => {
  const { server, url } = await serverThatSays("redis_version:7.2.4\r\nmaxmemory_policy:noeviction\r\n");
  (await connect(`${url}/15`, () => {})).disconnect();
  await expect(connect(`${url}/16`, () => {})).rejects.toThrow(/\/16: cannot be used: ERR DB index is out of range.*take the number/s);
  server.close();
});
