import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import t from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import { SocketLock } from "../../drivers/core/lock.js";
import { SILENT_LOG } from "../../drivers/core/log.js";
import { LoopbackBroker } from "../../simulators/broker.js";
import { loadConfigOrThrow } from "../config/load-config.js";
import { holdToContract } from "../contract/testing/hold-to-contract.js";
import { RunningGateway } from "../running-gateway.js";

/** A Modbus TCP server in thirty lines, written here so that the test shares nothing with the product. */
function serveRegisters(first: number): Promise<Server> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (request) => {
      const count = request.readUInt16BE(10);
      const reply = Buffer.alloc(9 + 2 * count);
      request.copy(reply, 0, 0, 4);
      reply.writeUInt16BE(3 + 2 * count, 4);
      request.copy(reply, 6, 6, 8);
      reply[8] = 2 * count;
      for (let n = 0; n < count; n++) reply.writeUInt16BE(first + request.readUInt16BE(8) + n, 9 + 2 * n);
      socket.write(reply);
    });
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("no port");
  return address.port;
}

t.test("two gateways run in one process, each with its own devices, buffer and topics", async (t) => {
  const broker = await LoopbackBroker.start({ port: 0 });
  t.teardown(() => broker.stop());
  // A Unix socket's path is short (108 bytes): not below the test's own folder.
  const folder = await mkdtemp(join(tmpdir(), "tram-two-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const subscriber = holdToContract(await connectAsync(url, { protocolVersion: 4 }));
  t.teardown(() => subscriber.endAsync(true));
  const seen = new Map<string, Set<number>>();
  let done = (): void => {};
  const enough = new Promise<void>((resolve) => {
    done = resolve;
  });
  subscriber.on("message", (topic, payload) => {
    const [, , gateway, kind] = topic.split("/");
    if (kind !== "data") return;
    const message = JSON.parse(payload.toString()) as { records: { v: Record<string, number> }[] };
    for (const { v } of message.records) {
      for (const value of Object.values(v)) {
        seen.set(`${gateway}`, (seen.get(`${gateway}`) ?? new Set()).add(value));
      }
    }
    if ([...seen.values()].filter((values) => values.size === 3).length === 2) done();
  });
  await subscriber.subscribeAsync("tram/v1/+/#", { qos: 1 });

  const gateways: RunningGateway[] = [];
  for (const [id, first] of [
    ["tram-a", 100],
    ["tram-b", 200],
  ] as const) {
    const server = await serveRegisters(first);
    t.teardown(() => server.close());
    const file = join(folder, `${id}.yaml`);
    await writeFile(
      file,
      `gateway: {id: ${id}, name: ${id}, clock: trusted}
connections: {plc: {driver: modbus-tcp, host: 127.0.0.1, port: ${portOf(server)}}}
devices:
  dev:
    name: dev
    connection: plc
    every: 100ms
    points:
      - {id: a, address: 0}
      - {id: b, address: 1}
      - {id: c, address: 2}
uplinks: {centre: {url: "mqtt://127.0.0.1:${broker.port}"}}
`,
    );
    const config = await loadConfigOrThrow(file, { profilesDir: "config/profiles", env: {} });
    gateways.push(
      await RunningGateway.start(config, {
        version: "0",
        machineId: "m",
        clock: new SystemClock("boot"),
        clockTrusted: () => true,
        log: SILENT_LOG,
        lock: new SocketLock(),
        random: Math.random,
        socketPath: join(folder, `${id}.sock`),
        onTurn: () => {},
        onFatal: (error) => t.fail(error.message),
      }),
    );
  }
  t.teardown(() => Promise.all(gateways.map((gateway) => gateway.stop(2000))));
  await enough;
  t.same(Object.fromEntries([...seen].map(([id, values]) => [id, [...values].sort()])), {
    "tram-a": [100, 101, 102],
    "tram-b": [200, 201, 202],
  });
  t.same(
    gateways.map((gateway) => gateway.status("en").id),
    ["tram-a", "tram-b"],
  );
});
