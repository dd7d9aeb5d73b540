import { lockHolder } from "../../drivers/core/lock.js";
import { say } from "../../drivers/core/message.js";
import type { Check, DoctorContext, Finding } from "./check.js";
import { LISTEN_MESSAGES as M } from "./listen-messages.js";
import { processes, programOf, socketsOf } from "./open-files.js";
import { type Listening, listeningSockets, reachOf } from "./sockets.js";

/** Who on the network can open a connection to this box, and to what. */
export const listenCheck: Check = {
  name: "listen",
  title: M.listen_title,
  deadlineMs: 20_000,
  async *run(context) {
    const { system } = context;
    const sockets = listeningSockets(system);
    const owners = ownersOf(system);
    const gateway = await gatewayPid(context);
    const wanted = dialInPorts(context);
    let own = 0;
    const others: string[] = [];
    for (const socket of sockets) {
      const pid = owners.get(socket.inode);
      if (pid !== undefined && pid === gateway) {
        own++;
        yield ownFinding(socket, pid);
      } else {
        const connection = wanted.get(socket.port);
        if (connection !== undefined) yield takenFinding(context, connection, socket, pid);
        else if (reachOf(socket.address) !== "this_box") others.push(placeOf(system, socket, pid));
      }
    }
    if (gateway !== undefined && own === 0) yield nowhereFinding(system, gateway);
    if (gateway === undefined) yield* openDialIn(context);
    const named = [...new Set(others)].sort();
    if (named.length > 0) {
      yield {
        level: "note",
        said: say(M.others_listen, { list: named.join(", ") }),
        facts: { others: named },
      };
    }
  },
};

/** Nothing seen is nothing open only where everything could be seen. */
function nowhereFinding(system: string, pid: number): Finding {
  return socketsOf(system, pid) === undefined
    ? { level: "note", said: say(M.listens_hidden, { pid }), facts: { pid } }
    : { level: "ok", said: say(M.listens_nowhere, { pid }), facts: { pid } };
}

/** The process that holds the buffer is the gateway, also where it cannot be asked. */
async function gatewayPid({ config }: DoctorContext): Promise<number | undefined> {
  const pid = config && (await lockHolder(config.buffer.path));
  return pid === undefined ? undefined : Number(pid);
}

function ownersOf(system: string): ReadonlyMap<string, number> {
  const owners = new Map<string, number>();
  for (const pid of processes(system))
    for (const inode of socketsOf(system, pid) ?? []) owners.set(inode, pid);
  return owners;
}

/** Ports of the configuration on which serial servers call (`listen: 4196`, `listen: 10.0.0.1:4196`). */
function dialInPorts({ config }: DoctorContext): ReadonlyMap<number, string> {
  return new Map(
    dialIns(config).map(({ id, listen }) => [Number(listen.slice(listen.lastIndexOf(":") + 1)), id]),
  );
}

function dialIns(
  config: DoctorContext["config"],
): readonly { readonly id: string; readonly listen: string }[] {
  return [...(config?.connections.values() ?? [])].flatMap(({ id, settings }) => {
    const { listen } = settings as { readonly listen?: unknown };
    return typeof listen === "string" ? [{ id, listen }] : [];
  });
}

function ownFinding({ address, port }: Listening, pid: number): Finding {
  const reach = reachOf(address);
  const place = `${address.includes(":") ? `[${address}]` : address}:${port}`;
  const facts = { address, port, pid, reach };
  if (reach === "this_box") return { level: "ok", said: say(M.listens_here, { place, pid }), facts };
  return reach === "everybody"
    ? { level: "warning", said: say(M.listens_to_all, { place, pid }), facts }
    : { level: "note", said: say(M.listens_to_one, { place, pid }), facts };
}

function takenFinding(
  { system }: DoctorContext,
  connection: string,
  { port }: Listening,
  pid: number | undefined,
): Finding {
  const program = pid === undefined ? "?" : programOf(system, pid).name;
  const params = { connection, port, program, pid: pid ?? "?" };
  return { level: "problem", said: say(M.listen_taken, params), facts: params };
}

/** Without a running gateway: what it will open. */
function* openDialIn({ config }: DoctorContext): Generator<Finding, void> {
  for (const { id, listen } of dialIns(config)) {
    const open = !listen.includes(":") || /^(?:0\.0\.0\.0|\[?::\]?):\d+$/.test(listen);
    if (open)
      yield {
        level: "warning",
        said: say(M.will_listen_to_all, { connection: id, listen }),
        facts: { connection: id, listen },
      };
  }
}

function placeOf(system: string, { address, port }: Listening, pid: number | undefined): string {
  const program = pid === undefined ? "?" : programOf(system, pid).name;
  return `${program} ${address.includes(":") ? `[${address}]` : address}:${port}`;
}
