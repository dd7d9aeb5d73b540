import { realpathSync, type Stats, statSync } from "node:fs";
import { basename, join } from "node:path";
import { lockHolder } from "../../drivers/core/lock.js";
import { type Message, say } from "../../drivers/core/message.js";
import type { Check, DoctorContext, Finding } from "./check.js";
import { choose } from "./choose.js";
import { holdersOf, programOf } from "./open-files.js";
import { adapterOf } from "./port-adapter.js";
import { PORT_MESSAGES as M } from "./ports-messages.js";
import { namesIn } from "./system-files.js";
import { groupName, mayUse } from "./user.js";

const BY_ID = "/dev/serial/by-id";

/** The serial ports of the configuration; without any, those that are plugged in. */
export const portsCheck: Check = {
  name: "ports",
  title: M.ports_title,
  deadlineMs: 20_000,
  async *run(context) {
    const wanted = serialPorts(context);
    if (wanted.length === 0) {
      yield seenPorts(context);
      return;
    }
    for (const { connection, port } of wanted) yield* portFindings(context, connection, port);
  },
};

/** Ports that the configuration names: a path stands where a TCP connection has a number. */
export function serialPorts({ config }: Pick<DoctorContext, "config">): readonly {
  readonly connection: string;
  readonly port: string;
}[] {
  return [...(config?.connections.values() ?? [])].flatMap(({ id, settings }) => {
    const { port } = settings as { readonly port?: unknown };
    return typeof port === "string" ? [{ connection: id, port }] : [];
  });
}

async function* portFindings(
  context: DoctorContext,
  connection: string,
  port: string,
): AsyncGenerator<Finding, void> {
  const { system, user } = context;
  const facts = { connection, port };
  let stat: Stats;
  let real: string;
  try {
    real = realpathSync(system + port).slice(system.length);
    stat = statSync(system + port);
  } catch {
    const there = namesIn(system, BY_ID).map((name) => join(BY_ID, name));
    yield there.length === 0
      ? { level: "problem", said: say(M.port_missing, { connection, port }), facts }
      : {
          level: "problem",
          said: say(M.port_missing_others, { connection, port, others: there.join(", ") }),
          facts: { ...facts, others: there },
        };
    return;
  }
  if (!stat.isCharacterDevice()) {
    yield { level: "problem", said: say(M.not_a_port, { connection, port }), facts };
    return;
  }
  const before = { problems: 0 };
  const count = (finding: Finding): Finding => {
    if (finding.level === "problem") before.problems++;
    return finding;
  };
  const name = byIdName(system, real);
  if (name !== undefined && /^\/dev\/tty(?:USB|ACM)\d+$/.test(port)) {
    yield count({
      level: "warning",
      said: say(M.port_renumbers, { connection, port, name }),
      facts: { ...facts, name },
    });
  }
  const rights = mayUse(stat, user);
  if (!rights.read || !rights.write) {
    const group = groupName(system, stat.gid);
    const params = { connection, port, user: user.name, group };
    const byGroup = (stat.mode & 0o060) === 0o060;
    yield count({
      level: "problem",
      said: byGroup ? say(M.port_no_rights, params) : say(M.port_closed_to_group, { ...params, real }),
      facts: { ...facts, group, mode: (stat.mode & 0o777).toString(8), user: user.name },
    });
  }
  yield* counted(holderFindings(context, connection, port, real), count);
  const adapter = adapterOf(system, basename(real));
  if (adapter) {
    yield {
      level: "ok",
      said: say(M.port_adapter, { port: real, ...adapter.words }),
      facts: { ...facts, ...adapter.facts },
    };
    if (adapter.slowMs !== undefined) {
      const params = { port: real, ms: adapter.slowMs, tty: basename(real) };
      yield {
        level: "note",
        said: say(M.port_latency, params),
        facts: { ...facts, latencyMs: adapter.slowMs },
      };
    }
  }
  if (before.problems === 0) yield { level: "ok", said: say(M.port_good, { connection, port }), facts };
}

async function* counted(
  findings: AsyncIterable<Finding>,
  count: (finding: Finding) => Finding,
): AsyncGenerator<Finding, void> {
  for await (const finding of findings) yield count(finding);
}

async function* holderFindings(
  { system }: DoctorContext,
  connection: string,
  port: string,
  real: string,
): AsyncGenerator<Finding, void> {
  const own = Number(await lockHolder(system + port));
  const { holders, hidden } = holdersOf(system, real);
  for (const pid of holders) {
    const { name, command } = programOf(system, pid);
    const facts = { connection, port, pid, program: name, command };
    if (pid === own) {
      yield { level: "ok", said: say(M.port_held_by_gateway, { port, pid }), facts };
      continue;
    }
    const params = { connection, port, pid, program: name };
    yield { level: "problem", said: choose(hintFor(name), params), facts };
  }
  if (Number.isFinite(own) && !holders.includes(own)) {
    yield {
      level: "ok",
      said: say(M.port_held_by_gateway, { port, pid: own }),
      facts: { connection, port, pid: own },
    };
  } else if (hidden > 0 && holders.length === 0) {
    yield {
      level: "note",
      said: say(M.port_holder_unknown, { port, hidden }),
      facts: { connection, port, hidden },
    };
  }
}

/** Programs that are known to take serial ports for something else, with what ends that. */
function hintFor(program: string): Message<never> {
  if (program === "ModemManager") return M.port_held_modem_manager;
  if (program === "brltty") return M.port_held_brltty;
  return program === "agetty" || program === "getty" ? M.port_held_console : M.port_held;
}

function byIdName(system: string, real: string): string | undefined {
  const name = namesIn(system, BY_ID).find((one) => {
    try {
      return realpathSync(join(system + BY_ID, one)).slice(system.length) === real;
    } catch {
      return false;
    }
  });
  return name === undefined ? undefined : join(BY_ID, name);
}

function seenPorts({ system }: DoctorContext): Finding {
  const there = namesIn(system, BY_ID).map((name) => join(BY_ID, name));
  return there.length === 0
    ? { level: "note", said: say(M.no_ports) }
    : { level: "note", said: say(M.unused_ports, { ports: there.join(", ") }), facts: { ports: there } };
}
