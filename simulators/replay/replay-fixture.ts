import { hexPairs } from "../../drivers/core/bus-text.js";
import { MBAP_FRAMING } from "../modbus/mbap-framing.js";
import { rtuFrame } from "../modbus/rtu-frame.js";

/** Frames of recordings that are written in tests. Hex without checksums; the first byte is the unit. */

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
}

/** `01 0300000001`, with its checksum, as it stands in a file. */
export function rtu(hex: string): string {
  const [unit = 0, ...pdu] = bytesOf(hex);
  return hexPairs(rtuFrame(unit, Uint8Array.from(pdu)));
}

export function tcp(transaction: number, hex: string): string {
  const [unit = 0, ...pdu] = bytesOf(hex);
  return hexPairs(MBAP_FRAMING.encode(unit, Uint8Array.from(pdu), transaction));
}

/** Lines `ms arrow frame [kind]`; a line that begins with `#` stays. */
export function recording(driver: string, line: string, rows: readonly string[]): string {
  const lines = rows.map((row) =>
    row.startsWith("#") ? row : row.replace(/^\d+/, (ms) => (Number(ms) / 1000).toFixed(6)),
  );
  return `# tram-bus 1\n# driver: ${driver}\n# line: ${line}\n\n${lines.join("\n")}\n`;
}
