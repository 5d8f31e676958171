'use client';

import type { ExportFormat, Project } from '@tangent/contracts';
import { Download } from 'lucide-react';
import { buttonStyle } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { canEngineer } from '@/lib/use-project';

const formats: readonly {
  readonly format: ExportFormat;
  readonly name: string;
  readonly line: string;
  readonly types: readonly Project['type'][];
}[] = [
  {
    format: 'jsonl',
    name: 'JSON lines',
    line: 'One object an item, with its annotations and everything else',
    types: ['image', 'text', 'vector'],
  },
  { format: 'csv', name: 'CSV', line: 'One record an item, for tables', types: ['image', 'text', 'vector'] },
  {
    format: 'label-studio',
    name: 'Label Studio',
    line: 'Tasks with annotations, as Label Studio imports them',
    types: ['image', 'text'],
  },
  {
    format: 'hf-imagefolder',
    name: 'Image folder',
    line: 'A ZIP of the labeled images, as datasets of Hugging Face read it',
    types: ['image'],
  },
  { format: 'npy', name: 'NumPy', line: 'A ZIP of vectors.npy and labels.csv', types: ['vector'] },
];

interface Props {
  readonly project: Project;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Everything of the project as it is now, in the formats that its kind has; and its model. */
export function ExportDialog({ project, isOpen, onClose }: Props) {
  const base = `/api/v1/projects/${project.id}`;
  const rows = formats
    .filter(({ types }) => types.includes(project.type))
    .map(({ format, name, line }) => ({ href: `${base}/exports?format=${format}`, name, line }));
  if (canEngineer(project))
    rows.push({
      href: `${base}/model`,
      name: 'The model',
      line: 'A ZIP of TensorFlow.js layers: the model that serves now',
    });
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Export"
      description="One snapshot of the whole project, whatever is labeled meanwhile; filters do not count."
    >
      <ul className="-mx-2">
        {rows.map(({ href, name, line }) => (
          <li key={name} className="flex items-center gap-4 rounded-md px-2 py-2 hover:bg-hover">
            <div className="min-w-0 flex-1">
              <p className="font-medium">{name}</p>
              <p className="text-sm text-ink-soft">{line}</p>
            </div>
            <a href={href} download aria-label={`Download ${name}`} className={buttonStyle({ size: 'icon' })}>
              <Download aria-hidden="true" />
            </a>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
