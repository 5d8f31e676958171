export interface Picture {
  readonly src: string;
  readonly numPixels: number;
}

/** 512 MB at four bytes a pixel: some three images of 40 megapixels, and as many small ones as can wait. */
const mostPixels = 128_000_000;

/** On screen, and the next: loaded before all else. A browser would load them last, as it does what is not seen. */
const numFirst = 4;

/** The pictures that are held decoded: from the first to be shown on, as many as fit; the first two in any case. */
export function fitting(waiting: readonly Picture[], most = mostPixels): readonly Picture[] {
  let numPixels = 0;
  return waiting.filter((picture, index) => {
    numPixels += picture.numPixels;
    return index < 2 || numPixels <= most;
  });
}

/** Images decoded ahead of their turn. A broken one counts as decoded: the screen shows it as broken. */
export class DecodedImages {
  readonly #decoded = new Map<string, { readonly image: HTMLImageElement; readonly done: Promise<void> }>();
  #waiting: readonly Picture[] = [];
  #settling: Promise<void> | null = null;

  /**
   * What is on screen and waits behind it, in the order of its turn. The others are let go, once the caller is
   * through: an item on its way from the queue to the screen is for a moment in neither.
   */
  expect(waiting: readonly Picture[]): void {
    this.#waiting = waiting;
    this.#settling ??= Promise.resolve().then(() => this.#settle());
  }

  #settle(): void {
    this.#settling = null;
    const near = new Set(fitting(this.#waiting).map(({ src }) => src));
    for (const src of this.#decoded.keys()) if (!near.has(src)) this.#decoded.delete(src);
    for (const [numBefore, src] of [...near].entries()) {
      if (this.#decoded.has(src)) continue;
      const image = new Image();
      if (numBefore < numFirst) image.fetchPriority = 'high';
      image.src = src;
      this.#decoded.set(src, { image, done: this.#decode(image) });
    }
  }

  async #decode(image: HTMLImageElement): Promise<void> {
    try {
      await image.decode();
    } catch (error) {
      console.warn(`${image.src} cannot be decoded ahead`, error);
    }
  }

  /** Resolves when the image is decoded, or, where that must wait until others have left, when it is in the browser. */
  async load(src: string): Promise<void> {
    await this.#settling;
    const held = this.#decoded.get(src);
    if (held !== undefined) return held.done;
    await new Promise<void>((resolve) => {
      const image = new Image();
      image.onload = () => resolve();
      image.onerror = () => resolve();
      image.src = src;
    });
  }
}
