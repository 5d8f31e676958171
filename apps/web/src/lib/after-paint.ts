let waiting: (() => void)[] = [];
/** In a page that is not seen no frame comes. */
const noFrameMs = 100;

/**
 * Runs `act` once the next frame is on its way to the screen, in one task with all that waits for the same frame: what
 * the frame shows need not wait for it.
 */
export function afterPaint(act: () => void): void {
  waiting.push(act);
  if (waiting.length > 1) return;
  const { port1, port2 } = new MessageChannel();
  const timer = setTimeout(() => port2.postMessage(null), noFrameMs);
  // The frame is put together right after this callback; a message is a task of its own behind it.
  requestAnimationFrame(() => {
    clearTimeout(timer);
    port2.postMessage(null);
  });
  port1.onmessage = () => {
    port1.close();
    const due = waiting;
    waiting = [];
    for (const one of due) one();
  };
}
