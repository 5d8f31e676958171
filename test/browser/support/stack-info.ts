export interface StackInfo {
  readonly apiUrl: string;
  readonly webUrl: string;
  readonly admin: { readonly email: string; readonly password: string };
}

const variable = 'TANGENT_BROWSER_STACK';

/** Hands the stack on to the processes that run the specs. */
export function keepStack(info: StackInfo): void {
  process.env[variable] = JSON.stringify(info);
}

export function stackInfo(): StackInfo {
  const kept = process.env[variable];
  if (kept === undefined)
    throw new Error(`${variable} is not set: run the specs with test/playwright.config.ts`);
  return JSON.parse(kept) as StackInfo;
}
