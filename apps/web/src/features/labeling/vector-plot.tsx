const mostBars = 96;

/** A vector as bars around zero; long ones are drawn by the mean of neighbours. */
export function VectorPlot({ vector }: { readonly vector: readonly number[] }) {
  const numBars = Math.min(mostBars, vector.length);
  const bars = Array.from({ length: numBars }, (_, bar) => {
    const from = Math.floor((bar * vector.length) / numBars);
    const to = Math.max(from + 1, Math.floor(((bar + 1) * vector.length) / numBars));
    const slice = vector.slice(from, to);
    return slice.reduce((sum, value) => sum + value, 0) / slice.length;
  });
  const most = Math.max(1e-12, ...bars.map(Math.abs));
  return (
    <svg
      viewBox={`0 0 ${numBars} 40`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`Vector of ${vector.length} numbers`}
      className="size-full"
    >
      <path d={`M0 20H${numBars}`} stroke="var(--line)" vectorEffect="non-scaling-stroke" />
      {bars.map((value, index) => {
        const height = (Math.abs(value) / most) * 19;
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
            key={index}
            x={index + 0.15}
            width={0.7}
            y={value >= 0 ? 20 - height : 20}
            height={height}
            fill={value >= 0 ? 'var(--live)' : 'var(--ink-faint)'}
          />
        );
      })}
    </svg>
  );
}
