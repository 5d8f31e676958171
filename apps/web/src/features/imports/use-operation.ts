import type { Operation } from '@tangent/contracts';
import useSWR from 'swr';
import { api } from '@/lib/api';

const lookMs = 700;

/** An import, looked at again while it runs. */
export function useOperation(operationId: string | null) {
  return useSWR<Operation>(
    operationId === null ? null : ['operation', operationId],
    () => api.getOperation({ params: { operationId: operationId! } }),
    { refreshInterval: (latest) => (latest?.status === 'running' ? lookMs : 0), revalidateOnFocus: false },
  );
}
