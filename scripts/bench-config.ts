/** What is polled in one row. */
export interface Load {
  readonly ports: readonly number[];
  readonly unitsPerPort: number;
  readonly registers: number;
  /** 0: as fast as the server answers. */
  readonly everyMs: number;
}

/** How many readings a second that is, where the rate is given. */
export function rateOf({ ports, unitsPerPort, registers, everyMs }: Load): number {
  return (ports.length * unitsPerPort * registers * 1000) / everyMs;
}

/** The gateway.yaml of a row: range and quality checks on, deadband 0, default compression, no TLS. */
export function gatewayYaml(load: Load, mqttPort: number | undefined): string {
  const connections = load.ports.map(
    (port, at) => `  c${at}: {driver: modbus-tcp, host: 127.0.0.1, port: ${port}}`,
  );
  const points = Array.from(
    { length: load.registers },
    (_, at) => `    - {id: r${at}, table: holding, address: ${at}, type: u16, range: [0, 65535]}`,
  );
  const every = load.everyMs === 0 ? "asap" : `${load.everyMs}ms`;
  const devices = load.ports.flatMap((_, at) =>
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
    ...connections,
    "devices:",
    ...devices,
    ...uplinks,
    "buffer: {path: ./bench.db}",
    "",
  ].join("\n");
}
