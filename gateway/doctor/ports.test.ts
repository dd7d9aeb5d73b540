import { spawn } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { SocketLock } from "../../drivers/core/lock.js";
import { PseudoTerminal } from "../../simulators/pty.js";
import type { DoctorContext, Finding } from "./check.js";
import { holdersOf, programOf } from "./open-files.js";
import { adapterOf } from "./port-adapter.js";
import { portsCheck } from "./ports-check.js";
import { codesOf, contextOf, findingsOf } from "./testing/doctor-bench.js";
import { mayUse } from "./user.js";

type Tap = Pick<typeof t, "testdir" | "teardown">;

function look(t: Tap, port: string, replaced: Partial<DoctorContext> = {}): Promise<readonly Finding[]> {
  const folder = mkdtempSync(join(tmpdir(), "tram-ports-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const yaml = `gateway: {id: g}\nconnections: {rs485: {driver: modbus-rtu, port: "${port}"}}\n`;
  return findingsOf(portsCheck, contextOf(folder, yaml, replaced));
}

/** Another process that has the port open, and not the other end, which it would inherit (simulators/pty.ts). */
async function holdOpen(t: Tap, port: string): Promise<number> {
  const child = spawn(
    "python3",
    [
      "-c",
      "import os,sys; os.closerange(3,1024); f=open(sys.argv[1],'rb',0); print('open',flush=True); sys.stdin.read()",
      port,
    ],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  t.teardown(() => child.kill("SIGKILL"));
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return child.pid ?? 0;
}

t.test("a port that is free, one that another program holds, one that our gateway holds", async (t) => {
  const pty = await PseudoTerminal.open();
  t.teardown(() => pty.close());
  // This process has both ends of the pair: it is the device, and by its lock the gateway.
  const release = await new SocketLock().acquire(pty.path, pty.path);
  t.same(codesOf(await look(t, pty.path)), ["ok port_held_by_gateway", "ok port_good"]);
  const pid = await holdOpen(t, pty.path);
  const both = await look(t, pty.path);
  t.same([...codesOf(both)].sort(), ["ok port_held_by_gateway", "problem port_held"]);
  t.match(both.find(({ level }) => level === "problem")?.facts, { pid, program: "python3" });
  await release();
  t.same(
    codesOf(await look(t, pty.path)),
    ["problem port_held"],
    "the device itself holds its port, and is no rival",
  );
});

t.test("rights are judged for the user that the gateway has", async (t) => {
  const pty = await PseudoTerminal.open();
  t.teardown(() => pty.close());
  const release = await new SocketLock().acquire(pty.path, pty.path);
  t.teardown(() => release());
  chownSync(pty.path, 0, 20);
  chmodSync(pty.path, 0o660);
  const as = (gids: readonly number[]) => look(t, pty.path, { user: { name: "tram", uid: 1234, gids } });
  t.same(codesOf(await as([1234, 20])), ["ok port_held_by_gateway", "ok port_good"]);
  const refused = await as([1234]);
  t.same(codesOf(refused), ["problem port_no_rights", "ok port_held_by_gateway"]);
  t.match(refused[0]?.said.params, { user: "tram", group: "dialout" });
  chmodSync(pty.path, 0o600);
  t.same(codesOf(await as([1234, 20])), ["problem port_closed_to_group", "ok port_held_by_gateway"]);

  const file = { uid: 5, gid: 7, mode: 0o640 };
  const may = (uid: number, ...gids: number[]) => mayUse(file, { name: "x", uid, gids });
  t.same(
    [may(5), may(6, 7), may(6, 8), may(0)].map(({ read, write }) => `${Number(read)}${Number(write)}`),
    ["11", "10", "00", "11"],
  );
  t.same(
    mayUse({ ...file, mode: 0o066 }, { name: "x", uid: 5, gids: [7] }),
    { read: false, write: false },
    "the owner's rights count alone",
  );
});

t.test("a port that is not there, with those that are; and a file in its place", async (t) => {
  const system = t.testdir({ dev: { serial: { "by-id": { "usb-FTDI_A-if00-port0": "" } }, file: "" } });
  const missing = await look(t, "/dev/serial/by-id/usb-gone", { system });
  t.same(codesOf(missing), ["problem port_missing_others"]);
  t.match(missing[0]?.said.params, { others: "/dev/serial/by-id/usb-FTDI_A-if00-port0" });
  t.same(codesOf(await look(t, "/dev/ttyUSB0", { system: join(system, "dev") })), ["problem port_missing"]);
  t.same(codesOf(await look(t, "/dev/file", { system })), ["problem not_a_port"]);
});

t.test("without serial connections the ports that are plugged in are named", async (t) => {
  const folder = t.testdir({
    full: { dev: { serial: { "by-id": { "usb-b": "", "usb-a": "" } } } },
    empty: {},
  });
  const found = (system: string) =>
    findingsOf(portsCheck, contextOf(folder, "gateway: {id: g}\n", { system: join(folder, system) }));
  t.match(await found("full"), [
    { level: "note", facts: { ports: ["/dev/serial/by-id/usb-a", "/dev/serial/by-id/usb-b"] } },
  ]);
  t.same(codesOf(await found("empty")), ["note no_ports"]);
});

t.test("the driver, the maker and the timer of an adapter", async (t) => {
  // As a Raspberry Pi shows an FTDI adapter on its first socket.
  const usb = "sys/devices/platform/soc/usb1/1-1";
  const system = t.testdir();
  const folder = join(system, usb, "1-1:1.0/ttyUSB0");
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(system, "sys/bus/usb-serial/drivers/ftdi_sio"), { recursive: true });
  mkdirSync(join(system, "sys/class/tty/ttyUSB0"), { recursive: true });
  for (const [name, text] of [
    ["idVendor", "0403\n"],
    ["idProduct", "6001\n"],
    ["product", "FT232R USB UART\n"],
    ["serial", "A50285BI\n"],
  ] as const) {
    writeFileSync(join(system, usb, name), text);
  }
  writeFileSync(join(folder, "latency_timer"), "16\n");
  symlinkSync(folder, join(system, "sys/class/tty/ttyUSB0/device"));
  symlinkSync(join(system, "sys/bus/usb-serial/drivers/ftdi_sio"), join(folder, "driver"));
  t.match(adapterOf(system, "ttyUSB0"), {
    words: { driver: "ftdi_sio", product: "FT232R USB UART", ids: "0403:6001" },
    facts: { serial: "A50285BI", latencyMs: 16 },
    slowMs: 16,
  });
  writeFileSync(join(folder, "latency_timer"), "1\n");
  t.equal(adapterOf(system, "ttyUSB0")?.slowMs, undefined);
  t.equal(adapterOf(system, "pts0"), undefined);
});

t.test("who has a file open, as /proc tells it", async (t) => {
  const system = t.testdir({
    proc: {
      "7": { comm: "kthreadd\n", cmdline: "", fd: {} },
      "41": { comm: "ModemManager\n", cmdline: "/usr/sbin/ModemManager\0--token=abc\0", fd: {} },
      "42": { comm: "secret\n", cmdline: "secret\0", fd: {} },
      self: {},
    },
  });
  symlinkSync("/dev/ttyUSB0", join(system, "proc/41/fd/5"));
  t.same(holdersOf(system, "/dev/ttyUSB0"), { holders: [41], hidden: 1 });
  t.same(holdersOf(system, "/dev/ttyUSB1"), { holders: [], hidden: 1 });
  t.same(programOf(system, 41), { name: "ModemManager", command: "/usr/sbin/ModemManager" });
});
