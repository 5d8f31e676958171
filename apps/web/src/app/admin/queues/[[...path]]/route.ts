import { forward } from '@/lib/forward';

/** Bull Board, which the API serves to admins, under the origin of the pages; it is only looked at. */
export const dynamic = 'force-dynamic';

const handle = (request: Request) => forward(request, process.env.TANGENT_API_URL ?? 'http://127.0.0.1:4000');

export { handle as GET, handle as HEAD };
