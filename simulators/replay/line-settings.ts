/** How characters lie on a serial line. */
export interface LineSettings {
  readonly baud: number;
  readonly dataBits: 7 | 8;
  readonly parity: "none" | "even" | "odd";
  readonly stopBits: 1 | 2;
}

const PARITIES = { N: "none", E: "even", O: "odd" } as const;
export const USUAL_LINE: LineSettings = { baud: 9600, dataBits: 8, parity: "none", stopBits: 1 };

/** The settings at the end of a recording's line (`/dev/ttyUSB0 19200 8E1`); undefined: it says none. */
export function lineSettingsOf(line: string | undefined): LineSettings | undefined {
  const [, baud, dataBits, parity, stopBits] =
    /(?:^|\s)(\d{3,7})(?: ([78])([NEO])([12]))?$/.exec(line ?? "") ?? [];
  if (baud === undefined) return undefined;
  return {
    baud: Number(baud),
    dataBits: dataBits === "7" ? 7 : 8,
    parity: PARITIES[(parity ?? "N") as keyof typeof PARITIES],
    stopBits: stopBits === "2" ? 2 : 1,
  };
}

/** `9600 8N1` */
export function lineText({ baud, dataBits, parity, stopBits }: LineSettings): string {
  return `${baud} ${dataBits}${parity.charAt(0).toUpperCase()}${stopBits}`;
}

/** Start, data, parity and stop bits. */
export function bitsPerCharacter({ dataBits, parity, stopBits }: LineSettings): number {
  return 1 + dataBits + (parity === "none" ? 0 : 1) + stopBits;
}
