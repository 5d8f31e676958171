import type { Place } from './back-up.mjs';

export function restore(place: Place): Promise<{ numRows: number; numBlobs: number; madeAt: string }>;
