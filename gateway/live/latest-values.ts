import type { Layout, ReadingBatch } from "../../drivers/core/reading.js";
import type { LiveReading, LiveValues } from "../core/live-values.js";

interface Place {
  readonly layout: Layout;
  readonly at: number;
}

/**
 * Keeps the last judged batch of each request. A batch that comes has a reading of every point of its layout,
 * so that keeping it is all the work there is.
 */
export class LatestValues implements LiveValues {
  readonly #latest = new Map<Layout, ReadingBatch>();
  /** device -> point -> where its reading stands. */
  readonly #places = new Map<string, Map<string, Place>>();
  readonly #listeners = new Set<(batch: ReadingBatch) => void>();

  update(batch: ReadingBatch): void {
    if (!this.#latest.has(batch.layout)) this.#enter(batch.layout);
    this.#latest.set(batch.layout, batch);
    for (const listener of this.#listeners) listener(batch);
  }

  get(device: string, point: string): LiveReading | undefined {
    const place = this.#places.get(device)?.get(point);
    const batch = place && this.#latest.get(place.layout);
    if (!place || !batch) return undefined;
    const flag = batch.flags?.find((candidate) => candidate.at === place.at);
    const reading = {
      device,
      point,
      value: batch.values[place.at] ?? null,
      quality: flag?.quality ?? ("good" as const),
      t: batch.t,
      mono: batch.mono,
      state: batch.state,
    };
    return flag ? { ...reading, reason: flag.reason } : reading;
  }

  batches(): readonly ReadingBatch[] {
    return [...this.#latest.values()];
  }

  /** Devices that are no more, or not as they were. */
  forget(isGone: (device: string) => boolean): void {
    for (const device of [...this.#places.keys()]) if (isGone(device)) this.#places.delete(device);
    for (const layout of [...this.#latest.keys()]) if (isGone(layout.device)) this.#latest.delete(layout);
  }

  subscribe(listener: (batch: ReadingBatch) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** A layout seen for the first time takes the place of older ones with points of its own: a request was split. */
  #enter(layout: Layout): void {
    const places = this.#places.get(layout.device) ?? new Map<string, Place>();
    this.#places.set(layout.device, places);
    for (const [at, point] of layout.points.entries()) {
      const older = places.get(point.id);
      if (older) this.#latest.delete(older.layout);
      places.set(point.id, { layout, at });
    }
  }
}
