import { readdirSync } from "node:fs";
import { queryObjects, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { SerialPort } from "serialport";

/** What a leak would make more of. */
export interface Resources {
  readonly fds: number;
  /** Handles that keep the process alive, sorted; timers and reads that come and go are left out. */
  readonly handles: readonly string[];
  readonly timers: number;
  /** Objects of the library that are still reachable. */
  readonly ports: number;
  /** Listeners of the process and of its standard streams. */
  readonly listeners: number;
  readonly heapBytes: number;
}

const PASSING = new Set(["Timeout", "Immediate", "FSReqCallback", "FSReqPromise"]);

/** Asked for here, because each standard stream opens its handle when somebody first asks for it. */
const EMITTERS: readonly NodeJS.EventEmitter[] = [process, process.stdin, process.stdout, process.stderr];

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

function listenersOf(emitter: NodeJS.EventEmitter): number {
  return emitter.eventNames().reduce((all, name) => all + emitter.listenerCount(name), 0);
}

/** After a garbage collection. */
export function resources(): Resources {
  collect();
  const active = process.getActiveResourcesInfo();
  const ports = queryObjects(SerialPort, { format: "count" });
  collect();
  return {
    // The folder that is being read is one of them.
    fds: readdirSync("/proc/self/fd").length - 1,
    handles: active.filter((name) => !PASSING.has(name)).sort(),
    timers: active.filter((name) => name === "Timeout").length,
    ports,
    listeners: EMITTERS.reduce((all, emitter) => all + listenersOf(emitter), 0),
    heapBytes: process.memoryUsage().heapUsed,
  };
}
