/** See application-role.mjs. */
export function giveApplicationRole(
  ownerUrl: string,
  options?: { readonly role?: string; readonly password?: string },
): Promise<string>;
