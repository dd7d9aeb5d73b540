import {
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import t from "tap";
import { SocketLock } from "../../drivers/core/lock.js";
import { batchOf, openIn, optionsIn } from "../buffer/testbed.js";
import { bufferCheck } from "./buffer-check.js";
import { listenCheck } from "./listen-check.js";
import { listeningSockets, reachOf } from "./sockets.js";
import { codesOf, contextOf, findingsOf } from "./testing/doctor-bench.js";

t.test("the buffer: none yet, a good one, a damaged one", async (t) => {
  const folder = t.testdir();
  const options = optionsIn(folder);
  const { identity, path } = options.config;
  const context = contextOf(folder, `gateway: {id: g}\nbuffer: {path: "${path}", identity: "${identity}"}\n`);
  t.same(codesOf(await findingsOf(bufferCheck, context)), ["note buffer_new"]);
  const buffer = await openIn(t, options);
  for (let n = 1; n <= 5; n++) buffer.append(batchOf(n), "normal");
  await buffer.durable(5);
  const running = codesOf(await findingsOf(bufferCheck, context));
  t.equal(running[0], "ok buffer_good", "beside a running gateway");
  t.ok(running.includes("note buffer_waiting"));
  t.notOk(running.includes("note buffer_beside"), "the ballast belongs there");
  t.ok(running.includes("warning buffer_of_another"), "the test's machine id is none of a machine");
  const life = (yearsLeft: number) => ({
    ...context,
    gateway: async () => ({ state: "running", status: { buffer: { card: { yearsLeft } } } }) as never,
  });
  t.equal(codesOf(await findingsOf(bufferCheck, life(0.4))).at(-1), "warning buffer_life_short");
  t.equal(codesOf(await findingsOf(bufferCheck, life(40))).at(-1), "ok buffer_life");
  await buffer.close();
  const before = readFileSync(path);
  const asRoot = process.getuid?.() === 0;
  if (asRoot) chownSync(path, 1234, 1234);
  await findingsOf(bufferCheck, context);
  t.ok(before.equals(readFileSync(path)), "nothing is written");
  // SQLite makes its log and the log's index when it reads; for root it gives them to the owner of the file (os_unix.c).
  for (const name of readdirSync(dirname(path)).filter((one) => asRoot && /-(?:wal|shm)$/.test(one))) {
    t.equal(statSync(join(dirname(path), name)).uid, 1234, `${name} is the gateway's own`);
  }
  writeFileSync(path, "this is no SQLite file");
  t.same(codesOf(await findingsOf(bufferCheck, context)), ["problem buffer_unreadable"]);
});

t.test("listening sockets, as the kernel lists them", async (t) => {
  // Lines of a Raspberry Pi (little-endian): sshd, mosquitto on loopback, an established one, a dial-in port.
  const head =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
  const tcp = `${head}   0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1001 1 0\n   1: 0100007F:075B 00000000:0000 0A 00000000:00000000 00:00000000 00000000   112        0 1002 1 0\n   2: 0500000A:0016 0900000A:C350 01 00000000:00000000 02:000A 00000000     0        0 1003 1 0\n`;
  const tcp6 = `${head}   0: 00000000000000000000000000000000:1064 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1004 1 0\n   1: B80D0120000000000000000001000000:01BB 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1005 1 0\n   2: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1006 1 0\n`;
  const system = t.testdir({ proc: { net: { tcp, tcp6 } } });
  t.same(listeningSockets(system), [
    { address: "0.0.0.0", port: 22, inode: "1001" },
    { address: "127.0.0.1", port: 1883, inode: "1002" },
    { address: "::", port: 4196, inode: "1004" },
    { address: "2001:db8::1", port: 443, inode: "1005" },
    { address: "::1", port: 80, inode: "1006" },
  ]);
  t.same(["0.0.0.0", "::", "127.0.0.1", "127.1.2.3", "::1", "10.0.0.1"].map(reachOf), [
    "everybody",
    "everybody",
    "this_box",
    "this_box",
    "this_box",
    "one_network",
  ]);

  mkdirSync(join(system, "proc/77/fd"), { recursive: true });
  writeFileSync(join(system, "proc/77/comm"), "dialler\n");
  writeFileSync(join(system, "proc/77/cmdline"), "dialler\0");
  symlinkSync("socket:[1004]", join(system, "proc/77/fd/9"));
  const yaml = "gateway: {id: g}\nconnections: {far: {driver: modbus-dial-in, listen: '4196'}}\n";
  const found = await findingsOf(listenCheck, contextOf(system, yaml, { system }));
  t.same(codesOf(found), ["problem listen_taken", "warning will_listen_to_all", "note others_listen"]);
  t.match(found[0]?.said.params, { program: "dialler", pid: 77, port: 4196, connection: "far" });
  t.match(found[2]?.facts, { others: ["? 0.0.0.0:22", "? [2001:db8::1]:443"] });
});

t.test("what a running gateway opens, and for whom", async (t) => {
  const folder = t.testdir();
  const context = contextOf(folder, "gateway: {id: g}\nbuffer: {path: b.db}\n");
  const release = await new SocketLock().acquire("buffer", join(folder, "b.db"));
  t.teardown(() => release());
  t.match(codesOf(await findingsOf(listenCheck, context))[0], "ok listens_nowhere");
  for (const [host, expected] of [
    ["127.0.0.1", "ok listens_here"],
    ["0.0.0.0", "warning listens_to_all"],
    ["::", "warning listens_to_all"],
  ] as const) {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    const found = await findingsOf(listenCheck, context);
    await new Promise((resolve) => server.close(resolve));
    t.equal(codesOf(found)[0], expected, host);
    t.match(found[0]?.facts, { pid: process.pid });
  }
});
