import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { SocketLock } from "../../../drivers/core/lock.js";
import type { AskedOf } from "../grammar/command.js";
import { readCommand } from "../grammar/read-command.js";
import { SCAN, scanOrder } from "./scan-order.js";
import { folderFor, found, scan, serve } from "./scan-verb-fixture.js";

const orderOf = (args: readonly string[]) =>
  scanOrder(readCommand(SCAN, "scan", args) as AskedOf<typeof SCAN>);

t.test("what is meant by the options", async (t) => {
  t.match(orderOf(["rs485", "--units", "1-3,7,2", "--quick"]), {
    connection: "rs485",
    units: [1, 2, 3, 7],
    effort: "quick",
  });
  t.match(orderOf(["--port", "/dev/ttyUSB0", "--baud", "9600,4800", "--parity", "even"]), {
    bauds: [9600, 4800],
    parities: ["even"],
    effort: "normal",
  });
  t.same(orderOf(["--host", "192.168.10.20:502"]).host, { name: "192.168.10.20", port: 502 });
  t.same(orderOf(["--host", "[fe80::1]"]).host, { name: "fe80::1" });
  for (const [args, code] of [
    [["a", "b"], "cli.too_many_arguments"],
    [["a", "--port", "/dev/x"], "scan_verb.one_place"],
    [["--quick", "--thorough"], "scan_verb.quick_or_thorough"],
    [["--units", "0-3"], "scan_verb.wrong_list"],
    [["--units", "9-3"], "scan_verb.wrong_list"],
    [["--units", "256"], "scan_verb.wrong_list"],
    [["--baud", "fast"], "scan_verb.wrong_list"],
    [["--parity", "mark"], "scan_verb.wrong_list"],
    [["--set-address", "0"], "scan_verb.wrong_list"],
    [["--host", "192.168.10.0/24"], "scan_verb.wrong_host"],
    [["--host", "plc:70000"], "scan_verb.wrong_host"],
    [["--host", "plc", "--baud", "9600"], "scan_verb.not_on_tcp"],
    [["--nonsense"], "cli.unknown_option"],
  ] as const) {
    t.throws(() => orderOf(args), { code }, args.join(" "));
  }
});

t.test("devices of two speeds on a real port, written into gateway.yaml", async (t) => {
  const port = await serve(t, [
    ["xy/md02", 3, 9600],
    ["renke/rs-ws-n01-tr", 2, 4800],
  ]);
  const folder = folderFor(t, {
    "gateway.yaml": `gateway: {id: t-01, timezone: Asia/Ho_Chi_Minh}\n# giữ lại\nconnections:\n  bus: {driver: modbus-rtu, port: ${port}}\ndevices:\n  old: {connection: bus, unit_id: 9, profile: xy/md02}   # cũ\n`,
  });
  const file = join(folder, "gateway.yaml");
  const args = ["bus", "-c", file, "--baud", "9600,4800", "--parity", "none", "--units", "1-4", "--add"];
  const ran = await scan(t, args, () => {}, { XDG_RUNTIME_DIR: folder });
  t.equal(ran.code, 0, ran.errors);
  t.same([...found(ran)].sort(), ["4800 8N1 2 renke/rs-ws-n01-tr", "9600 8N1 3 xy/md02"]);
  const text = readFileSync(file, "utf8");
  t.match(text, "# giữ lại");
  t.match(
    text,
    /md02:\n {4}name: [^()\n]*XY-MD02[^()\n]*\n {4}connection: bus\n {4}unit_id: 3\n {4}profile: xy\/md02/,
  );
  t.notMatch(text, "renke", "of another speed than its connection");
  t.match(ran.errors, "another setting on the same port");
});

t.test("a connection without devices learns how its bus speaks", async (t) => {
  const port = await serve(t, [["renke/rs-ws-n01-tr", 2, 4800]]);
  const folder = folderFor(t, {
    "gateway.yaml": `gateway: {id: t-01, timezone: Asia/Ho_Chi_Minh}\nconnections:\n  bus:\n    driver: modbus-rtu\n    port: ${port}\n    baud: 9600   # chưa biết\n    parity: even\n`,
  });
  const file = join(folder, "gateway.yaml");
  const args = ["-c", file, "--baud", "4800", "--parity", "none", "--units", "2", "--add"];
  const ran = await scan(t, args, () => {}, { XDG_RUNTIME_DIR: folder });
  t.equal(ran.code, 0, ran.errors);
  t.match(ran.errors, "The connection bus has no device yet: it becomes baud: 4800, parity: none.");
  const text = readFileSync(file, "utf8");
  t.match(text, "    baud: 4800   # chưa biết\n    parity: none\n");
  t.match(text, /connection: bus\n {4}unit_id: 2/);
});

t.test("the only serial connection need not be named; one of several must", async (t) => {
  const port = await serve(t, [["xy/md02", 3, 9600]]);
  const head = "gateway: {id: t-01, timezone: Asia/Ho_Chi_Minh}\n";
  const plc = "  plc: {driver: modbus-tcp, host: 127.0.0.1}\n";
  const folder = folderFor(t, {
    "one.yaml": `${head}connections:\n  bus: {driver: modbus-rtu, port: ${port}}\n${plc}`,
    "two.yaml": `${head}connections:\n  a: {driver: modbus-rtu, port: /dev/a}\n  b: {driver: modbus-rtu, port: /dev/b}\n`,
  });
  const narrow = ["--baud", "9600", "--parity", "none", "--units", "3"];
  const env = { XDG_RUNTIME_DIR: folder };
  const one = await scan(t, ["-c", join(folder, "one.yaml"), ...narrow], () => {}, env);
  t.same(found(one), ["9600 8N1 3 xy/md02"], one.errors);
  const two = await scan(t, ["-c", join(folder, "two.yaml"), ...narrow], () => {}, env);
  t.equal(two.code, 2);
  t.match(two.errors, "scan_verb.several_connections");
});

t.test("Ctrl-C ends it with what was not tried", async (t) => {
  const port = await serve(t, [["xy/md02", 1, 9600]]);
  const ran = await scan(t, ["--port", port], (report, child) => {
    if (report.event === "recognised") child.kill("SIGINT");
  });
  const end = ran.reports.at(-1);
  t.equal(end?.event, "end");
  if (end?.event === "end")
    t.ok(end.untried.length > 10 && end.found === 1, JSON.stringify(end.untried.length));
  t.equal(ran.code, 0);
});

t.test("a port that a process holds, one that is not there, and nothing to look at", async (t) => {
  const port = await serve(t, []);
  const release = await new SocketLock().acquire(port, port);
  const second = await scan(t, ["--port", port, "--units", "1", "--baud", "9600", "--parity", "none"]);
  await release();
  t.equal(second.code, 2);
  t.match(second.errors, String(process.pid));
  const none = await scan(t, ["--port", "/dev/not-there"]);
  t.equal(none.code, 1);
  t.match(none.errors, "/dev/not-there");
});
