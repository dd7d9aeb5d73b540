/** What `tram init` is told, complete and checked. */
export interface InitAnswers {
  readonly name: string;
  readonly id: string;
  readonly kind: string;
  readonly location: Place | undefined;
  readonly timezone: string;
  readonly serial: readonly SerialAnswer[];
  readonly tcp: readonly TcpAnswer[];
  /** Undefined: later. */
  readonly broker: string | undefined;
  readonly user: string;
  readonly ca: string | undefined;
  readonly bufferPath: string;
  readonly bufferSize: string;
}

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

export interface SerialAnswer {
  readonly port: string;
  readonly baud: number;
  readonly dataBits: 7 | 8;
  readonly parity: "none" | "even" | "odd";
  readonly stopBits: 1 | 2;
}

export interface TcpAnswer {
  readonly host: string;
  readonly port: number;
}
