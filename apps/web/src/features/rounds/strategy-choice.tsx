import type { StrategyName } from '@tangent/contracts';
import { strategyGroups } from './strategy-groups';

interface Props {
  readonly value: StrategyName;
  readonly onChange: (strategy: StrategyName) => void;
}

/** Every strategy with what it does; arrow keys go through them. */
export function StrategyChoice({ value, onChange }: Props) {
  return (
    <fieldset>
      <legend className="mb-1.5 block text-sm font-medium">Strategy</legend>
      <div className="max-h-72 overflow-y-auto rounded-md border border-line-strong/60">
        {strategyGroups.map(({ title, strategies }) => (
          <div key={title} className="border-b border-line py-2 last:border-0">
            <p className="eyebrow px-3.5 py-1">{title}</p>
            {strategies.map(({ name, title: short, line }) => (
              <label
                key={name}
                className="relative flex cursor-pointer gap-3 px-3.5 py-1.5 text-sm hover:bg-hover has-checked:bg-live-soft has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-live max-sm:flex-col max-sm:gap-0"
              >
                <input
                  type="radio"
                  name="strategy"
                  value={name}
                  checked={value === name}
                  onChange={() => onChange(name)}
                  className="absolute size-px opacity-0"
                />
                <span className="w-32 shrink-0 font-medium">{short}</span>
                <span className="text-ink-soft">{line}</span>
              </label>
            ))}
          </div>
        ))}
      </div>
    </fieldset>
  );
}
