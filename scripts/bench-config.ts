/** What is polled in one row. */
export interface Load {
  readonly ports: readonly number[];
  readonly unitsPerPort: number;
  readonly registers: number;
  /** 0: as fast as the server answers. */
  readonly everyMs: number;
  /** Requests under way at the same time on one connection; 1 by default. */
  readonly pipeline?: number;
  /** `profile`: values as profiles describe them, one for each register as well; `plain` by default. */
  readonly form?: "plain" | "profile";
  /** A serial port instead of `ports`. */
  readonly line?: { readonly path: string; readonly baud: number };
}

/** Even parity, as the bus of the bench counts its bits. */
function connectionsOf({ ports, pipeline, line }: Load): string[] {
  if (line) return [`{driver: modbus-rtu, port: "${line.path}", baud: ${line.baud}, parity: even}`];
  const more = pipeline === undefined ? "" : `, pipeline: ${pipeline}`;
  return ports.map((port) => `{driver: modbus-tcp, host: 127.0.0.1, port: ${port}${more}}`);
}

/** How many readings a second that is, where the rate is given. */
export function rateOf({ ports, unitsPerPort, registers, everyMs }: Load): number {
  return (ports.length * unitsPerPort * registers * 1000) / everyMs;
}

/**
 * What stands of a point besides its id and address, by turns. The registers of the bench count up, the first one (the
 * top of a clock) stands still: each form gives of its register what plain u16 gives, or a part or a multiple of it, so
 * that what is stored and sent is as much.
 */
const FORMS = [
  "type: u16, scale: 0.1, unit: V, range: [0, 6553.5]",
  "type: s16, sentinels: [0x8000, {raw: 0x7FFF, reason: overrange}], range: [-32768, 32767]",
  "type: u16, enum: {0: {key: off, vi: Tắt, en: Off}, 1: {key: on, vi: Bật, en: On}}, range: [0, 65535]",
  "type: u16, bits: [0, 14], range: [0, 32767]",
  "type: u16, order_from: {address: 0, map: {6: ABCD, 7: ABCD}}, range: [0, 65535]",
  "type: u32, order: CDAB, bits: [0, 15], alias: true, range: [0, 65535]",
  "type: u16, valid_when: [{address: ADDRESS + 1, at_least: 0}], sentinels: none, range: [0, 65535]",
  "type: u16, scale_by: [{address: 0, times: 0.01}], decimals: 2, range: [0, 5000]",
] as const;

function pointOf(at: number, { form, registers }: Load): string {
  // The first four are the server's clock, the last has no neighbour.
  const isPlain = form !== "profile" || at < 4 || at === registers - 1;
  const keys = isPlain ? "type: u16, range: [0, 65535]" : (FORMS[at % FORMS.length] as string);
  const said = keys.replace("ADDRESS + 1", String(at + 1));
  return `    - {id: r${at}, table: holding, address: ${at}, ${said}}`;
}

/** The gateway.yaml of a row: range and quality checks on, deadband 0, default compression, no TLS. */
export function gatewayYaml(load: Load, mqttPort: number | undefined): string {
  const connections = connectionsOf(load);
  const points = Array.from({ length: load.registers }, (_, at) => pointOf(at, load));
  const every = load.everyMs === 0 ? "asap" : `${load.everyMs}ms`;
  const devices = connections.flatMap((_, at) =>
    Array.from({ length: load.unitsPerPort }, (_, unit) => {
      const first = at === 0 && unit === 0;
      const lines = [
        `  d${at}-${unit + 1}:`,
        `    connection: c${at}`,
        `    unit_id: ${unit + 1}`,
        `    every: ${every}`,
      ];
      return [...lines, ...(first ? ["    points: &points", ...points] : ["    points: *points"])].join("\n");
    }),
  );
  const uplinks =
    mqttPort === undefined ? [] : ["uplinks:", `  centre: {url: "mqtt://127.0.0.1:${mqttPort}"}`];
  return [
    "gateway: {id: bench, clock: trusted}",
    "connections:",
    ...connections.map((settings, at) => `  c${at}: ${settings}`),
    "devices:",
    ...devices,
    ...uplinks,
    // As much as fits at every rate that is measured.
    "buffer: {path: ./bench.db, keep_at_least: 1min}",
    "",
  ].join("\n");
}
