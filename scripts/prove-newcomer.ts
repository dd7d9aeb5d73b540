import { spawn as spawnChild } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { spawn } from "@lydell/node-pty";
import { Mosquitto } from "../gateway/forward/testing/mosquitto.js";

/*
 * The way of a newcomer, by the screen alone and in Vietnamese: a bus of five devices whose settings nobody knows, until
 * their readings are at a broker and the commissioning report lies there. Everything is typed into a terminal of 80
 * columns as a person would: every new screen is read first, at the pace of a slow reader, and keys are pressed one by one.
 *
 *     node dist/scripts/prove-newcomer.js [--seed 1] [--outage 60s] [--words-a-minute 150] [--keys-a-second 4] [--show]
 */

const MAIN = join(import.meta.dirname, "../gateway/cli/main.js");
const PATIENCE_MS = 600_000;
const LIMIT_MS = 15 * 60_000;

interface Pace {
  readonly wordsAMinute: number;
  readonly keysASecond: number;
  readonly isShown: boolean;
}

/** A terminal in which one command runs, and somebody who reads and types. */
class Terminal {
  readonly #pty;
  readonly #pace: Pace;
  readonly #ended: Promise<number>;
  #seen = "";
  #readTo = 0;

  constructor(args: readonly string[], cwd: string, env: Readonly<Record<string, string>>, pace: Pace) {
    this.#pace = pace;
    this.#pty = spawn(process.execPath, [MAIN, ...args], { cols: 80, rows: 24, name: "xterm", cwd, env });
    this.#pty.onData((data) => {
      this.#seen += data;
      if (pace.isShown) process.stderr.write(data);
    });
    this.#ended = new Promise((resolve) => this.#pty.onExit(({ exitCode }) => resolve(exitCode)));
  }

  /** What is on the screen, without escapes. */
  get text(): string {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escapes are what is removed
    return this.#seen.replace(/\u001b\[[0-9;?]*[A-Za-z]|\r/g, "");
  }

  /** Waits until it is there, and reads all that is new. */
  async read(wanted: RegExp): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while (!wanted.test(this.text.slice(this.#readTo))) {
      if (performance.now() > deadline)
        throw new Error(`never on the screen: ${wanted}\n${this.text.slice(-2000)}`);
      await wait(50);
    }
    const fresh = this.text.slice(this.#readTo);
    this.#readTo = this.text.length;
    // A bar that is drawn again is read once.
    const words = new Set(fresh.split("\n").map((line) => line.trim())).size > 0 ? wordsOf(fresh) : 0;
    await wait((words / this.#pace.wordsAMinute) * 60_000);
  }

  async type(text: string): Promise<void> {
    for (const key of text) {
      await wait(1000 / this.#pace.keysASecond);
      this.#pty.write(key);
    }
    await wait(1000 / this.#pace.keysASecond);
    this.#pty.write("\r");
  }

  press(key: string): void {
    this.#pty.write(key);
  }

  ended(): Promise<number> {
    return this.#ended;
  }
}

function wordsOf(text: string): number {
  const lines = new Set(text.split("\n").map((line) => line.replace(/\[[#.]+\].*$/, "").trim()));
  return [...lines]
    .join(" ")
    .split(/\s+/)
    .filter((word) => /\p{L}/u.test(word)).length;
}

interface Step {
  readonly name: string;
  readonly seconds: number;
}

async function prove(seed: string, outage: string, pace: Pace): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "tram-new-"));
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    LANG: "vi_VN.UTF-8",
    XDG_RUNTIME_DIR: folder,
    USER: "kythuat",
  };
  const broker = await Mosquitto.start(folder);
  const bus = join(folder, "bus");
  const devices = spawnChild(
    process.execPath,
    [MAIN, "simulate", "unknown-bus", "--link", bus, "--seed", seed],
    {
      env,
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  for await (const _ of createInterface({ input: devices.stdout })) break;
  const heard = new Set<string>();
  const centre = spawnChild("mosquitto_sub", ["-p", `${broker.port}`, "-t", "tram/v1/+/data", "-q", "1"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  createInterface({ input: centre.stdout }).on("line", (line) => {
    for (const { device } of (JSON.parse(line) as { records: { device: string }[] }).records)
      heard.add(device);
  });
  const steps: Step[] = [];
  const began = performance.now();
  let last = began;
  const done = (name: string): void => {
    const now = performance.now();
    steps.push({ name, seconds: (now - last) / 1000 });
    last = now;
    process.stderr.write(`${name}: ${Math.round(steps.at(-1)?.seconds ?? 0)} s\n`);
  };
  const run = (...args: string[]): Terminal => new Terminal(args, folder, env, pace);
  try {
    const init = run("init");
    await init.read(/Tên trạm \[/);
    await init.type("Trạm bơm Mỹ Xuyên 01");
    for (const question of [/Mã trạm \[/, /Loại trạm \[/, /Vị trí: $/, /Múi giờ \[/]) {
      await init.read(question);
      await init.type("");
    }
    // Ports of this machine are offered one by one; the bus is none of them.
    for (;;) {
      await init.read(/\(c\/k\) \[[ck]\]: $|Cổng nối tiếp: $/);
      const isPort = /Cổng nối tiếp: $/.test(init.text);
      await init.type(isPort ? bus : "k");
      if (isPort) break;
    }
    for (const [question, answer] of [
      [/Tốc độ \[/, ""],
      [/Thiết bị TCP: $/, ""],
      [/Broker: $/, broker.url],
      [/Tên đăng nhập \[/, ""],
      [/Mật khẩu: $/, ""],
      [/Tệp bộ đệm \[/, ""],
      [/Dung lượng tối đa \[/, ""],
      [/Viết .*\? \(c\/k\) \[c\]: $/s, ""],
      [/Tiếp theo:/, undefined],
    ] as const) {
      await init.read(question);
      if (answer !== undefined) await init.type(answer);
    }
    await init.ended();
    done("tram init");
    const scan = run("scan");
    await scan.read(/\[c\/K\] $/);
    await scan.type("c");
    await scan.read(/Đã ghi \d+ thiết bị/);
    await scan.ended();
    done("tram scan");
    const check = run("check");
    await check.read(/hợp lệ/);
    await check.ended();
    done("tram check");
    const doctor = run("doctor");
    await doctor.read(/\d+ mục tốt|Mọi mục/);
    await doctor.ended();
    done("tram doctor");
    const gateway = run("run");
    await gateway.read(/đang chạy/);
    const wanted = configured(folder);
    while (![...wanted].every((device) => heard.has(device))) await wait(100);
    done("tram run, until the broker has readings of every device");
    const status = run("status");
    await status.read(/Cần xem|Mọi thứ đều tốt/);
    await status.ended();
    done("tram status");
    const report = run("report", "--outage", outage);
    await report.read(/\[C\/k\] $/);
    await report.type("");
    await report.read(/Biên bản: .*(?:Còn mở|Không có mục)/s);
    await report.ended();
    done("tram report");
    const total = performance.now() - began;
    gateway.press("\u0003");
    await gateway.ended();
    const file = readdirSync(folder).find((name) => name.endsWith(".html"));
    const data = JSON.parse(readFileSync(join(folder, file?.replace(/html$/, "json") ?? ""), "utf8")) as {
      buffer_test: { result: string };
      devices: { state: string }[];
    };
    const answering = data.devices.filter(({ state }) => state === "answering").length;
    for (const { name, seconds } of steps)
      process.stdout.write(`${String(Math.round(seconds)).padStart(5)} s  ${name}\n`);
    process.stdout.write(`${String(Math.round(total / 1000)).padStart(5)} s  all together\n`);
    process.stdout.write(
      `devices found ${wanted.size}, answering ${answering}, at the broker ${heard.size}; buffer test ${data.buffer_test.result}; seed ${seed}\n`,
    );
    const isGood =
      total < LIMIT_MS &&
      wanted.size === 5 &&
      answering === 5 &&
      data.buffer_test.result === "passed" &&
      existsSync(join(folder, file ?? ""));
    return isGood ? 0 : 1;
  } finally {
    devices.kill("SIGKILL");
    centre.kill("SIGKILL");
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Ids of the devices of gateway.yaml. */
function configured(folder: string): ReadonlySet<string> {
  const text = readFileSync(join(folder, "gateway.yaml"), "utf8");
  const section = text.slice(text.indexOf("\ndevices:"));
  return new Set([...section.matchAll(/^ {2}([\w.-]+):\s*\n {4}name:/gm)].map(([, id]) => id ?? ""));
}

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    outage: { type: "string", default: "60s" },
    "words-a-minute": { type: "string", default: "150" },
    "keys-a-second": { type: "string", default: "4" },
    show: { type: "boolean", default: false },
  },
});
process.exitCode = await prove(values.seed, values.outage, {
  wordsAMinute: Number(values["words-a-minute"]),
  keysASecond: Number(values["keys-a-second"]),
  isShown: values.show,
});
process.exit();
