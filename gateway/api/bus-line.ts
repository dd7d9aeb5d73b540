/** Port or address and line settings of a connection in a few words; nothing else of its settings is shown. */
export function busLine(settings: unknown): string | undefined {
  if (typeof settings !== "object" || settings === null) return undefined;
  const { baud, data_bits, host, listen, parity, port, stop_bits } = settings as Record<string, unknown>;
  if (typeof host === "string") return typeof port === "number" ? `${host}:${port}` : host;
  if (typeof listen === "string" || typeof listen === "number") return `${listen}`;
  if (typeof port !== "string") return undefined;
  if (typeof baud !== "number") return port;
  const letter = typeof parity === "string" ? parity.slice(0, 1).toUpperCase() : "";
  // As on type plates: 9600 8N1.
  return data_bits === undefined ? `${port} ${baud}` : `${port} ${baud} ${data_bits}${letter}${stop_bits}`;
}
