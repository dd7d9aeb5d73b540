import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import t from "tap";
import { PseudoTerminal } from "../../simulators/pty.js";
import { SystemClock } from "../core/clock.js";
import { LinkError } from "../core/errors.js";
import { SocketLock } from "../core/lock.js";
import { portUsers } from "./port-users.js";
import { SerialLine } from "./serial-line.js";

/** Another program on the port, which locks it as `tio` and others do. */
async function holder(path: string): Promise<ChildProcess> {
  const script = `import fcntl, sys
port = open(sys.argv[1], "rb+", buffering=0)
fcntl.flock(port, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()`;
  const child = spawn("/usr/bin/python3", ["-c", script, path], { stdio: ["pipe", "pipe", "inherit"] });
  if (child.stdout) await once(child.stdout, "data");
  return child;
}

t.test("who holds a port is named, by the link that leads to it too", async (t) => {
  const folder = t.testdir({});
  const pty = await PseudoTerminal.open(`${folder}/port`);
  t.teardown(() => pty.close());
  t.same(await portUsers(`${folder}/port`), []);
  const child = await holder(pty.path);
  t.teardown(() => child.kill());
  t.match(await portUsers(`${folder}/port`), [{ pid: child.pid, program: /^python3/ }]);

  const settings = { baud: 9600, data_bits: 8, parity: "none", stop_bits: 1 } as const;
  const line = new SerialLine(
    { port: `${folder}/port`, ...settings },
    new SystemClock("boot"),
    new SocketLock(),
  );
  const receiver = { onBytes: () => {}, onLost: () => {} };
  const refused = line.open(receiver, new AbortController().signal);
  await t.rejects(refused, { code: "line.serial_in_use" });
  const error: unknown = await refused.catch((thrown: unknown) => thrown);
  t.ok(error instanceof LinkError && String(error.params["users"]).includes(`(${child.pid})`));
  child.stdin?.end();
  await once(child, "exit");
  t.same(await portUsers(`${folder}/port`), []);
  await line.open(receiver, new AbortController().signal);
  await line.close();
});

t.test("a port that is not there has no users", async (t) => {
  t.same(await portUsers("/dev/tty-that-is-not-there"), []);
});
