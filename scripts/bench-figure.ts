/** One figure of a row. `reach` is the number to reach, with the direction in which it is meant. */
export interface Figure {
  readonly what: string;
  /** Absent: the line tells of the other one only. */
  readonly gateway?: number;
  /** The bare loop's, or that of what else the row measures beside the gateway. */
  readonly bare?: number;
  readonly reach?: {
    readonly most?: number;
    readonly least?: number;
    readonly ofRatio?: boolean;
    /** Missing it is a fault, on any machine: the bench ends with exit code 1. */
    readonly must?: boolean;
  };
  readonly digits: number;
}

export interface Row {
  readonly name: string;
  readonly about: string;
  measure(seconds: number): Promise<readonly Figure[]>;
}
