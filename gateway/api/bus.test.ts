import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { busLine } from "./bus-line.js";
import type { BusEvent } from "./bus-stream.js";
import { ApiClient } from "./client.js";
import { FakeBuses } from "./fake-bus-fixture.js";
import { startApi } from "./server.js";
import { socketPath } from "./socket-path.js";

type Tap = typeof t;

async function setUp(t: Pick<Tap, "teardown">) {
  const folder = mkdtempSync(join(tmpdir(), "tram-bus-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const buses = new FakeBuses();
  const path = socketPath("/data/b.db", { XDG_RUNTIME_DIR: folder });
  const api = await startApi({ socketPath: path, handle: buses, version: "1", clock: new ManualClock() });
  t.teardown(() => api.close());
  return { api, buses, path, client: new ApiClient(path, "gateway.yaml") };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(setImmediate);
}

async function nextOf(events: AsyncGenerator<BusEvent>): Promise<BusEvent> {
  const { value } = await events.next();
  return value as BusEvent;
}

t.test("the head, and every frame with time, direction and meaning in the language asked for", async (t) => {
  const { buses, client } = await setUp(t);
  const abort = new AbortController();
  const vi = client.bus("rs485", "vi", abort.signal);
  t.same(await nextOf(vi), {
    event: "head",
    head: {
      connection: "rs485",
      driver: "modbus-rtu",
      line: "/dev/ttyUSB0 9600 8N1",
      start: "2026-11-23T02:51:20.123Z",
      mono: 0,
    },
  });
  buses.pass({ mono: 12.345 }, 1, 3, 0xff);
  t.same(await nextOf(vi), {
    event: "frame",
    frame: {
      t: "2023-11-14T22:13:20.000Z",
      mono: 12.345,
      direction: "sent",
      kind: "request",
      hex: "01 03 FF",
      meaning: "địa chỉ Modbus 1: đọc",
    },
  });
  buses.pass({ kind: "late", direction: "received" }, 2, 3);
  t.match(await nextOf(vi), {
    frame: { kind: "late", direction: "received", meaning: "địa chỉ Modbus 2: đọc" },
  });
  abort.abort();
  t.equal((await vi.next()).done, true, "ends with the signal");
  await until(() => !buses.on);
  t.same(buses.switched, [true, false]);
});

t.test("the tap is on while somebody listens, and one for all", async (t) => {
  const { api, buses, client } = await setUp(t);
  buses.pass({}, 1);
  t.equal(buses.described, 0, "nothing is done for nobody");
  const aborts = [new AbortController(), new AbortController()] as const;
  const first = client.bus("rs485", "en", aborts[0].signal);
  const second = client.bus("rs485", "en", aborts[1].signal);
  await Promise.all([first.next(), second.next()]);
  buses.pass({}, 1);
  t.match(await Promise.all([nextOf(first), nextOf(second)]), [
    { frame: { hex: "01" } },
    { frame: { hex: "01" } },
  ]);
  t.same(buses.switched, [true]);
  aborts[0].abort();
  await first.next();
  buses.pass({}, 2);
  t.match(await nextOf(second), { frame: { hex: "02" } }, "the other one remains");
  t.same(buses.switched, [true]);
  await api.close();
  t.same(buses.switched, [true, false], "the end of the API is the end of listening");
  await second.next().catch(() => {});
});

t.test("no such connection: which there are; a known one without traffic is quiet", async (t) => {
  const { buses, client } = await setUp(t);
  const signal = new AbortController().signal;
  await t.rejects(client.bus("rs232", "en", signal).next(), {
    code: "api.unknown_bus",
    class: "configuration",
    params: { connection: "rs232", connections: "rs485, plc" },
    message: "There is no connection rs232.",
  });
  t.match(await client.get("/v1/bus?lang=vi"), {
    code: "api.unknown_bus",
    text: /^Không có kết nối .*Có: rs485, plc/,
    connections: ["rs485", "plc"],
  });
  t.same(buses.switched, []);
});

t.test("at most 8 clients; a place that is left is free", async (t) => {
  const { buses, client } = await setUp(t);
  const aborts = Array.from({ length: 8 }, () => new AbortController());
  const streams = aborts.map(({ signal }) => client.bus("rs485", "en", signal));
  await Promise.all(streams.map((stream) => stream.next()));
  const open = new AbortController();
  await t.rejects(client.bus("rs485", "en", open.signal).next(), {
    code: "api.refused",
    class: "rejected",
    params: { text: /8/ },
  });
  aborts[0]?.abort();
  await streams[0]?.next();
  let ninth: BusEvent | undefined;
  while (!ninth) {
    ninth = await nextOf(client.bus("rs485", "en", open.signal)).catch(() => undefined);
  }
  t.match(ninth, { event: "head" });
  for (const controller of [...aborts, open]) controller.abort();
  await until(() => !buses.on);
});

function askBus(path: string): Socket {
  const socket = connect(path);
  socket.write("GET /v1/bus?connection=rs485 HTTP/1.1\r\nHost: x\r\n\r\n");
  return socket;
}

t.test("a client that does not read costs 1 MB at most, and is told what it missed", async (t) => {
  const { buses, path } = await setUp(t);
  const slow = askBus(path);
  slow.pause();
  await until(() => buses.on);
  const passed = 30_000;
  for (let n = 0; n < passed; n++) buses.pass({ mono: n }, 1, 2, 3);
  t.ok(buses.described < passed, `what has no room is not even described (${buses.described})`);
  const kept = buses.described;
  let text = "";
  slow.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
  });
  slow.resume();
  // No further traffic is needed to be told.
  await until(() => /event: skipped\ndata: .*\n/.test(text));
  const skipped = Number(/"frames":(\d+)/.exec(text)?.[1]);
  t.equal(skipped + kept, passed, "nothing is dropped without being counted");
  t.equal(text.split("event: frame").length - 1, kept);
  buses.pass({ mono: -1 }, 9);
  await until(() => text.includes('"hex":"09"'));
  slow.destroy();
  await until(() => !buses.on);
  t.pass("who leaves is forgotten");
});

t.test("a gateway that dies ends the stream of its clients", async (t) => {
  const { api, buses, client } = await setUp(t);
  const events = client.bus("rs485", "en", new AbortController().signal);
  await events.next();
  const rest = events.next().then(
    ({ done }) => done,
    () => true,
  );
  await api.close();
  t.equal(await rest, true);
  t.equal(buses.on, false);
});

t.test("what is shown of a connection's settings", async (t) => {
  const serial = { port: "/dev/ttyUSB0", baud: 9600, data_bits: 8, parity: "even", stop_bits: 1, timeout: 5 };
  t.equal(busLine(serial), "/dev/ttyUSB0 9600 8E1");
  t.equal(busLine({ port: "/dev/ttyUSB0", baud: 9600 }), "/dev/ttyUSB0 9600");
  t.equal(busLine({ port: "/dev/ttyACM0" }), "/dev/ttyACM0");
  t.equal(busLine({ host: "10.0.0.5", port: 502, password: "x" }), "10.0.0.5:502");
  t.equal(busLine({ host: "plc" }), "plc");
  t.equal(busLine({ listen: "0.0.0.0:9100", identity: "secret" }), "0.0.0.0:9100");
  t.equal(busLine({ password: "x" }), undefined);
  t.equal(busLine(undefined), undefined);
});
