/** Why something that was asked for was refused. */
export function Problem({ children }: { readonly children: string | null }) {
  if (children === null) return null;
  return (
    <p role="alert" className="rounded-md bg-danger-soft px-3.5 py-2.5 text-sm text-danger">
      {children}
    </p>
  );
}
