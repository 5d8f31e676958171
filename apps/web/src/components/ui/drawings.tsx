/**
 * Drawings for the states in which there is nothing else to see. All are made of one thing, a curve and
 * the line that touches it, with the accent where something is alive.
 */
const frame = { width: 168, height: 104, viewBox: '0 0 168 104', fill: 'none' } as const;

function Axes() {
  return <path d="M14 8v84h142" stroke="currentColor" strokeOpacity={0.45} />;
}

/** No points yet: a curve that is only hinted at. */
export function EmptyCurve() {
  return (
    <svg {...frame} aria-hidden="true">
      <Axes />
      <path
        d="M14 92C46 58 70 36 152 26"
        stroke="currentColor"
        strokeWidth={1.5}
        strokeDasharray="2 5"
        strokeLinecap="round"
      />
      <circle cx={14} cy={92} r={3.5} fill="var(--live)" />
    </svg>
  );
}

/** Everything is done: the curve has arrived, the tangent lies flat. */
export function FinishedCurve() {
  return (
    <svg {...frame} aria-hidden="true">
      <Axes />
      <path d="M14 92C32 30 72 22 132 22" stroke="currentColor" strokeWidth={1.5} strokeLinecap="round" />
      <path d="M84 22h72" stroke="var(--live)" strokeWidth={1.5} strokeLinecap="round" />
      <circle cx={132} cy={22} r={4} fill="var(--live)" />
    </svg>
  );
}

/** Waiting: a point on its way along the curve. */
export function TravellingPoint() {
  return (
    <svg {...frame} aria-hidden="true">
      <Axes />
      <path d="M14 92C40 44 78 28 152 24" stroke="currentColor" strokeWidth={1.5} strokeLinecap="round" />
      <circle cx={50.2} cy={50} r={4} fill="var(--live)" className="animate-breathe" />
      <path
        d="M17.2 72.7L86.4 25.1"
        stroke="var(--live)"
        strokeWidth={1.5}
        strokeLinecap="round"
        strokeOpacity={0.5}
      />
    </svg>
  );
}

/** A broken line: no connection, or an error. */
export function BrokenCurve() {
  return (
    <svg {...frame} aria-hidden="true">
      <Axes />
      <path d="M14 92C28 68 42 52 64 42" stroke="currentColor" strokeWidth={1.5} strokeLinecap="round" />
      <path d="M98 32c20-5 38-7 54-8" stroke="currentColor" strokeWidth={1.5} strokeLinecap="round" />
      <path d="M74 46l6-12M86 42l6-12" stroke="var(--danger)" strokeWidth={1.5} strokeLinecap="round" />
    </svg>
  );
}

/** Empty sheets: no projects, no items. */
export function EmptySheets() {
  return (
    <svg {...frame} aria-hidden="true">
      <rect x={30} y={24} width={64} height={64} rx={4} stroke="currentColor" strokeOpacity={0.4} />
      <rect
        x={44}
        y={18}
        width={64}
        height={64}
        rx={4}
        stroke="currentColor"
        strokeOpacity={0.65}
        fill="var(--paper)"
      />
      <rect x={58} y={12} width={64} height={64} rx={4} stroke="currentColor" fill="var(--paper)" />
      <path d="M90 36v16M82 44h16" stroke="var(--live)" strokeWidth={1.5} strokeLinecap="round" />
    </svg>
  );
}
