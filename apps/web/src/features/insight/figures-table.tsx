import { ScrollArea } from '@/components/ui/scroll-area';

interface Props {
  readonly label: string;
  readonly head: readonly string[];
  readonly rows: readonly { readonly key: string; readonly cells: readonly string[] }[];
}

/** What each row is of stands left, its figures right. */
export function FiguresTable({ label, head, rows }: Props) {
  return (
    <ScrollArea label={label} className="max-h-72 overflow-y-auto">
      <table className="w-full text-sm tabular">
        <thead className="text-xs text-ink-faint">
          <tr>
            {head.map((name, index) => (
              <th
                key={name}
                scope="col"
                className={`pb-1.5 font-normal ${index === 0 ? 'text-left' : 'text-right'}`}
              >
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells: [name, ...figures] }) => (
            <tr key={key} className="border-t border-line">
              <th scope="row" className="max-w-48 truncate py-1.5 text-left font-normal">
                {name}
              </th>
              {figures.map((figure, index) => (
                <td key={head[index + 1]} className="text-right text-ink-soft last:font-medium last:text-ink">
                  {figure}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}
