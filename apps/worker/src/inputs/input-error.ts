/** Items, or what they are to be turned into inputs by, do not fit; the message names the thing and the way out. */
export class InputError extends Error {
  override readonly name = 'InputError';
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
