import { mkdirSync } from "node:fs";
import { PassThrough } from "node:stream";
import t from "tap";
import { auditReader } from "../../buffer/audit-reader.js";
import { heldOutput } from "../testing/held-output.js";
import { siteOf } from "../testing/site-fixture.js";

/** Somebody before a terminal who answers one question. */
function terminal(answer: string): NodeJS.ReadableStream {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  stdin.write(`${answer}\n`);
  return stdin;
}

t.test("nobody writes by accident", async (t) => {
  const site = await siteOf(t);
  await site.startDevices();
  const set = ["station", "gate.setpoint", "12"];
  const cases: readonly [string, readonly string[], NodeJS.ReadableStream | undefined, number, RegExp][] = [
    ["no terminal", set, undefined, 2, /no terminal to ask on; nothing was written.*--yes/],
    [
      "a dangerous point, no terminal",
      ["drive", "setpoint.frequency", "10", "--yes"],
      undefined,
      2,
      /--yes-i-know/,
    ],
    ["raw, no terminal", ["station", "--raw", "holding", "0", "1", "--yes"], undefined, 2, /--yes-i-know/],
    ["another word", set, terminal("ok"), 1, /Nothing was written/],
    ["only Enter", set, terminal(""), 1, /Nothing was written/],
    [
      "yes for a dangerous point",
      ["drive", "setpoint.frequency", "10"],
      terminal("yes"),
      1,
      /Nothing was written/,
    ],
    [
      "yes for raw words",
      ["station", "--raw", "holding", "0", "1"],
      terminal("yes"),
      1,
      /Nothing was written/,
    ],
    ["yes", set, terminal("yes"), 0, /Written to station\.gate\.setpoint and read back: 12 %/],
    ["the device's name", ["drive", "setpoint.frequency", "10"], terminal("drive"), 0, /read back: 10 Hz/],
  ];
  for (const [name, args, stdin, code, said] of cases) {
    const { code: found, err, out } = await site.run("write", args, stdin ? { stdin } : {});
    t.equal(found, code, name);
    t.match(out.text + err.text, said, name);
  }
  const abort = new AbortController();
  const waiting = Object.assign(new PassThrough(), { isTTY: true });
  const pending = site.run("write", ["station", "gate.setpoint", "13"], {
    stdin: waiting,
    signal: abort.signal,
  });
  waiting.once("resume", () => abort.abort());
  t.equal((await pending).code, 1, "Ctrl-C at the question");
  const now = await site.run("read", ["station", "gate.setpoint", "--json"]);
  t.match(heldOutput("read", now.out.text), { value: 12 });
});

t.test("what cannot be written is refused, with what can be", async (t) => {
  const site = await siteOf(t);
  await site.startDevices();
  for (const [args, said] of [
    [["station", "gate.setpoint", "101"], /101 .*allowed: 0 … 100 %/],
    [["station", "gate.setpoint", "40,5"], /Write 40\.5/],
    [["station", "gate.setpoint", "40", "Hz"], /not the unit .* %/],
    [["station", "gate.setpoint", "wide"], /is no number/],
    [["station", "level", "1"], /read only .*gate\.setpoint, pump\.run/],
    [["station", "gate", "1"], /no point gate .*gate\.setpoint/],
    [["staton", "gate.setpoint", "1"], /no device staton .*station/],
    [["station", "pump.run", "2"], /neither on nor off/],
    [["drive", "command", "fly"], /forward, reverse/],
    [["station", "gate.setpoint"], /Write what/],
    [["station", "--raw", "input", "0", "1"], /read only/],
    [["station", "--raw", "holding", "0"], /--raw takes/],
    [["station", "--raw", "holding", "0", "65536"], /no number from 0 to 65535/],
    [["station", "gate.setpoint", "1", "--by", "a".repeat(121)], /--by is longer/],
  ] as const) {
    const { code, err } = await site.run("write", [...args, "--yes", "--yes-i-know"]);
    t.equal(code, 2, args.join(" "));
    t.match(err.text.replaceAll("\n", " "), said, args.join(" "));
  }
});

t.test("what is not audited is not written", async (t) => {
  const site = await siteOf(t);
  await site.startDevices();
  // A folder stands where the file should be.
  mkdirSync(site.config.audit.path, { recursive: true });
  const { code, err } = await site.run("write", ["station", "gate.setpoint", "77", "--yes"]);
  t.equal(code, 2);
  t.match(err.text, /audit .* cannot be written: .*Nothing was written to the device/);
  const now = await site.run("read", ["station", "gate.setpoint", "--json"]);
  t.not(heldOutput("read", now.out.text).value, 77);
});

t.test("a device that is gone is not written to", async (t) => {
  const site = await siteOf(t);
  const devices = await site.startDevices();
  const gateway = await site.startGateway();
  await devices.stop();
  const { code, out } = await site.run("write", ["station", "gate.setpoint", "1", "--yes"]);
  t.equal(code, 1);
  t.match(out.text, /was not sent: nothing reached the device|MAY have been carried out/);
  await gateway.stop(2000);
  const states: unknown[] = [];
  for await (const { code: of, params } of auditReader(site.config.audit.path).entries()) {
    if (of === "audit.write_done") states.push(params["state"]);
  }
  t.match(states, [/^(not_sent|unknown)$/]);
});
