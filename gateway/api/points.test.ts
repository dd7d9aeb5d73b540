import { mkdtempSync, rmSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { ConfigurationError, TransientError } from "../../drivers/core/errors.js";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import type { Language } from "../../drivers/core/message.js";
import type { PointAccess, ReadAnswer, WriteAnswer } from "../core/point-access.js";
import { ApiClient } from "./client.js";
import { FakeBuses } from "./fake-bus-fixture.js";
import { API_MESSAGES } from "./messages.js";
import { parseReadWish, parseWriteWish } from "./point-requests.js";
import { startApi } from "./server.js";

/** What the API passes on; the answers are the test's. */
class Asked implements PointAccess {
  readonly wishes: unknown[] = [];
  signal: AbortSignal | undefined;
  give: (signal: AbortSignal) => Promise<unknown> = async () => ({ readings: [], findings: [] });

  read(wish: unknown, language: Language, signal: AbortSignal): Promise<ReadAnswer> {
    this.wishes.push([language, wish]);
    this.signal = signal;
    return this.give(signal) as Promise<ReadAnswer>;
  }

  readRaw(wish: unknown, language: Language, signal: AbortSignal) {
    return this.read(wish, language, signal) as Promise<never>;
  }

  write(wish: unknown, language: Language): Promise<WriteAnswer> {
    this.wishes.push([language, wish]);
    return this.give(new AbortController().signal) as Promise<WriteAnswer>;
  }
}

async function setUp(t: Pick<typeof import("tap").t, "teardown">) {
  const folder = mkdtempSync(join(tmpdir(), "tram-points-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const access = new Asked();
  const handle = Object.assign(new FakeBuses(), { access });
  const socketPath = join(folder, "api.sock");
  const api = await startApi({ socketPath, handle, version: "1", clock: new ManualClock() });
  t.teardown(() => api.close());
  const raw = (path: string, body: string | Buffer): Promise<{ status: number; body: string }> =>
    new Promise((resolve, reject) => {
      const request = httpRequest({ socketPath, path, method: "POST" }, (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
      });
      request.on("error", reject);
      request.end(body);
    });
  return { access, client: new ApiClient(socketPath, "gateway.yaml"), raw, socketPath };
}

const POINT = { device: "drive", point: "frequency.set", value: "40", by: "An" };
const RAW = { of: { device: "meter" }, table: "holding", address: 0, count: 10 };

t.test("wishes are passed on as they were checked, in the language of whoever asks", async (t) => {
  const { access, client } = await setUp(t);
  const wishes = [
    ["/v1/read?lang=vi", { names: ["meter", "voltage.*"] }],
    ["/v1/read?lang=vi", RAW],
    ["/v1/read?lang=vi", { ...RAW, of: { connection: "rs485", unit: 7 } }],
    ["/v1/write?lang=vi", POINT],
    ["/v1/write?lang=vi", { ...POINT, value: true, reason: "thử", id: "1" }],
    [
      "/v1/write?lang=vi",
      { device: "drive", raw: { table: "holding", address: 1 }, words: [1, 2], by: "An" },
    ],
  ] as const;
  for (const [path, wish] of wishes) await client.post(path, wish);
  t.same(
    access.wishes,
    wishes.map(([, wish]) => ["vi", wish]),
  );
});

t.test("whatever else a client sends is refused, and nothing is asked or written", async (t) => {
  const { access, raw } = await setUp(t);
  const reads: readonly unknown[] = [
    {},
    { names: [] },
    { names: "meter" },
    { names: [""] },
    { names: ["a\u001b[2J"] },
    { names: ["meter"], more: 1 },
    { names: Array.from({ length: 65 }, () => "a") },
    { ...RAW, count: 0 },
    { ...RAW, count: 2001 },
    { ...RAW, address: -1 },
    { ...RAW, address: 65_536 },
    { ...RAW, address: 1.5 },
    { ...RAW, of: { device: "meter", unit: 1 } },
    { ...RAW, of: { connection: "rs485", unit: 256 } },
    { ...RAW, of: {} },
    [],
    null,
    "meter",
  ];
  const writes: readonly unknown[] = [
    {},
    { ...POINT, by: undefined },
    { ...POINT, by: "" },
    { ...POINT, by: "An\nBình" },
    { ...POINT, by: "a".repeat(121) },
    { ...POINT, value: null },
    { ...POINT, value: [1] },
    { ...POINT, value: "4".repeat(501) },
    { ...POINT, raw: { table: "holding", address: 0 }, words: [1] },
    { device: "drive", raw: { table: "holding", address: 0 }, words: [], by: "An" },
    { device: "drive", raw: { table: "holding", address: 0 }, words: [65_536], by: "An" },
    {
      device: "drive",
      raw: { table: "holding", address: 0 },
      words: Array.from({ length: 124 }, () => 1),
      by: "An",
    },
    { ...POINT, __proto__: null, constructor: 1 },
  ];
  const refused = async (path: string, body: string | Buffer): Promise<void> => {
    const answer = await raw(path, body);
    t.equal(answer.status, 400, `${path} ${body.toString().slice(0, 60)}`);
    t.match(JSON.parse(answer.body), { code: API_MESSAGES.not_as_it_must_be.code });
  };
  for (const body of reads) await refused("/v1/read", JSON.stringify(body));
  for (const body of writes) await refused("/v1/write", JSON.stringify(body));
  for (const body of [
    "",
    "{",
    "\u0000",
    Buffer.from([0xff, 0xfe]),
    JSON.stringify({ names: ["a".repeat(5000)] }),
  ]) {
    await refused("/v1/read", body);
    await refused("/v1/write", body);
  }
  t.same(access.wishes, []);
  t.equal(parseReadWish(JSON.stringify(POINT)), undefined);
  t.equal(parseWriteWish(JSON.stringify(RAW)), undefined);
});

t.test("what the desk refuses comes back as what it is", async (t) => {
  const { access, client } = await setUp(t);
  access.give = () => Promise.reject(new ConfigurationError(API_MESSAGES.not_running, { file: "x" }));
  await t.rejects(client.post("/v1/read?lang=vi", RAW), {
    class: "configuration",
    message: "Không có gateway nào đang chạy với cấu hình x. Chạy: tram run x",
  });
  access.give = () =>
    Promise.reject(new TransientError("no_answer", API_MESSAGES.not_running, { file: "x" }));
  await t.rejects(client.post("/v1/write", POINT), {
    class: "rejected",
    message: /not_running|No gateway runs/,
  });
  access.give = () => Promise.reject(new TypeError("a fault of ours"));
  await t.rejects(client.post("/v1/write", POINT), { class: "rejected", message: /a fault of ours/ });
  access.give = async () => ({ state: "verified" });
  t.same(await client.post("/v1/write", POINT), { state: "verified" }, "and it goes on answering");
});

t.test("a client that leaves is no longer read for", async (t) => {
  const { access, client } = await setUp(t);
  const left = new Promise<void>((resolve) => {
    access.give = (signal) =>
      new Promise(() => {
        signal.addEventListener("abort", () => resolve());
        gone.abort();
      });
  });
  const gone = new AbortController();
  await t.rejects(client.post("/v1/read", RAW, { signal: gone.signal }));
  await left;
  t.ok(access.signal?.aborted);
});
