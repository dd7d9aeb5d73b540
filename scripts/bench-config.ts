/** What is polled in one row. */
export interface Load {
  readonly ports: readonly number[];
  readonly unitsPerPort: number;
  readonly registers: number;
  /** 0: as fast as the server answers. */
  readonly everyMs: number;
  /** Requests under way at the same time on one connection; 1 by default. */
  readonly pipeline?: number;
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

/** The gateway.yaml of a row: range and quality checks on, deadband 0, default compression, no TLS. */
export function gatewayYaml(load: Load, mqttPort: number | undefined): string {
  const connections = connectionsOf(load);
  const points = Array.from(
    { length: load.registers },
    (_, at) => `    - {id: r${at}, table: holding, address: ${at}, type: u16, range: [0, 65535]}`,
  );
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
