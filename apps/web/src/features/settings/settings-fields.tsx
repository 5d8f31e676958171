import { Check } from '@/components/ui/check';
import { Field } from '@/components/ui/field';
import { SelectField } from '@/components/ui/select-field';
import { strategyGroups } from '@/features/rounds/strategy-groups';
import { minutesOf, percentOf, type ShownSettings } from './form-settings';
import { KernelFields } from './kernel-fields';

/** The settings that people change, beside the instructions; `settingsOf` reads them. */
export function SettingsFields({ settings }: { readonly settings: ShownSettings }) {
  return (
    <div className="grid gap-5 sm:grid-cols-2">
      <div className="sm:col-span-2">
        <SelectField id="strategy" name="strategy" label="Strategy" defaultValue={settings.strategy}>
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
        defaultValue={settings.trigger.everyLabels ?? ''}
        placeholder="not by labels"
        hint="labels"
      />
      <Field
        id="everyMinutes"
        name="everyMinutes"
        label="Or, if labels have come, after"
        type="number"
        min={0.2}
        max={43_200}
        step="any"
        defaultValue={minutesOf(settings.trigger.everyMs)}
        placeholder="not by time"
        hint="minutes. Both empty: only on request"
      />
      <Field
        id="batchSize"
        name="batchSize"
        label="Batch size"
        type="number"
        min={1}
        max={1000}
        required
        defaultValue={settings.batchSize}
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
        defaultValue={settings.overlap}
        hint="Two or more tell how far annotators agree"
      />
      <Field
        id="controlPercent"
        name="controlPercent"
        label="Random control arm"
        type="number"
        min={0}
        max={50}
        step="any"
        required
        defaultValue={percentOf(settings.controlArm)}
        hint="Percent of items drawn at random: they show what the ranking is worth"
      />
      <Field
        id="goldPercent"
        name="goldPercent"
        label="Gold items"
        type="number"
        min={0}
        max={50}
        step="any"
        required
        defaultValue={percentOf(settings.goldShare)}
        hint="Percent of items whose class is known, handed out untold: they show how often each annotator is right"
      />
      <Field
        id="leaseSeconds"
        name="leaseSeconds"
        label="An item is held for"
        type="number"
        min={1}
        max={3600}
        step="any"
        required
        defaultValue={settings.leaseMs / 1000}
        hint="seconds after its annotator has gone; then others get it"
      />
      <SelectField
        id="requeueSkipped"
        name="requeueSkipped"
        label="Skipped as unsure or other"
        defaultValue={settings.requeue.skipped}
      >
        <option value="never">Stays skipped</option>
        <option value="others">Others are asked, two at most</option>
        <option value="last">Comes once more at the end</option>
      </SelectField>
      <SelectField
        id="requeueFlagged"
        name="requeueFlagged"
        label="Answered with a flag"
        defaultValue={settings.requeue.flagged}
      >
        <option value="never">Counts as any answer</option>
        <option value="others">Others are asked, two at most</option>
      </SelectField>
      <Field
        id="holdoutPercent"
        name="holdoutPercent"
        label="Held out of imports"
        type="number"
        min={0}
        max={90}
        step="any"
        required
        defaultValue={percentOf(settings.holdoutShare)}
        hint="Percent of the labeled rows, never trained on: they measure accuracy"
      />
      <KernelFields kernel={settings.kernel} />
      <Check
        id="blind"
        name="blind"
        defaultChecked={settings.blind}
        label="Blind"
        hint="Annotators see neither predictions nor reasons, and cannot be led by them"
        className="sm:col-span-2"
      />
    </div>
  );
}
