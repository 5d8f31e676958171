/** Decoded images are kept as long as their items wait, so that the browser does not drop them. */
const decoded = new Map<string, HTMLImageElement>();
const mostKept = 24;

/** Loads and decodes an image ahead of its turn. A broken image resolves too: the screen shows it as broken. */
export async function decodeImage(src: string): Promise<void> {
  if (decoded.has(src)) return;
  const image = new Image();
  image.src = src;
  decoded.set(src, image);
  for (const oldest of decoded.keys()) {
    if (decoded.size <= mostKept) break;
    decoded.delete(oldest);
  }
  try {
    await image.decode();
  } catch (error) {
    decoded.delete(src);
    console.warn(`${src} cannot be decoded ahead`, error);
  }
}
