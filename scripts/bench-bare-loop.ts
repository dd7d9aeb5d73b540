import { connect, type Socket } from "node:net";
import Database from "better-sqlite3";
import { connectAsync, type MqttClient } from "mqtt";

/**
 * What the gateway is compared with: the shortest loop that polls, stores and publishes. It checks nothing,
 * heals nothing, sends nothing again and forgets what was not committed.
 */
export interface BareLoopOptions {
  readonly ports: readonly number[];
  readonly unitsPerPort: number;
  readonly registers: number;
  /** 0: as fast as the server answers. */
  readonly everyMs: number;
  readonly database: string;
  /** Absent: nothing is published. */
  readonly mqttPort?: number;
}

const COMMIT_MS = 1_000;
const HEADER = 9;

class Loop {
  readonly #options: BareLoopOptions;
  readonly #mqtt: MqttClient | undefined;
  readonly #waiting: [number, string, number, Buffer][] = [];
  readonly #names: readonly string[];
  #seq = 0;
  #stopped = false;

  constructor(options: BareLoopOptions, mqtt: MqttClient | undefined) {
    this.#options = options;
    this.#mqtt = mqtt;
    this.#names = Array.from({ length: options.registers }, (_, at) => `"r${at}":`);
  }

  start(): void {
    const database = new Database(this.#options.database);
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = FULL");
    database.exec("CREATE TABLE record (seq INTEGER PRIMARY KEY, device TEXT, t INTEGER, body BLOB)");
    const insert = database.prepare("INSERT INTO record VALUES (?, ?, ?, ?)");
    const commit = database.transaction(() => {
      for (const row of this.#waiting.splice(0)) insert.run(...row);
    });
    const beat = setInterval(commit, COMMIT_MS);
    for (const [index, port] of this.#options.ports.entries()) this.#poll(index, port);
    process.once("SIGTERM", () => {
      this.#stopped = true;
      clearInterval(beat);
      commit();
      database.close();
      if (this.#mqtt) this.#mqtt.end(() => process.exit(0));
      else process.exit(0);
    });
  }

  #poll(index: number, port: number): void {
    const { everyMs, registers, unitsPerPort } = this.#options;
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    const request = Buffer.from([0, 0, 0, 0, 0, 6, 1, 3, 0, 0, 0, registers]);
    const size = HEADER + 2 * registers;
    let unit = 1;
    let due = performance.now();
    const ask = (): void => {
      if (this.#stopped) return;
      request[6] = unit;
      socket.write(Buffer.from(request));
    };
    let got: Buffer = Buffer.alloc(0);
    socket.on("data", (chunk) => {
      got = got.length === 0 ? chunk : Buffer.concat([got, chunk]);
      if (got.length < size) return;
      this.#take(`d${index}-${unit}`, got);
      got = Buffer.alloc(0);
      if (unit++ < unitsPerPort) {
        ask();
        return;
      }
      unit = 1;
      due += everyMs;
      if (everyMs === 0) ask();
      else setTimeout(ask, due - performance.now());
    });
    socket.on("connect", ask);
    socket.on("error", (error) => fail(socket, error));
  }

  #take(device: string, reply: Buffer): void {
    const t = Date.now();
    const seq = ++this.#seq;
    this.#waiting.push([seq, device, t, reply.subarray(HEADER)]);
    if (!this.#mqtt) return;
    let v = "";
    for (let at = 0; at < this.#names.length; at++) {
      v += `${at === 0 ? "" : ","}${this.#names[at]}${reply.readUInt16BE(HEADER + 2 * at)}`;
    }
    const prev = seq === 1 ? null : seq - 1;
    const record = `{"seq":${seq},"prev":${prev},"t":"${new Date(t).toISOString()}","device":"${device}","v":{${v}}}`;
    const message = `{"epoch":"bare","rev":1,"pending_from":1,"records":[${record}]}`;
    this.#mqtt.publish("tram/v1/bare/data", message, { qos: 1 });
  }
}

function fail(socket: Socket, error: Error): void {
  socket.destroy();
  throw error;
}

const options = JSON.parse(process.argv[2] ?? "{}") as BareLoopOptions;
const mqtt =
  options.mqttPort === undefined ? undefined : await connectAsync(`mqtt://127.0.0.1:${options.mqttPort}`);
new Loop(options, mqtt).start();
