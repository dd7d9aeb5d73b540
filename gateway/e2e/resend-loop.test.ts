import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { SystemClock } from "../../drivers/core/clock.js";
import { SocketLock } from "../../drivers/core/lock.js";
import { SILENT_LOG } from "../../drivers/core/log.js";
import { loadConfigOrThrow } from "../config/load-config.js";
import type { Action, StoreRecord } from "../contract/subscriber/action.js";
import { MemoryStore } from "../contract/subscriber/store.js";
import { Subscriber } from "../contract/subscriber/subscriber.js";
import { Mosquitto } from "../forward/testing/mosquitto.js";
import { RunningGateway } from "../running-gateway.js";
import { LossyLink } from "./lossy-link.js";

type Tap = Pick<typeof t, "teardown" | "fail">;

// They wait most of the time.
t.jobs = 2;

/** One register that counts up with each read, so that every poll is a record. */
async function startCounter(t: Tap): Promise<number> {
  let reads = 0;
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (request) => {
      const reply = Buffer.alloc(11);
      request.copy(reply, 0, 0, 8);
      reply.writeUInt16BE(5, 4);
      reply[8] = 2;
      reply.writeUInt16BE(reads++ & 0xffff, 9);
      socket.write(reply);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => server.close());
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

async function startGateway(t: Tap, url: string, trusted: boolean): Promise<RunningGateway> {
  // A Unix socket's path is short (108 bytes): not below the test's own folder.
  const folder = await mkdtemp(join(tmpdir(), "tram-resend-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "gateway.yaml");
  await writeFile(
    file,
    `gateway: {id: loop-01, name: Loop}
connections: {plc: {driver: modbus-tcp, host: 127.0.0.1, port: ${await startCounter(t)}}}
devices: {plc: {name: plc, connection: plc, every: 50ms, points: [{id: a, address: 0}]}}
uplinks: {centre: {url: "${url}"}}
buffer: {path: ./data/loop.db, commit_every: 50ms}
`,
  );
  const gateway = await RunningGateway.start(
    loadConfigOrThrow(file, { profilesDir: "config/profiles", env: {} }),
    {
      version: "0",
      machineId: "m",
      clock: new SystemClock("boot"),
      clockTrusted: () => trusted,
      log: SILENT_LOG,
      lock: new SocketLock(),
      random: Math.random,
      socketPath: join(folder, "api.sock"),
      onTurn: () => {},
      onFatal: (error) => t.fail(error.message),
    },
  );
  t.teardown(() => gateway.stop(2_000));
  return gateway;
}

for (const clock of ["trusted", "untrusted"] as const) {
  t.test(`what is lost behind the broker is asked for and sent again (clock ${clock})`, async (t) => {
    const broker = await Mosquitto.start(t.testdir(), ["allow_anonymous true", "max_queued_messages 0"]);
    t.teardown(() => broker.stop());
    const link = await LossyLink.start(broker.port);
    t.teardown(() => link.stop());
    const stored: StoreRecord[] = [];
    const said: Action[] = [];
    let wake = (): void => {};
    let subscribed = (): void => {};
    const ready = new Promise<void>((resolve) => {
      subscribed = resolve;
    });
    const subscriber = new Subscriber({
      url: link.url,
      store: new MemoryStore((_, actions) => {
        stored.push(...actions.filter((action): action is StoreRecord => action.do === "store"));
      }),
      options: { graceMs: 300 },
      onAction: (_, action) => {
        said.push(action);
        wake();
      },
      onSubscribed: () => subscribed(),
      onProblem: (error) => t.fail(error.message),
    });
    t.teardown(() => subscriber.close());
    const until = async (what: () => boolean): Promise<void> => {
      while (!what()) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    };
    const count = (word: Action["do"]): number => said.filter((action) => action.do === word).length;
    await ready;
    const gateway = await startGateway(t, broker.url, clock === "trusted");
    await until(() => stored.length >= 10);
    link.lose(/\/(data|event)$/);
    while (link.lost < 15) await new Promise((resolve) => setTimeout(resolve, 20));
    link.lose(undefined);
    const orphans = (): readonly StoreRecord[] => {
      const numbers = new Set(stored.map(({ seq }) => seq));
      return stored.filter(({ record }) => record.prev !== null && !numbers.has(record.prev));
    };
    await until(() => count("gap_closed") > 0 && orphans().length === 0);
    await gateway.stop(2_000);
    // The last status names the last number.
    await until(() => said.some((action) => action.do === "status" && action.message.state === "offline"));

    const numbers = new Set(stored.map(({ seq }) => seq));
    t.equal(numbers.size, stored.length, "none is stored twice");
    t.same(orphans(), [], "each record's predecessor is there");
    const again = stored.filter(({ record }) => record.resend === true).map(({ seq }) => seq);
    t.ok(again.length >= link.lost, `${link.lost} messages lost, ${again.length} records came again`);
    const closed = said.flatMap((action) => (action.do === "gap_closed" ? [action.by] : []));
    t.ok(count("gap") > 0 && closed.every((by) => by === "came"), "closed by what came");
    t.equal(count("conflict") + count("unreadable") + count("given_up"), 0);
    const replies = said.flatMap((action) =>
      action.do === "reply" ? [action.message.reason ?? action.message.state] : [],
    );
    const limits = said.flatMap((action) =>
      action.do === "request" ? ["expires" in JSON.parse(action.payload)] : [],
    );
    if (clock === "trusted") {
      t.ok(replies.length > 0 && replies.every((reply) => reply === "done"));
      t.ok(limits.every((limited) => limited));
    } else {
      t.same([replies[0], replies.at(-1)], ["clock_untrusted", "done"]);
      t.same([limits[0], limits.at(-1)], [true, false]);
    }
  });
}
