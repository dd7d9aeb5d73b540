/** Nameplate of the drive and motor of a small drainage pump. */
export const DRIVE_PLATE = { powerKw: 37, currentA: 70, poles: 6, maximumHz: 50 } as const;

const RAMP_HZ_PER_S = 5;
/** Share of the rated current that magnetises the motor, also without load. */
const MAGNETISING = 0.28;

/** Words of the status register 2100h of the INVT Goodrive series. */
export type DriveState = "forward" | "stopped" | "fault";

/** A variable-frequency drive: follows its set frequency along a ramp; a pump's power grows with speed cubed. */
export class Drive {
  /** Hz */
  setpoint: number = 45;
  /** Hz */
  frequency = 0;
  /** 0 without water, 1 at the pump's duty point. */
  load = 1;
  faultCode = 0;
  energyKwh = 18_342.6;
  runHours = 4_211.3;
  #run = false;

  start(): void {
    if (this.faultCode === 0) this.#run = true;
  }

  stop(): void {
    this.#run = false;
  }

  /** As over-current or dry running does it: the output is cut, the pump runs out. */
  trip(code: number): void {
    this.faultCode = code;
    this.#run = false;
  }

  reset(): void {
    this.faultCode = 0;
  }

  get state(): DriveState {
    if (this.faultCode !== 0) return "fault";
    return this.running ? "forward" : "stopped";
  }

  /** Told to run, or still running out. */
  get running(): boolean {
    return this.#run || this.frequency > 0;
  }

  /** 0 to 1 */
  get speed(): number {
    return this.frequency / DRIVE_PLATE.maximumHz;
  }

  get rpm(): number {
    return (120 * this.frequency * 0.985) / DRIVE_PLATE.poles;
  }

  /** W drawn from the mains: affinity law plus the drive's own losses. */
  get powerW(): number {
    const own = 65;
    if (this.frequency <= 0) return own;
    return own + (DRIVE_PLATE.powerKw * 1000 * this.load * this.speed ** 3) / 0.94;
  }

  /** A, of the motor. */
  get currentA(): number {
    if (this.frequency <= 0) return 0;
    const torque = this.load * this.speed ** 3;
    return DRIVE_PLATE.currentA * Math.hypot(MAGNETISING, torque * Math.sqrt(1 - MAGNETISING ** 2));
  }

  /** V between motor phases: V/f constant up to the rated frequency. */
  get voltageV(): number {
    return 380 * Math.min(1, this.speed);
  }

  step(seconds: number): void {
    const target = this.#run ? Math.min(this.setpoint, DRIVE_PLATE.maximumHz) : 0;
    const change = RAMP_HZ_PER_S * seconds;
    this.frequency += Math.max(-change, Math.min(change, target - this.frequency));
    if (Math.abs(this.frequency - target) < 1e-9) this.frequency = target;
    this.energyKwh += (this.powerW * seconds) / 3_600_000;
    if (this.frequency > 0) this.runHours += seconds / 3600;
  }
}
