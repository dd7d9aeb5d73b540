import type { ByteOrder } from "../../../drivers/modbus/point-schema.js";
import { swapped } from "./field.js";
import type { Stretch, WordMemory } from "./memory.js";

/** A text in registers: two characters each, one in the byte that is named, or one of 16 bits. */
export interface TextField extends Stretch {
  readonly order: ByteOrder;
  readonly chars: "both" | "high" | "low" | "utf16";
}

/** Most characters that fit. */
export function roomOf(field: TextField): number {
  return field.chars === "both" ? 2 * field.count : field.count;
}

/** ISO 8859-1, the first character in the high byte, padded with NUL; the other byte of one-byte texts is 0. */
export function putText(memory: WordMemory, field: TextField, text: string): void {
  const isSwapped = field.order === "BADC" || field.order === "DCBA";
  const most = field.chars === "utf16" ? 0xffff : 0xff;
  const code = (at: number): number => (at < text.length ? text.charCodeAt(at) & most : 0);
  for (let at = 0; at < field.count; at++) {
    const word =
      field.chars === "both"
        ? (code(2 * at) << 8) | code(2 * at + 1)
        : field.chars === "high"
          ? code(at) << 8
          : code(at);
    memory.set(field.table, field.address + at, isSwapped ? swapped(word) : word);
  }
}

/** What stands before the first NUL, without the spaces around it; what cannot be printed as U+FFFD. */
export function takeText(memory: WordMemory, field: TextField): string {
  const isSwapped = field.order === "BADC" || field.order === "DCBA";
  const codes = memory.words(field.table, field.address, field.count).flatMap((lying) => {
    const word = isSwapped ? swapped(lying) : lying;
    const [high, low] = [word >> 8, word & 0xff];
    if (field.chars === "utf16") return [word];
    return field.chars === "both" ? [high, low] : [field.chars === "high" ? high : low];
  });
  const end = codes.indexOf(0);
  const shown = codes.slice(0, end < 0 ? codes.length : end).map((code) => {
    const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
    return isControl ? "\ufffd" : String.fromCharCode(code);
  });
  return shown.join("").trim();
}
