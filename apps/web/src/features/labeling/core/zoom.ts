/** How an image is looked at: enlarged `scale` times about its middle, then moved by x, y (px of the screen). */
export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}
export interface Size {
  readonly width: number;
  readonly height: number;
}

export const wholeView: View = { scale: 1, x: 0, y: 0 };
export const maxScale = 16;

/** Never so far that the frame shows anything but image. */
function within({ scale, x, y }: View, { width, height }: Size): View {
  const mostX = (width * (scale - 1)) / 2;
  const mostY = (height * (scale - 1)) / 2;
  // Adding 0 makes of -0 a 0.
  return {
    scale,
    x: Math.min(mostX, Math.max(-mostX, x)) + 0,
    y: Math.min(mostY, Math.max(-mostY, y)) + 0,
  };
}

/** Enlarged by a factor, so that what lies at the point (px from the middle of the frame) stays there. */
export function zoomed(
  view: View,
  factor: number,
  at: { readonly x: number; readonly y: number },
  frame: Size,
): View {
  const scale = Math.min(maxScale, Math.max(1, view.scale * factor));
  const grown = scale / view.scale;
  return within({ scale, x: at.x - (at.x - view.x) * grown, y: at.y - (at.y - view.y) * grown }, frame);
}

export function moved(view: View, dx: number, dy: number, frame: Size): View {
  return within({ ...view, x: view.x + dx, y: view.y + dy }, frame);
}
