import type { ItemContent, Project, User } from '@tangent/contracts';
import { createContext, useContext, useEffect, useState } from 'react';
import { toast } from '@/components/ui/announcer';
import { session as userSession } from '@/features/session/session';
import { api, mediaSrc, noteError } from '@/lib/api';
import { projectFeed } from '@/lib/project-feed';
import { DecodedImages, type Picture } from './core/decode-image';
import type { Entry } from './core/deliver';
import { localEntryStorage } from './core/entry-storage';
import { LabelingSession } from './core/labeling-session';

const SessionContext = createContext<LabelingSession | null>(null);
export const LabelingProvider = SessionContext.Provider;

export function useLabeling(): LabelingSession {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('useLabeling needs a LabelingProvider around it');
  return session;
}

/** A labeling session for as long as the component is there, tied to the page: its events, its visibility, its network. */
export function useLabelingSession(project: Project | undefined, user: User | null): LabelingSession | null {
  const [session, setSession] = useState<LabelingSession | null>(null);
  const projectId = project?.id;
  const leaseMs = project?.settings.leaseMs;
  const userId = user?.id;

  useEffect(() => {
    if (projectId === undefined || leaseMs === undefined || userId === undefined) return;
    const images = new DecodedImages();
    const created = new LabelingSession({
      api,
      projectId,
      leaseMs,
      storage: localEntryStorage<Entry>(`tangent.outbox.${userId}.${projectId}`, window.localStorage),
      prepare: async ({ item }) => {
        if (item.mediaUrl !== undefined) await images.load(mediaSrc(item.mediaUrl));
      },
      onError: noteError,
      onRefused: (_, detail) => toast(`Your last answer was not taken: ${detail}`, 'danger'),
      now: () => performance.now(),
    });
    const feed = projectFeed(projectId);
    const abort = new AbortController();
    const { signal } = abort;
    const unsubscribeFeed = feed.subscribe({
      onEvent: (event) => created.onEvent(event),
      onOpen: () => created.onReconnect(),
    });
    const unsubscribeUser = userSession.subscribe(() => {
      if (userSession.get().kind !== 'in') return;
      feed.revive();
      created.onReconnect();
    });
    window.addEventListener('online', () => created.onReconnect(), { signal });
    for (const type of ['keydown', 'pointerdown', 'pointermove'] as const) {
      window.addEventListener(type, () => created.noteInput(), { signal, passive: true });
    }
    document.addEventListener(
      'visibilitychange',
      () => created.noteVisibility(document.visibilityState === 'visible'),
      { signal },
    );
    window.addEventListener('pagehide', () => created.stop(), { signal });
    // Back from the browser’s page cache: the leases were given back, so begin anew.
    window.addEventListener('pageshow', (event) => event.persisted && window.location.reload(), { signal });
    const expectImages = () => {
      const { current } = created.state.get();
      const held = [...(current === null ? [] : [current]), ...created.leases.state.get().queue];
      images.expect(held.flatMap(({ item }) => pictureOf(item)));
    };
    created.state.subscribe(expectImages);
    created.leases.state.subscribe(expectImages);
    created.start();
    setSession(created);
    return () => {
      abort.abort();
      unsubscribeFeed();
      unsubscribeUser();
      created.stop();
      setSession(null);
    };
  }, [projectId, leaseMs, userId]);

  return session;
}

/** For one whose size nobody has told: a megapixel. */
const usualPixels = 1_000_000;
const pictureOf = ({ mediaUrl, width, height }: ItemContent): readonly Picture[] =>
  mediaUrl === undefined
    ? []
    : [
        {
          src: mediaSrc(mediaUrl),
          numPixels: width === undefined || height === undefined ? usualPixels : width * height,
        },
      ];
