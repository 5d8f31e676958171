/** The mark: a curve and the line that touches it. */
export function Mark({ className }: { readonly className?: string }) {
  return (
    <svg viewBox="0 0 24 24" fill="none" aria-hidden="true" className={className}>
      <path d="M3 20.5C4.5 12 9.5 8.2 20.5 8" stroke="currentColor" strokeWidth={2} strokeLinecap="round" />
      <path d="M2.5 14.8L16 3.2" stroke="var(--live)" strokeWidth={2} strokeLinecap="round" />
      <circle cx={8} cy={10.1} r={2.4} fill="var(--live)" stroke="var(--paper)" strokeWidth={1.2} />
    </svg>
  );
}
