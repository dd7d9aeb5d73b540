import { mkdtempSync, rmSync, statSync } from "node:fs";
import { request } from "node:http";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { say } from "../../drivers/core/message.js";
import type { Layout, ReadingBatch } from "../../drivers/core/reading.js";
import type { ActiveAlarm } from "../core/alarms.js";
import type { MarkRequest } from "../core/device-marks.js";
import type { GatewayHandle } from "../core/gateway-handle.js";
import type { LiveValues } from "../core/live-values.js";
import { Meanings } from "../core/meanings.js";
import { MARK_MESSAGES, PAUSE_MESSAGES } from "../core/messages.js";
import type { GatewayStatus } from "../core/status.js";
import { ApiClient } from "./client.js";
import { NO_ACCESS } from "./no-access-fixture.js";
import { startApi } from "./server.js";
import { socketPath } from "./socket-path.js";

type Tap = typeof t;

const layout: Layout = {
  device: "well",
  points: [
    { id: "level", type: "u16", decimals: 3 },
    { id: "total", type: "s64", decimals: 2 },
  ],
};

/** Live values that the test feeds by hand. */
class FedValues implements LiveValues {
  readonly listeners = new Set<(batch: ReadingBatch) => void>();
  latest: ReadingBatch[] = [];

  update(batch: ReadingBatch): void {
    this.latest = [batch];
    for (const listener of this.listeners) listener(batch);
  }

  get(): undefined {
    return undefined;
  }

  batches(): readonly ReadingBatch[] {
    return this.latest;
  }

  subscribe(listener: (batch: ReadingBatch) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

function batchOf(level: number): ReadingBatch {
  const values = [level, -1234567890123456789n];
  return { layout, state: "measuring", t: 1.7e12, mono: 1, boot: "b", values };
}

async function setUp(t: Pick<Tap, "teardown">, markDevice: GatewayHandle["markDevice"] = () => ({})) {
  const folder = mkdtempSync(join(tmpdir(), "tram-api-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const live = new FedValues();
  const raised: ActiveAlarm[] = [];
  const alarmListeners = new Set<() => void>();
  const raise = (alarm: ActiveAlarm): void => {
    raised.push(alarm);
    for (const listener of alarmListeners) listener();
  };
  const handle: GatewayHandle = {
    live,
    access: NO_ACCESS,
    alarms: {
      active: () => raised,
      subscribe: (listener) => {
        alarmListeners.add(listener);
        return () => alarmListeners.delete(listener);
      },
    },
    meanings: new Meanings([
      { device: "well", id: "level", enum: { 3: { key: "boost", vi: "Tăng cường", en: "Boost" } } },
    ]),
    status: (language) => ({ id: "g", name: language }) as GatewayStatus,
    markDevice,
    pauses: {
      pause: ({ by, forMs, uplink }) =>
        uplink === "centre"
          ? { pause: { by, since: "2026-11-23T00:00:00.000Z", until: `${forMs}` } }
          : { refused: say(PAUSE_MESSAGES.not_up, { uplink }) },
      resume: (uplink) => ({ refused: say(PAUSE_MESSAGES.not_paused, { uplink }) }),
    },
    buses: () => [],
    scan: () => undefined,
    watchBus: () => undefined,
    describeFrame: () => undefined,
  };
  const path = socketPath("/data/b.db", { XDG_RUNTIME_DIR: folder });
  const start = () => startApi({ socketPath: path, handle, version: "1.2.3", clock: new ManualClock() });
  const api = await start();
  t.teardown(() => api.close());
  return { live, path, start, api, alarmListeners, raise, client: new ApiClient(path, "gateway.yaml") };
}

t.test("status, version and values over a socket that only the group may use", async (t) => {
  const { client, live, path } = await setUp(t);
  t.equal(statSync(path).mode & 0o777, 0o660);
  t.same(await client.get("/v1/version"), { version: "1.2.3" });
  t.match(await client.get("/v1/status?lang=vi"), { id: "g", name: "vi" });
  live.update({ ...batchOf(1.5), flags: [{ at: 1, quality: "uncertain", reason: "stale" }] });
  t.same(await client.get("/v1/values?device=well"), [
    { device: "well", point: "level", value: 1.5, quality: "good", t: "2023-11-14T22:13:20.000Z" },
    {
      device: "well",
      point: "total",
      value: "-12345678901234567.89",
      quality: "uncertain",
      reason: "stale",
      t: "2023-11-14T22:13:20.000Z",
    },
  ]);
  t.same(await client.get("/v1/values?device=meter"), []);
  live.update(batchOf(3));
  t.match(await client.get("/v1/values?lang=vi"), [
    { value: 3, meaning: "Tăng cường" },
    { meaning: undefined },
  ]);
});

t.test("what is not served is refused with a code and a sentence", async (t) => {
  const { client, path } = await setUp(t);
  t.match(await client.get("/v1/nothing"), { code: "api.unknown_path" });
  t.match(await client.get("//evil"), { code: "api.unknown_path" });
  const status = await new Promise((resolve) => {
    request({ socketPath: path, path: "/v1/status", method: "POST" }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).end("{}");
  });
  t.equal(status, 405);
});

t.test("watching gives what is known and then what comes, until either side leaves", async (t) => {
  const { api, client, live } = await setUp(t);
  live.update(batchOf(1));
  const abort = new AbortController();
  const levels: unknown[] = [];
  for await (const seen of client.watch("en", abort.signal)) {
    if (seen.event !== "values") continue;
    levels.push(seen.readings[0]?.value);
    if (levels.length === 1) live.update(batchOf(2));
    else break;
  }
  t.same(levels, [1, 2]);
  const watching = client.watch("en", new AbortController().signal);
  await watching.next();
  await watching.next();
  await api.close();
  await t.rejects(async () => {
    const { done } = await watching.next();
    if (done) throw new TypeError("ended");
  }, "the end of the gateway ends the stream");
});

t.test("a client that does not read is skipped over and told, and holds nobody up", async (t) => {
  const { live, path } = await setUp(t);
  const slow = connect(path);
  slow.write("GET /v1/watch HTTP/1.1\r\nHost: x\r\n\r\n");
  slow.pause();
  while (live.listeners.size === 0) await new Promise(setImmediate);
  for (let n = 0; n < 20_000; n++) live.update(batchOf(n));
  let text = "";
  slow.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
  });
  slow.resume();
  while (!text.includes("event: skipped")) {
    live.update(batchOf(-1));
    await new Promise(setImmediate);
  }
  t.match(text, /event: skipped\r?\ndata: \{"batches":\d+\}/);
  slow.destroy();
  while (live.listeners.size > 0) await new Promise(setImmediate);
  t.pass("it is forgotten when it leaves");
});

t.test("a socket of a dead process is replaced, one of a living one is not", async (t) => {
  const { api, path, start } = await setUp(t);
  await t.rejects(start(), { code: "api.already_running" });
  await api.close();
  // What a killed process leaves: the name without a listener.
  const dead = createServer();
  await new Promise<void>((resolve) => dead.listen(path, resolve));
  const again = new Promise<void>((resolve) => dead.close(() => resolve()));
  await again;
  const second = await start();
  t.match(await new ApiClient(path, "f").get("/v1/version"), { version: "1.2.3" });
  await second.close();
});

t.test("no gateway: the error says which configuration and what to do", async (t) => {
  const client = new ApiClient(join(tmpdir(), "tram-nobody.sock"), "gateway.yaml");
  await t.rejects(client.get("/v1/status"), { code: "api.not_running", params: { file: "gateway.yaml" } });
});

t.test("the socket's place follows the system's, its name the buffer", async (t) => {
  t.equal(
    socketPath("/a", { RUNTIME_DIRECTORY: "/run/tram:/run/x", XDG_RUNTIME_DIR: "/x" }).startsWith(
      "/run/tram/",
    ),
    true,
  );
  t.equal(socketPath("/a", {}).startsWith("/tmp/tram-"), true);
  t.not(socketPath("/a", {}), socketPath("/b", {}));
});

t.test("watching tells what is raised, first and after each change", async (t) => {
  const { alarmListeners, client, raise } = await setUp(t);
  const seen: unknown[] = [];
  for await (const told of client.watch("vi", new AbortController().signal)) {
    if (told.event !== "alarms") continue;
    seen.push(told.alarms);
    if (seen.length === 2) break;
    raise({
      event: "alarm",
      device: "well",
      point: "level",
      alarm: "high",
      kind: "high",
      severity: "warning",
      state: "raised",
      value: 4.2,
      limit: 4,
      text: { vi: "Mực nước cao", en: "High water" },
      since: 1.7e12,
    });
  }
  t.same(seen, [
    [],
    [
      {
        device: "well",
        point: "level",
        alarm: "high",
        kind: "high",
        severity: "warning",
        value: 4.2,
        limit: 4,
        since: "2023-11-14T22:13:20.000Z",
        text: "Mực nước cao",
      },
    ],
  ]);
  while (alarmListeners.size > 0) await new Promise(setImmediate);
  t.equal(alarmListeners.size, 0, "who left is told nothing more");
});

t.test("a device is taken into maintenance by a checked request", async (t) => {
  const asked: MarkRequest[] = [];
  const { client, path } = await setUp(t, (request) => {
    asked.push(request);
    if (request.device !== "well")
      return { refused: say(MARK_MESSAGES.not_marked, { device: request.device }) };
    if (request.state === "measuring") return {};
    const { by, device, state } = request;
    return { mark: { device, state, by, since: 1.7e12, until: 1.7e12 + request.forMs } };
  });
  const good = { device: "well", state: "maintenance", for_ms: 60_000, by: "Nguyễn Văn A" };
  t.same(await client.post("/v1/device-state", good), {
    state: "maintenance",
    by: "Nguyễn Văn A",
    since: "2023-11-14T22:13:20.000Z",
    until: "2023-11-14T22:14:20.000Z",
  });
  t.same(await client.post("/v1/device-state", { device: "well", state: "measuring", by: "B" }), {});
  await t.rejects(client.post("/v1/device-state", { ...good, device: "x" }), /neither under maintenance/);
  t.equal(asked.length, 3);
  const wrong: unknown[] = [
    { ...good, state: "fault" },
    { ...good, for_ms: 1 },
    { ...good, for_ms: 1e12 },
    { ...good, for_ms: "60000" },
    { ...good, by: "" },
    { ...good, by: "a\nb" },
    { ...good, by: "x".repeat(121) },
    { ...good, reason: 5 },
    { ...good, extra: 1 },
    { ...good, reason: "x".repeat(9_000) },
    [good],
    null,
    7,
  ];
  for (const body of wrong) {
    await t.rejects(
      client.post("/v1/device-state", body),
      /not as it must be/,
      JSON.stringify(body).slice(0, 90),
    );
  }
  t.equal(asked.length, 3, "none of them was carried out");
  const refused = await new Promise((resolve) => {
    request({ socketPath: path, path: "/v1/device-state", method: "PUT" }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).end("{}");
  });
  t.equal(refused, 405);
});

t.test("an uplink is cut by a checked request, with bounds, and by its own path", async (t) => {
  const { client } = await setUp(t);
  const by = "Nguyễn Văn A";
  t.same(await client.post("/v1/uplinks/centre/pause", { seconds: 60, by }), {
    by,
    since: "2026-11-23T00:00:00.000Z",
    until: "60000",
  });
  await t.rejects(client.post("/v1/uplinks/other/pause", { seconds: 60, by }), /other is not connected/);
  await t.rejects(client.post("/v1/uplinks/centre/resume", { by }), /has not been cut/);
  const wrong: unknown[] = [
    { seconds: 0.9, by },
    { seconds: 301, by },
    { seconds: "60", by },
    { seconds: 60 },
    { seconds: 60, by: "" },
    { seconds: 60, by: "a\nb" },
    { seconds: 60, by: "x".repeat(121) },
    { seconds: 60, by, extra: 1 },
    [],
    null,
  ];
  for (const body of wrong) {
    const name = JSON.stringify(body).slice(0, 60);
    await t.rejects(client.post("/v1/uplinks/centre/pause", body), /not as it must be/, name);
  }
  await t.rejects(client.post("/v1/uplinks/centre/resume", { by, seconds: 1 }), /not as it must be/);
  for (const path of ["/v1/uplinks/a%2fb/pause", "/v1/uplinks/centre/stop", "/v1/uplinks//pause"]) {
    await t.rejects(client.post(path, { seconds: 60, by }), /Only GET is served/, path);
  }
});
