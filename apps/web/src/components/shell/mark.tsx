/** The mark: a curve and the line that touches it. */
export function Mark({ className }: { readonly className?: string }) {
  return (
    <svg viewBox="0 0 24 24" fill="none" aria-hidden="true" className={className}>
      <path d="M3.5 21C4 12 9 8.5 21 8.5" stroke="currentColor" strokeWidth={2.25} strokeLinecap="round" />
      <path d="M1.7 17.9L13.2 5.3" stroke="var(--live)" strokeWidth={2.25} strokeLinecap="round" />
    </svg>
  );
}
