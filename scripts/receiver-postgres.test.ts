import { execFileSync } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import t from "tap";
import { SystemClock } from "../drivers/core/clock.js";
import { ManualClock } from "../drivers/core/manual-clock.js";
import { openReport } from "./receiver-open.js";
import { PostgresStore } from "./receiver-postgres.js";
import { PostgresLink, postgresTarget } from "./receiver-postgres-link.js";
import { PostgresServer } from "./testing/postgres-server.js";
import {
  ReceiverStage,
  range,
  receiver,
  receiverIn,
  recordOf,
  reportOf,
  says,
} from "./testing/receiver-stage.js";

const server = await PostgresServer.start();
t.teardown(() => server.remove());
// Most of them wait most of the time, and none knows of another.
t.jobs = 3;
let count = 0;

/** Each test has a database of its own. */
async function database(): Promise<string> {
  const name = `centre${++count}`;
  await server.ask(`CREATE DATABASE ${name}`);
  return name;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

function targetOf(url: string) {
  const target = postgresTarget(url, {});
  if (!target) throw new TypeError(url);
  return target;
}

t.test("workers of a shared subscription while the database crashes and comes back", async (t) => {
  const stage = await ReceiverStage.open(t);
  const mortal = await PostgresServer.start();
  t.teardown(() => mortal.remove());
  const store = mortal.url();
  const workers = ["w1", "w2", "w3"].map((id) => stage.run(t, store, "--share", "centre", "--client-id", id));
  await Promise.all(workers.map(({ ready }) => ready));
  let last = 0;
  const send = async (messages: number): Promise<void> => {
    for (let at = 0; at < messages; at++, last += 5) await stage.data(range(last + 1, last + 5), last + 6);
  };
  const sending = send(40);
  await reportOf(store, ({ records }) => records > 0);
  await mortal.stop("immediate");
  await sending;
  await send(20);
  // Some worker was given a message meanwhile, and could not keep it.
  await Promise.any(workers.map((worker) => says(worker, /Problem: The database .* does not answer/)));
  workers[0]?.child.kill("SIGKILL");
  await mortal.start();
  await send(20);
  // The session of the one that was killed keeps what it held: it comes back, as a service does.
  const again = stage.run(t, store, "--share", "centre", "--client-id", "w1");
  await again.ready;
  const whole = await reportOf(store, ({ complete, records }) => complete && records === last);
  t.match(whole, { complete: true, records: 400, readings: 1_200, conflicts: 0, open_gaps: [] });
  t.match(whole?.hours, [{ records: 400, complete: true }]);
});

t.test("steps of one gateway come one after the other, whoever makes them", async (t) => {
  const clock = new SystemClock("");
  const target = targetOf(server.url(await database()));
  // At once, on an empty database: only one of them makes the tables.
  const stores = await Promise.all(range(1, 4).map(() => PostgresStore.open(target, clock)));
  t.teardown(() => Promise.all(stores.map((store) => store.close())));
  const seen: string[] = [];
  const step = (saved: string | undefined) => {
    seen.push(saved ?? "0");
    return { saved: String(Number(saved ?? 0) + 1), actions: [] };
  };
  await Promise.all(stores.flatMap((store) => range(1, 25).map(() => store.transact("gw", step))));
  t.same(
    seen.map(Number).sort((a, b) => a - b),
    range(0, 99),
  );
  t.same(await stores[0]?.gateways(), ["gw"]);
  t.equal(await server.ask("SELECT saved FROM tram.state", target.database), "100");
});

t.test("a step that fails, or whose session ends in the middle, keeps nothing", async (t) => {
  const clock = new SystemClock("");
  const target = targetOf(server.url(await database()));
  const store = await PostgresStore.open(target, clock);
  t.teardown(() => store.close());
  const add = (word: string) => store.transact("gw", (saved = "") => ({ saved: saved + word, actions: [] }));
  await add("a");
  const failing = store.transact("gw", () => {
    throw new TypeError("not a state");
  });
  await t.rejects(failing, { message: "not a state" });
  await add("b");
  // Another session holds the row, so that the step stands in the middle of its transaction.
  const other = await PostgresLink.open(target, clock);
  await other.run("BEGIN");
  await other.run("SELECT saved FROM state FOR UPDATE");
  const cut = t.rejects(add("c"), { message: /terminating connection|CONNECTION_CLOSED/ });
  const waiting = "FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
  while ((await server.ask(`SELECT count(pg_terminate_backend(pid)) ${waiting}`, target.database)) === "0");
  await cut;
  other.break();
  await add("d");
  t.equal(await server.ask("SELECT saved FROM tram.state", target.database), "abd");
  // Whose end comes between two steps is replaced.
  const sessions =
    "FROM pg_stat_activity WHERE application_name = 'tram-receiver' AND datname = current_database()";
  t.equal(await server.ask(`SELECT count(pg_terminate_backend(pid)) ${sessions}`, target.database), "1");
  await add("e").catch(() => add("e"));
  t.equal(await server.ask("SELECT saved FROM tram.state", target.database), "abde");
});

t.test("a server that stands still is given up in time, and the session is not used again", async (t) => {
  const clock = new ManualClock();
  const link = await PostgresLink.open(targetOf(server.url(await database())), clock, 5_000);
  t.same(await link.run("SELECT 1 + $1::int AS sum", 1), [{ sum: 2 }]);
  const late = t.rejects(link.run("SELECT pg_sleep(60)"), {
    code: "receiver.database_away",
    message: /TIMEOUT/,
  });
  await clock.advance(5_000);
  await late;
  link.break();
  link.break();
  await clock.advance(1_000);
  await t.rejects(link.run("SELECT 1"), { code: "receiver.database_away" });
});

t.test("what the database cannot hold is told and blocks nothing", async (t) => {
  const stage = await ReceiverStage.open(t);
  const name = await database();
  const store = server.url(name);
  const worker = stage.run(t, store);
  await worker.ready;
  await stage.data([1], 2, { v: { text: "a\u0000b\\u0000", "c\u0000": 1 } });
  // Longer than a key may be, and no compression makes it shorter.
  const long = range(1, 20_000)
    .map((n) => Math.imul(n, 2_654_435_761).toString(36))
    .join("");
  await stage.gateway.publishAsync(
    "tram/v1/gw/data",
    JSON.stringify({ epoch: "e1", rev: 1, pending_from: 3, records: [recordOf(2, { v: { [long]: 1 } })] }),
    { qos: 1 },
  );
  await stage.data([3], 4);
  const report = await reportOf(store, ({ open_gaps: gaps }) => gaps.length > 0);
  t.match(report, { records: 2, unreadable: 1, complete: false, open_gaps: [{ from: 2, to: 2 }] });
  t.match(await server.ask("SELECT detail FROM tram.note WHERE what = 'unreadable'", name), /index row/);
  t.equal(
    await server.ask("SELECT value #>> '{}' FROM tram.history WHERE point = 'text'", name),
    "a\ufffdb\\u0000",
  );
  t.equal(await server.ask("SELECT count(*) FROM tram.history WHERE seq = 3 AND value = '3'", name), "1");
});

t.test("what only a person can mend ends the program; a database that is away does not", async (t) => {
  const name = await database();
  const broker = "mqtt://127.0.0.1:1";
  await (await PostgresStore.open(targetOf(server.url(name)), new SystemClock(""))).close();
  await server.ask("UPDATE tram.version SET version = 99", name);
  const opened = (store: string) => PostgresStore.open(targetOf(store), new SystemClock(""));
  await t.rejects(opened(server.url(name)), { code: "receiver.newer_store" });
  await t.rejects(opened(server.url(name, "nobody")), { message: /"nobody" does not exist/ });
  const [code, said] = await receiver("run", broker, server.url("nowhere"), "--lang", "en");
  t.equal(code, 2);
  t.match(said, /"nowhere" does not exist/);
  const away = await PostgresStore.open(targetOf("postgres:///centre?host=/nowhere"), new SystemClock(""));
  await t.rejects(away.gateways(), { code: "receiver.database_away", message: /ENOENT/ });
  await away.close();
});

t.test("TLS: whose name is verified is the one that was asked for", async (t) => {
  const port = await freePort();
  let certificate = "";
  const secure = await PostgresServer.start(async (folder) => {
    certificate = join(folder, "server.pem");
    const key = join(folder, "server.key");
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
    const files = ["-keyout", key, "-out", certificate];
    execFileSync("openssl", ["req", "-x509", "-nodes", ...curve, ...subject, ...files], { stdio: "ignore" });
    return [
      "listen_addresses = '127.0.0.1'",
      `port = ${port}`,
      "ssl = on",
      `ssl_cert_file = '${certificate}'`,
      `ssl_key_file = '${key}'`,
    ];
  });
  t.teardown(() => secure.remove());
  const address = (host: string, mode: string) =>
    `postgres://centre@${host}:${port}/postgres?sslmode=${mode}`;
  const store = await PostgresStore.open(targetOf(address("127.0.0.1", "require")), new SystemClock(""));
  t.same(await store.gateways(), []);
  await store.close();
  const trusting = { NODE_EXTRA_CA_CERTS: certificate };
  await t.rejects(openReport(address("localhost", "verify-full"), new SystemClock("")), {
    message: /self-signed certificate/,
  });
  const [named, unnamed] = await Promise.all([
    receiverIn(trusting, "report", address("localhost", "verify-full"), "--lang", "en"),
    receiverIn(trusting, "report", address("127.0.0.1", "verify-full"), "--lang", "en"),
  ]);
  t.same(named, [0, ""]);
  t.equal(unnamed[0], 2);
  t.match(unnamed[1], /127\.0\.0\.1 is not in the cert/);
});

t.test("addresses", async (t) => {
  t.equal(postgresTarget("centre.db"), undefined);
  t.match(postgresTarget("postgres://c%40x:p%2Fw@db.example.vn/centre?sslmode=verify-full", {}), {
    host: "db.example.vn",
    port: 5_432,
    user: "c@x",
    password: "p/w",
    database: "centre",
    ssl: "verify-full",
    shown: "postgres://c%40x@db.example.vn/centre?sslmode=verify-full",
  });
  t.match(postgresTarget("postgresql://[::1]:5433", {}), { host: "::1", port: 5_433, ssl: false });
  t.match(postgresTarget("postgres:///d", { PGHOST: "h", PGPORT: "6" }), {
    host: "h",
    port: 6,
    database: "d",
  });
  for (const wrong of ["postgres://h:x/d", "postgres:///d?sslmode=prefer", "postgres:///d?port=5"]) {
    t.throws(() => postgresTarget(wrong, {}), { code: "receiver.no_address" }, wrong);
  }
});
