import type { ProjectEvent } from '@tangent/contracts';
import { useEffect, useEffectEvent } from 'react';
import { useStore } from './external-store';
import { type FeedStatus, projectFeed } from './project-feed';

/** Calls back for every event of the project while the component is there, and whenever the line comes up. */
export function useProjectEvents(
  projectId: string,
  onEvent: (event: ProjectEvent) => void,
  onOpen: () => void = () => undefined,
): FeedStatus {
  const feed = projectFeed(projectId);
  const handleEvent = useEffectEvent(onEvent);
  const handleOpen = useEffectEvent(onOpen);
  useEffect(
    () => feed.subscribe({ onEvent: (event) => handleEvent(event), onOpen: () => handleOpen() }),
    [feed],
  );
  return useStore(feed.status);
}
