import { Field } from '@/components/ui/field';
import { SelectField } from '@/components/ui/select-field';
import { strategyGroups } from '@/features/rounds/strategy-groups';

/** The settings that matter at the start. Each has a default that is right for most, and can be changed later. */
export function SettingsFields() {
  return (
    <details className="rounded-md border border-line bg-surface">
      <summary className="px-4 py-3 text-sm font-medium">
        Settings <span className="font-normal text-ink-faint">– the defaults suit most projects</span>
      </summary>
      <div className="grid gap-5 border-t border-line p-4 sm:grid-cols-2">
        <div className="sm:col-span-2">
          <SelectField id="strategy" name="strategy" label="Strategy" defaultValue="lookahead">
            {strategyGroups.map(({ title: group, strategies }) => (
              <optgroup key={group} label={group}>
                {strategies.map(({ name, title, line }) => (
                  <option key={name} value={name}>
                    {title}: {line}
                  </option>
                ))}
              </optgroup>
            ))}
          </SelectField>
        </div>
        <Field
          id="everyLabels"
          name="everyLabels"
          label="A new round after"
          type="number"
          min={1}
          max={100_000}
          defaultValue={20}
          placeholder="only on request"
          hint="labels. Empty: only on request"
        />
        <Field
          id="batchSize"
          name="batchSize"
          label="Batch size"
          type="number"
          min={1}
          max={1000}
          required
          defaultValue={20}
          hint="Items picked together, each as if those before it were labeled"
        />
        <Field
          id="overlap"
          name="overlap"
          label="Annotations an item"
          type="number"
          min={1}
          max={10}
          required
          defaultValue={1}
          hint="Two or more tell how far annotators agree"
        />
        <Field
          id="controlPercent"
          name="controlPercent"
          label="Random control arm"
          type="number"
          min={0}
          max={50}
          required
          defaultValue={10}
          hint="Percent of items drawn at random: they show what the ranking is worth"
        />
        <label className="flex items-start gap-3 sm:col-span-2">
          <input type="checkbox" name="blind" className="mt-1 size-4 accent-live" />
          <span>
            <span className="block text-sm font-medium">Blind</span>
            <span className="block text-sm text-ink-faint">
              Annotators see neither predictions nor reasons, and cannot be led by them
            </span>
          </span>
        </label>
      </div>
    </details>
  );
}
