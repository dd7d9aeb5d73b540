import { realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { readNumber, readText } from "./system-files.js";

export interface Adapter {
  readonly words: { readonly driver: string; readonly product: string; readonly ids: string };
  readonly facts: Readonly<Record<string, string | number>>;
  /** Of an FTDI adapter that holds bytes back for longer than needed. */
  readonly slowMs?: number;
}

/** Above it an FTDI adapter's timer is felt with each reply; 16 ms is what it comes with (FTDI AN232B-04). */
const FINE_LATENCY_MS = 2;

/**
 * What drives a serial port, from sysfs: /sys/class/tty/<tty>/device leads into the device's interface, whose parents
 * hold idVendor, idProduct and product (kernel: Documentation/ABI/stable/sysfs-bus-usb); ftdi_sio puts latency_timer
 * (ms) at the port (drivers/usb/serial/ftdi_sio.c). Undefined for a port that is no adapter, as a pseudo-terminal.
 */
export function adapterOf(system: string, tty: string): Adapter | undefined {
  const device = `/sys/class/tty/${tty}/device`;
  let place: string;
  let driver: string;
  try {
    place = realpathSync(system + device).slice(system.length);
    driver = basename(realpathSync(join(system + device, "driver")));
  } catch {
    return undefined;
  }
  const usb = usbParent(system, place);
  const ids = usb ? `${readText(system, `${usb}/idVendor`)}:${readText(system, `${usb}/idProduct`)}` : "-";
  const product = (usb && readText(system, `${usb}/product`)) || "-";
  const serial = usb && readText(system, `${usb}/serial`);
  const latencyMs = readNumber(system, `${place}/latency_timer`);
  return {
    words: { driver, product, ids },
    facts: { driver, product, ids, ...(serial && { serial }), ...(latencyMs !== undefined && { latencyMs }) },
    ...(latencyMs !== undefined && latencyMs > FINE_LATENCY_MS && { slowMs: latencyMs }),
  };
}

function usbParent(system: string, place: string): string | undefined {
  for (let at = place; at.length > 1; at = dirname(at)) {
    if (readText(system, `${at}/idVendor`) !== undefined) return at;
  }
  return undefined;
}
