/** What another tool wrote, as the object that a row is made of; or what is wrong with it. */
export type Converted =
  | { readonly kind: 'value'; readonly value: Readonly<Record<string, unknown>> }
  | { readonly kind: 'fault'; readonly code: string; readonly detail: string };

export const fault = (code: string, detail: string): Converted => ({ kind: 'fault', code, detail });
