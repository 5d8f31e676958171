import { cn } from '@/lib/cn';
import { type Colouring, colourings } from './colour-by';

const names: Readonly<Record<Colouring, string>> = {
  prediction: 'Prediction',
  label: 'Label',
  rank: 'Rank',
  disagreement: 'Disagreement',
};

interface Props {
  readonly colouring: Colouring;
  readonly onChange: (colouring: Colouring) => void;
}

/** What the colours of the map say. */
export function ColourChoice({ colouring, onChange }: Props) {
  return (
    <fieldset>
      <legend className="eyebrow mb-2">Colour by</legend>
      <div className="grid grid-cols-2 gap-1.5 sm:grid-cols-4 lg:grid-cols-1">
        {colourings.map((each) => (
          <label
            key={each}
            className={cn(
              'flex cursor-pointer items-center rounded-md border px-3 py-1.5 text-sm has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-live',
              each === colouring
                ? 'border-live bg-live-soft font-medium text-live-strong'
                : 'border-line-strong/60 hover:bg-hover',
            )}
          >
            <input
              type="radio"
              name="colouring"
              value={each}
              checked={each === colouring}
              onChange={() => onChange(each)}
              className="sr-only"
            />
            {names[each]}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
