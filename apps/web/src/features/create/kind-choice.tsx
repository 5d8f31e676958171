import type { ProjectType } from '@tangent/contracts';
import { FileText, Image, Waypoints } from 'lucide-react';
import type { ReactNode } from 'react';

const kinds: readonly {
  readonly type: ProjectType;
  readonly name: string;
  readonly hint: string;
  readonly icon: ReactNode;
}[] = [
  { type: 'image', name: 'Images', hint: 'PNG, JPEG, WebP or GIF; a ZIP, or a folder', icon: <Image /> },
  { type: 'text', name: 'Texts', hint: 'JSONL, CSV, Label Studio, doccano', icon: <FileText /> },
  { type: 'vector', name: 'Vectors', hint: 'Your own embeddings: NPY, CSV, JSONL', icon: <Waypoints /> },
];

interface Props {
  readonly value: ProjectType;
  readonly onChange: (type: ProjectType) => void;
}

/** What the items are. It cannot be changed later. */
export function KindChoice({ value, onChange }: Props) {
  return (
    <fieldset>
      <legend className="mb-1.5 block text-sm font-medium">Items</legend>
      <div className="grid gap-3 sm:grid-cols-3">
        {kinds.map(({ type, name, hint, icon }) => (
          <label
            key={type}
            className="relative flex cursor-pointer gap-3 rounded-md border border-line-strong/60 bg-surface p-3.5 hover:bg-hover has-checked:border-live has-checked:bg-live-soft has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-live sm:flex-col sm:gap-2 [&_svg]:size-5 [&_svg]:shrink-0 [&_svg]:text-ink-soft"
          >
            <input
              type="radio"
              name="type"
              value={type}
              checked={value === type}
              onChange={() => onChange(type)}
              className="absolute size-px opacity-0"
            />
            {icon}
            <span>
              <span className="block font-medium">{name}</span>
              <span className="mt-0.5 block text-sm text-ink-soft">{hint}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
