// What a check says.

/** @typedef {{ kind: 'good' | 'bad' | 'note', what: string, wayOut?: string }} Finding */

/** @returns {Finding} */
export const good = (what) => ({ kind: 'good', what });

/** Something that people should know, and that may be as it should. @returns {Finding} */
export const note = (what, wayOut) => ({ kind: 'note', what, wayOut });

/** @returns {Finding} */
export const bad = (what, wayOut) => ({ kind: 'bad', what, wayOut });
