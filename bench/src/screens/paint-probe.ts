import type { Page } from '@playwright/test';

/** An item was painted, so long after the key that answered the one before. */
export interface Paint {
  readonly itemId: string;
  readonly ms: number;
  /** Nothing was on the stage in between: the page had no item at hand, and waited for the server. */
  readonly hadToWait: boolean;
}

export interface Paints {
  /** The first after those that were taken; throws when none comes within a minute. */
  next(): Promise<Paint>;
}

/**
 * Runs in the page, hence a text. For every item that comes on the stage by a key it tells the time from the key (the
 * time stamp that the browser gave the event, so that waiting for a busy page counts) to the first task after the frame
 * with the decoded image of that item.
 */
const probe = `(() => {
  let pressedAt = null;
  let hadToWait = false;
  addEventListener('keydown', (event) => {
    if (event.isTrusted && /^Digit/.test(event.code)) pressedAt = event.timeStamp;
  }, { capture: true });
  const afterNextFrame = (act) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = act;
    port2.postMessage(null);
  });
  const onChange = async (stage) => {
    const itemId = stage.getAttribute('data-item-id');
    if (itemId === null) hadToWait = true;
    if (pressedAt === null || itemId === null) return;
    const from = pressedAt;
    const waited = hadToWait;
    pressedAt = null;
    hadToWait = false;
    const image = stage.querySelector('img[data-testid="item-image"]');
    await image.decode();
    afterNextFrame(() => {
      const ms = performance.now() - from;
      tangentPainted({ itemId, ms, hadToWait: waited });
    });
  };
  const observer = new MutationObserver((changes) => {
    for (const { target } of changes) if (target.getAttribute('data-testid') === 'stage') void onChange(target);
  });
  observer.observe(document, { subtree: true, attributes: true, attributeFilter: ['data-item-id'] });
})()`;

/** Watches the pages that are opened in it from now on. */
export async function watchPaints(page: Page): Promise<Paints> {
  const painted: Paint[] = [];
  let wake: (() => void) | null = null;
  await page.exposeFunction('tangentPainted', (paint: Paint) => {
    painted.push(paint);
    wake?.();
  });
  await page.addInitScript(probe);
  return {
    async next() {
      if (painted.length === 0) {
        await new Promise<void>((resolve, reject) => {
          const timer = setTimeout(() => reject(new Error('no item was painted within a minute')), 60_000);
          wake = () => {
            clearTimeout(timer);
            wake = null;
            resolve();
          };
        });
      }
      return painted.shift()!;
    },
  };
}
