import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gatewayYaml } from "./bench-config.js";
import type { Figure, Row } from "./bench-figure.js";
import { usageOf } from "./bench-process.js";
import type { Program } from "./bench-program.js";
import { pause, Rig } from "./bench-rig.js";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const COMMAND = fileURLToPath(new URL("../gateway/cli/main.js", import.meta.url));
/** As many clients as a simulated device takes, each with one request under way; and four that ask ahead. */
const CLIENTS = [16, 1] as const;
const AHEAD = [4, 8] as const;
const REACH = { least: 20_000 };
/** Registers of a device with points in place: more than one that is read. */
const MANY = 125;

/** A device to be asked, on a core of its own. */
interface Asked {
  readonly pid: number;
  readonly port: number;
  readonly function: 3 | 4;
}

/** The simulator on the last core, who asks on the first: they do not take it from each other. */
const ASKER = "0";
const SIMULATOR = String(cpus().length - 1);
/** Of `bench-ask`, which does not count it. */
const WARM_UP_MS = 1000;

interface Rate {
  readonly perSecond: number;
  /** What it would be with the core to itself: others may use this machine. */
  readonly perCpuSecond: number;
}

/** Reads of `count` registers from 0 on. Throws where an answer is wrong. */
async function rateOf(
  rig: Rig,
  asked: Asked,
  count: number,
  seconds: number,
  [connections, inFlight]: readonly [number, number] = CLIENTS,
): Promise<Rate> {
  const numbers = [asked.port, 1, asked.function, connections, inFlight, seconds].map(String);
  const program = join(rig.folder, "bench-ask");
  const asker = rig.program("taskset", ["-c", ASKER, program, ...numbers, `0:${count}`]);
  await pause(WARM_UP_MS);
  const before = usageOf(asked.pid);
  const [replies = 0, exceptions = 0, wrong = 0, ns = 0] = (await asker.line()).split(" ").map(Number);
  const used = usageOf(asked.pid).cpuSeconds - before.cpuSeconds;
  if (exceptions + wrong > 0) throw new Error(`${exceptions} exceptions, ${wrong} wrong answers`);
  return { perSecond: (replies * 1e9) / ns, perCpuSecond: replies / used };
}

function pinned(rig: Rig, args: readonly string[]): Program {
  return rig.program("taskset", ["-c", SIMULATOR, ...args]);
}

/** taskset becomes what it starts. */
function pidOf({ child }: Program): number {
  return child.pid ?? 0;
}

/** `tram simulate`, found by what it says first. */
async function simulated(rig: Rig, args: readonly string[], fn: 3 | 4): Promise<Asked> {
  const program = pinned(rig, [process.execPath, COMMAND, "simulate", ...args, "--lang", "en"]);
  const said = await program.line();
  const port = Number(/127\.0\.0\.1:(\d+)/.exec(said)?.[1]);
  if (!port) throw new Error(`tram simulate: ${said}`);
  return { pid: pidOf(program), port, function: fn };
}

export const SIMULATOR_ROW: Row = {
  name: "simulator",
  about: "requests/s of a simulated device on one core, 16 clients; other column: a server in C",
  async measure(seconds) {
    const rig = new Rig();
    try {
      rig.compile("bench-ask");
      const peer = pinned(rig, [rig.compile("bench-server"), "1", join(rig.folder, "ledger")]);
      const inC: Asked = { pid: pidOf(peer), port: Number(await peer.line()), function: 3 };
      const script = pinned(rig, [process.execPath, join(HERE, "bench-simulated-device.js")]);
      const plain: Asked = { pid: pidOf(script), port: Number(await script.line()), function: 3 };
      const meter = await simulated(rig, ["--profile", "eastron/sdm630", "--tcp", "0"], 4);
      const load = { ports: [1], unitsPerPort: 1, registers: MANY, everyMs: 1000 };
      const file = join(rig.folder, "gateway.yaml");
      writeFileSync(file, gatewayYaml(load, undefined));
      const configured = await simulated(rig, ["--from", file, "--port", "c0=0", "--json"], 3);
      const figures: Figure[] = [];
      const compared = async (
        what: string,
        device: Asked,
        count: number,
        shape = CLIENTS as readonly [number, number],
      ) => {
        const gateway = await rateOf(rig, device, count, seconds, shape);
        const bare = await rateOf(rig, inC, count, seconds, shape);
        figures.push(
          { what, gateway: gateway.perSecond, bare: bare.perSecond, digits: 0 },
          {
            what: "  a CPU-second",
            gateway: gateway.perCpuSecond,
            bare: bare.perCpuSecond,
            digits: 0,
            reach: REACH,
          },
        );
      };
      await compared("device of a test, 10 registers", plain, 10);
      await compared("device of a test, 100 registers", plain, 100);
      await compared("--profile sdm630, 10 registers", meter, 10);
      await compared("--profile sdm630, 80 registers", meter, 80);
      await compared("--from, 10 registers", configured, 10);
      await compared("--from, 100 registers", configured, 100);
      await compared("the same, 4 clients, 8 in flight", configured, 100, AHEAD);
      return figures;
    } finally {
      await rig.close();
    }
  },
};
