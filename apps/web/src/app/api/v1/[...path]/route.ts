import { forward } from '@/lib/forward';

/** Everything under /api/v1 is the API’s, under the same origin as the pages. */
export const dynamic = 'force-dynamic';

const handle = (request: Request) => forward(request, process.env.TANGENT_API_URL ?? 'http://127.0.0.1:4000');

export { handle as DELETE, handle as GET, handle as HEAD, handle as PATCH, handle as POST, handle as PUT };
