import type { Project } from '@tangent/contracts';
import { useState } from 'react';

/** Whether the instructions are shown: until this person puts them away in this browser, and again when they change. */
export function useInstructions({ id, settings }: Project, userId: string) {
  const { instructions } = settings;
  const name = `tangent.instructions.${userId}.${id}`;
  const [readText, setReadText] = useState(() => window.localStorage.getItem(name));
  const [isAskedFor, setIsAskedFor] = useState(false);
  const exist = instructions.trim() !== '';
  const isOpen = exist && (isAskedFor || readText !== instructions);
  const putAway = () => {
    setIsAskedFor(false);
    setReadText(instructions);
    try {
      window.localStorage.setItem(name, instructions);
    } catch (error) {
      console.warn('that the instructions were read cannot be kept', error);
    }
  };
  return { exist, isOpen, toggle: () => (isOpen ? putAway() : setIsAskedFor(true)) };
}
