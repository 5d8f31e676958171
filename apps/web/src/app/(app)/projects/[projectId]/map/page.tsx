import type { Metadata } from 'next';
import { MapScreen } from '@/features/map/map-screen';

export const metadata: Metadata = { title: 'Map' };

export default async function MapPage({ params }: { readonly params: Promise<{ projectId: string }> }) {
  const { projectId } = await params;
  return <MapScreen key={projectId} projectId={projectId} />;
}
