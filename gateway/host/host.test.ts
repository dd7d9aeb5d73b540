import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import t from "tap";
import { LinkError, TransientError } from "../../drivers/core/errors.js";
import { SocketLock } from "../../drivers/core/lock.js";
import { ManualClock } from "../../drivers/core/manual-clock.js";
import { messages, say } from "../../drivers/core/message.js";
import { ClockTrust } from "./clock-trust.js";
import { readableLines } from "./log-lines.js";
import { createLog } from "./pino-log.js";
import { SystemdNotify } from "./systemd-notify.js";
import { Watchdog } from "./watchdog.js";

const M = messages("host_test", {
  broken: { vi: "{what} hỏng.", en: "{what} is broken.", hint: { vi: "Sửa đi.", en: "Mend it." } },
  plain: { vi: "xong", en: "done" },
});

function logInto(lines: Record<string, unknown>[], clock: ManualClock, language: "vi" | "en" = "en") {
  const destination = { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) };
  return createLog({ level: "info", language, clock, destination });
}

t.test("a log line has code, parameters, context and the sentence with its hint", async (t) => {
  const lines: Record<string, unknown>[] = [];
  const log = logInto(lines, new ManualClock(), "vi").with({ connection: "rs485" });
  log.warn(say(M.broken, { what: "Bơm" }), { device: "pump" });
  log.debug(say(M.plain));
  t.match(lines, [
    {
      level: "warn",
      time: "2026-11-23T02:51:20.123Z",
      connection: "rs485",
      device: "pump",
      code: "host_test.broken",
      params: { what: "Bơm" },
      msg: "Bơm hỏng. Sửa đi.",
    },
  ]);
  t.equal(lines.length, 1, "debug lines are not wanted");
});

t.test("a repeated fault is printed once a minute, with its count", async (t) => {
  const clock = new ManualClock();
  const lines: Record<string, unknown>[] = [];
  const log = logInto(lines, clock);
  const rs485 = log.with({ connection: "rs485" });
  const say1 = () => rs485.error(say(M.broken, { what: "meter" }), { device: "meter" });
  for (let n = 0; n < 100; n++) {
    say1();
    await clock.advance(100);
  }
  rs485.error(say(M.broken, { what: "well" }), { device: "well" });
  log.with({ connection: "plc" }).error(say(M.broken, { what: "meter" }), { device: "meter" });
  t.equal(lines.length, 3, "another device and another connection are other faults");
  await clock.advance(60_000);
  t.match(lines.at(3), { code: "host.repeated", msg: "99 times more in the last minute: meter is broken." });
  say1();
  t.equal(lines.length, 5, "after the minute it is news again");
  say1();
  log.close();
  t.match(lines.at(-1), { code: "host.repeated", params: { count: 1 } });
  t.equal(clock.pending, 0);
  log.info(say(M.plain));
  log.info(say(M.plain));
  t.equal(lines.filter(({ msg }) => msg === "done").length, 2, "only faults are counted");
});

t.test("errors are data down to their causes, and passwords stay out", async (t) => {
  const lines: Record<string, unknown>[] = [];
  const log = logInto(lines, new ManualClock());
  const socket = Object.assign(new TypeError("connect mqtt://user:hunter2@host failed"), {
    code: "ECONNREFUSED",
  });
  const error = new LinkError(M.broken, { what: "mqtts://box:hunter2@host:1" }, { cause: socket });
  log.error(say(M.broken, { what: "mqtts://box:hunter2@host:1" }), { err: error, password: "hunter2" });
  t.notOk(JSON.stringify({ ...lines[0], params: undefined }).includes("hunter2"));
  t.match(lines[0], { err: { class: "link", code: "host_test.broken", cause: { code: "ECONNREFUSED" } } });
  const ours: Record<string, unknown>[] = [];
  logInto(ours, new ManualClock()).error(say(M.plain), { err: new TransientError("no_answer", M.plain) });
  t.equal(JSON.stringify(ours).includes("stack"), false, "an expected error needs no stack");
});

t.test("on a terminal a line is a sentence", async (t) => {
  let text = "";
  const clock = new ManualClock();
  const paper = { colours: false, columns: 80 };
  const destination = readableLines((part) => {
    text += part;
  }, paper);
  const log = createLog({ level: "info", language: "en", clock, destination });
  log.with({ connection: "rs485" }).warn(say(M.broken, { what: "Meter" }), { device: "meter" });
  t.match(text, /^\d\d:\d\d:\d\d ! \[rs485 meter\] Meter is broken\. Mend it\.\n$/);
  text = "";
  paper.columns = 30;
  log.error(say(M.broken, { what: "The meter of the third cabinet" }));
  t.match(text, /^\d\d:\d\d:\d\d × The meter of the\n {11}third cabinet is\n/);
  log.close();
});

t.test("the clock is trusted when somebody who keeps it says so", async (t) => {
  const says = async (commands: Record<string, string>, mark = "nowhere") => {
    const folder = t.testdir();
    for (const [name, script] of Object.entries(commands)) {
      writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(folder, name), 0o755);
    }
    const trust = new ClockTrust({
      mode: "auto",
      clock: new ManualClock(),
      log: logInto([], new ManualClock()),
      env: { PATH: folder },
      timesyncMark: mark,
      onTrusted: () => {},
    });
    await trust.start();
    trust.stop();
    return trust.trusted;
  };
  t.equal(await says({}), false, "nobody is there");
  t.equal(await says({}, "/proc/self/stat"), true, "timesyncd's mark");
  t.equal(
    await says({ timedatectl: "echo NTPSynchronized=no", chronyc: "echo 'Leap status     : Normal'" }),
    true,
  );
  t.equal(
    await says({ timedatectl: "echo NTPSynchronized=yes; exit 1" }),
    false,
    "a failing command says nothing",
  );
  t.equal(
    await says({ chronyc: "echo 'Leap status     : Not synchronised'", ntpq: "echo leap_alarm" }),
    false,
  );
  t.equal(await says({ ntpq: "echo 'leap=00, stratum=2'" }), true);
});

t.test("it is asked again until it is trusted, and then told once", async (t) => {
  const folder = t.testdir({ timedatectl: "#!/bin/sh\necho NTPSynchronized=no\n" });
  chmodSync(join(folder, "timedatectl"), 0o755);
  const clock = new ManualClock();
  let told = 0;
  const trust = new ClockTrust({
    mode: "auto",
    clock,
    log: logInto([], clock),
    env: { PATH: folder },
    timesyncMark: join(folder, "mark"),
    onTrusted: () => {
      told++;
    },
  });
  await trust.start();
  t.equal(trust.trusted, false);
  writeFileSync(join(folder, "mark"), "");
  while (told === 0) await clock.advance(10_000);
  t.equal(trust.trusted, true);
  await clock.advance(60_000);
  t.equal(told, 1);
  t.equal(clock.pending, 0);
});

t.test("the watchdog names what stands still, and nothing else", async (t) => {
  const watchdog = new Watchdog(60_000);
  t.same(watchdog.stuck(1e9), []);
  watchdog.beat("poll.rs485", 0);
  watchdog.beat("poll.plc", 0);
  watchdog.beat("poll.plc", 50_000);
  t.same(watchdog.stuck(60_001), ["poll.rs485"]);
  watchdog.beat("poll.rs485", 60_002);
  t.same(watchdog.stuck(60_003), []);
});

t.test("systemd hears READY, WATCHDOG and STOPPING", async (t) => {
  // A Unix socket's path is short (108 bytes): not below the test's own folder.
  const folder = mkdtempSync(join(tmpdir(), "tram-notify-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const socket = join(folder, "notify");
  const script = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[1]); print("bound", flush=True)
while True: print(s.recv(4096).decode().replace("\\n", " "), flush=True)`;
  const systemd = spawn("/usr/bin/python3", ["-c", script, socket], { stdio: ["ignore", "pipe", "inherit"] });
  t.teardown(() => systemd.kill());
  let heard = "";
  systemd.stdout.on("data", (chunk: Buffer) => {
    heard += chunk.toString();
  });
  const hear = async (text: string): Promise<void> => {
    while (!heard.includes(text)) await once(systemd.stdout, "data");
  };
  await hear("bound");
  const clock = new ManualClock();
  const notify = new SystemdNotify({ ...process.env, NOTIFY_SOCKET: socket, WATCHDOG_USEC: "20000000" });
  await notify.ready("polling");
  await hear("READY=1 STATUS=polling");
  let alive = true;
  notify.watch(clock, () => alive);
  await hear("WATCHDOG=1");
  heard = "";
  alive = false;
  await clock.advance(10_000);
  await notify.stopping();
  await hear("STOPPING=1");
  t.notOk(heard.includes("WATCHDOG"), "a gateway that stands still does not say that it lives");
  t.equal(clock.pending, 0);
  t.equal(new SystemdNotify({}).watchdogMs, undefined);
});

t.test("a lock excludes, names the holder, follows links, and ends with the process", async (t) => {
  const folder = t.testdir({ file: "" });
  const file = join(folder, "file");
  symlinkSync(file, join(folder, "link"));
  const lock = new SocketLock();
  const release = await lock.acquire("buffer", file);
  const mine = { code: "core.held_by_process", params: { what: "bus", pid: String(process.pid) } };
  await t.rejects(lock.acquire("bus", join(folder, "link")), mine, "the same file by another name");
  await (await lock.acquire("other", join(folder, "other")))();
  await release();

  const holder = spawn(process.execPath, [
    "--input-type=module",
    "-e",
    `import { SocketLock } from ${JSON.stringify(new URL("../../drivers/core/lock.js", import.meta.url).href)};
     await new SocketLock().acquire("x", ${JSON.stringify(file)});
     console.log("held"); setInterval(() => {}, 1000);`,
  ]);
  await once(holder.stdout, "data");
  await t.rejects(lock.acquire("bus", file), {
    code: "core.held_by_process",
    params: { pid: String(holder.pid) },
  });
  holder.kill("SIGKILL");
  await once(holder, "exit");
  await (await lock.acquire("bus", file))();
});
